"""The columns of the tables that a phone shows as a card for each row, with the head of each column beside its cell."""

import json
from collections.abc import Mapping

from markupsafe import Markup

from survey.report.base import ReportInput

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "leaves": ("setting", "stopped", "started", "left"),
    "gates": ("kind", "name", "values", "default", "effect", "precedence", "evidence"),
    "consumers": ("backend", "channel", "prompt", "completion", "shown"),
}
"""The columns (`column.…` in the catalog) of each such table beside the matrix, by the table's class."""


def column_names(source: ReportInput) -> Markup:
    """The heads of the tables that become cards on a phone, as style, since the head row is not shown there."""
    roles = [f"role.{role}" for role in source.view.roles]
    ids = (*roles[:2], "column.switch", "column.key", "column.limit", "column.evidence", *roles[2:])
    stacked = ((f".{table} td", (f"column.{name}" for name in names)) for table, names in COLUMNS.items())
    rules = (
        f"{cell}:nth-child({n})::before {{ content: {json.dumps(source.words(id_), ensure_ascii=False)} }}"
        for cell, first, heads in ((".row > ", 2, ids), *((cell, 1, heads) for cell, heads in stacked))
        for n, id_ in enumerate(heads, first)
    )
    return Markup(f"@media (max-width: 700px) {{ {' '.join(rules)} }}\n")  # noqa: S704 - the catalog's own words
