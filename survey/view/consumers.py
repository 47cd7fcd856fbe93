"""What becomes of it: which backend shows the prompts of which packages, by the channel and the keys it reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey.knowledge.backends import ANY_KEY, Backend, load_backends
from survey.model.vocabulary import Default, Role
from survey.verdicts.defaults import default_of_write
from survey.verdicts.what_if import Setting, lookup_under
from survey.view.matrix import own_records
from survey.view.model import Row


@dataclass(frozen=True, slots=True)
class Consumer:
    """One backend over all packages."""

    backend: Backend
    on: tuple[Row, ...]
    """The packages whose prompt it shows with nothing set."""
    off: tuple[Row, ...]
    """Those whose prompt it shows, but not by default."""

    @property
    def token(self) -> str:
        """By which the rows of `on` are filtered."""
        return f"at-{self.backend.id}"


def consumers(rows: Iterable[Row]) -> tuple[Consumer, ...]:
    """Every backend that is known; a prompt counts where one of its keys is read."""
    rows = tuple(rows)
    found = []
    for backend in load_backends():
        shown = [(row, _shown(row, backend)) for row in rows]
        on = tuple(row for row, defaults in shown if Default.ON in defaults)
        found.append(Consumer(backend, on, tuple(row for row, defaults in shown if defaults and Default.ON not in defaults)))
    return tuple(found)


def keys_of(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The keys to name; none where any is read."""
    return () if ANY_KEY in patterns else patterns


def _shown(row: Row, backend: Backend) -> set[Default]:
    """The defaults of the writes of the prompt that `backend` shows."""
    lookup = lookup_under(row.package, Setting())
    prompts = [record for record in own_records(row.package.records) if record.role is Role.INPUT]
    return {
        default_of_write(write, lookup)
        for record in prompts
        for reading in backend.reads
        if reading.channel is record.channel
        for write in record.writes
        if reading.reads(Role.INPUT, write.key)
    }
