"""What makes the engine fast changes nothing that it finds: remembered calls, and functions that are left alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.flow import idling
from survey.flow.machine import Machine
from survey.model.document import Package
from tests.flow.programs import called_again, modules
from tests.flow.test_fixtures import FIXTURES, snapshot_of, surveyed
from tests.flow.test_fuzz import snapshot_of as snapshot_of_files
from tests.flow.test_fuzz import survey


class _Forgetful(dict[object, object]):
    """Remembers nothing."""

    def __setitem__(self, key: object, value: object) -> None:
        pass


@contextmanager
def plain() -> Iterator[None]:
    """Every call is run, whatever was run before."""
    with pytest.MonkeyPatch.context() as patch:
        restart = Machine.restart

        def forgetful(self: Machine) -> None:
            self.memo = _Forgetful()  # type: ignore[assignment]
            restart(self)

        patch.setattr(Machine, "restart", forgetful)
        patch.setattr(idling, "is_idle", lambda *_: False)
        yield


def cells(packages: list[Package]) -> set[tuple[str, ...]]:
    return {
        (str(record.channel), str(record.role), write.key or "", f"{write.evidence.path}:{write.evidence.line}")
        for package in packages
        for record in package.records
        for write in record.writes
    }


def lost(known: list[Package], without: list[Package]) -> set[tuple[str, ...]]:
    """What only the run without memory finds; nothing is asked of one that did not get through."""
    if any(package.status != "analysed" for package in without):
        return set()
    return cells(without) - cells(known)


@pytest.mark.parametrize("folder", sorted(path for path in FIXTURES.iterdir() if path.is_dir()), ids=lambda path: path.name)
def test_fixtures_without_memory(folder: Path) -> None:
    snapshot = snapshot_of(folder)
    known = surveyed(snapshot)
    with plain():
        without = surveyed(snapshot)
    assert lost(known, without) == set()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)
@given(st.one_of(called_again(), modules()))
def test_random_modules_without_memory(source: str) -> None:
    snapshot = snapshot_of_files({"m.py": source.encode()})
    known = [survey(snapshot)]
    with plain():
        without = [survey(snapshot)]
    assert lost(known, without) == set()
