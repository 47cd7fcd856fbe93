"""repos.yaml to targets: what to survey, with every mistake of the file told at once, by line and column."""

from survey.catalog.entries import catalog_schema
from survey.catalog.load import Catalog, load_catalog
from survey.catalog.select import parse_adhoc, select_targets

__all__ = ["Catalog", "catalog_schema", "load_catalog", "parse_adhoc", "select_targets"]
