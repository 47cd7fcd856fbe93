"""Which of many writes of the same content is told first: the one that a reader is most likely to meet.

Written by default comes before what a switch must bring about, a key of the message before one of what goes with it, what nothing can
stop before what something may; then the plainest key, the way that most content of the package goes, the key that most of it goes under,
and the write whose way could be followed furthest.
"""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from survey.knowledge.headline import load_headline
from survey.model.document import Package, Record, Write
from survey.model.vocabulary import Channel, Default
from survey.verdicts.conditions import bounds
from survey.verdicts.defaults import content_switches, default_of_write, escapes
from survey.verdicts.factoring import factored
from survey.verdicts.package import key_of
from survey.verdicts.what_if import Setting, lookup_under

_DEFAULTS = (Default.ON, Default.DEPENDS, Default.UNKNOWN, Default.OFF)
_CHANNELS = tuple(Channel)
_Rank = tuple[object, ...]


class Telling:
    """The order in which one package's writes and keys are told."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._lookup = lookup_under(package, Setting())
        writes = [write for record in package.records for write in record.writes]
        self._entries = Counter(_entry(write) for write in writes)
        self._keys = Counter(key_of(write) for write in writes)
        self._chances: dict[str, tuple[int, bool]] = {}
        self._known: dict[int, tuple[int, bool]] = {}

    def writes(self, records: Iterable[Record]) -> tuple[tuple[Record, Write], ...]:
        """The writes of `records`, which are of one role, with the records they are of; the most telling first."""
        return tuple(sorted(((record, write) for record in records for write in record.writes), key=lambda each: self._rank(*each)))

    def escapes(self, record: Record, write: Write) -> bool:
        """Whether `write` is one of those of `record` that no switch for content stops; others may stand in the same line."""
        place = write.evidence
        return any((place.path, place.line) == (spot.path, spot.line) for spot in record.ungated) and escapes(write, self.content)

    @cached_property
    def content(self) -> frozenset[str]:
        """Ids of the switches for content."""
        writes = tuple(write for record in self._package.records for write in record.writes)
        return content_switches(writes, self._package.gates, self._package.activation)

    def keys(self, records: Iterable[Record]) -> tuple[str, ...]:
        """The keys of `records`, which are of one role, each once; the most telling first."""
        records = tuple(records)
        first = [key_of(write) for _, write in self.writes(records)]
        told = dict.fromkeys(key for record in records for key in record.keys if key)
        return tuple(dict.fromkeys((*(key for key in first if key in told), *told)))

    def _rank(self, record: Record, write: Write) -> _Rank:
        place, key, words = write.evidence, key_of(write), load_headline().get(record.role)
        default, stoppable = self._chance(write)
        return (
            write.rewriter,
            default,
            words is not None and words.is_beside(key),
            stoppable,
            _CHANNELS.index(record.channel),
            words.distance(key) if words else 0,
            -self._entries[_entry(write)],
            -self._keys[key],
            -len(place.steps),
            key,
            place.path,
            place.line,
        )

    def _chance(self, write: Write) -> tuple[int, bool]:
        """Which default the write has, and whether something may stop it; many writes have one condition."""
        known = self._known.get(id(write))  # which stays that write as long as the package is held
        if known is None:
            asked = f"{write.when}{bool(write.gates)}"
            if asked not in self._chances:
                default = default_of_write(write, self._lookup)
                self._chances[asked] = _DEFAULTS.index(default), not bounds(factored(write.when), self._lookup).must
            known = self._known[id(write)] = self._chances[asked]
        return known


def _entry(write: Write) -> str:
    """The file in which the content of `write` enters."""
    steps = write.evidence.steps
    return steps[0].path if steps else write.evidence.path
