"""What `survey list` says about the cache is what an offline run would read."""

import os
from pathlib import Path

import pytest

from survey.app.listing import list_targets
from survey.app.reading import Languages
from survey.catalog import load_catalog
from survey.languages.registry import frontends
from survey.model.progress import SilentProgress
from survey.model.vocabulary import SourceKind
from survey.sources.options import SourceOptions
from survey.sources.select import fetch_snapshot
from tests.sources.loopback_index import LoopbackIndex, serve, wheel

_CATALOG = """\
targets:
  - id: one
    registry: [pypi: one]
  - id: both
    registry: [pypi: one, pypi: two]
  - id: absent
    git: https://git.example/o/absent
"""


def test_what_the_cache_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = tmp_path / "repos.yaml"
    catalog.write_text(_CATALOG)
    options = SourceOptions(cache_dir=tmp_path / "cache")
    with serve(LoopbackIndex()) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        index.add("one-1.5-py3-none-any.whl", wheel("one", "1.5", {"one/__init__.py": b"A = 1\n"}))
        index.add("one-1.5.tar.gz", b"never asked for")
        index.add("two-2.0-py3-none-any.whl", wheel("two", "2.0", {"two/__init__.py": b"B = 2\n"}))
        assert [listed.cached for listed in list_targets(catalog, options)] == [None, None, None]
        assert index.requests == [], "listing asks nobody"
        fetch_snapshot(load_catalog(catalog).targets[0], options, Languages(frontends()).keep, SilentProgress())
        asked = len(index.requests)
        one, both, absent = list_targets(catalog, options)
        assert len(index.requests) == asked
    assert (one.cached and one.cached.kind, one.releases) == (SourceKind.PYPI, ("1.5",))
    assert (both.cached and both.cached.kind, both.releases) == (SourceKind.PYPI, ("1.5",))
    assert (absent.cached, absent.releases) == (None, ())
