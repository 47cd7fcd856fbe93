"""The key table: what role a key or an event carries, in every dialect and generation of the conventions.

A table key is a dotted pattern: `*` inside a segment stands for any text without a dot, a segment `**` for any number
of segments. The key asked for may hold `*` too, where the engine could not close a segment.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate
from operator import and_
from typing import TypeVar

from survey.model.vocabulary import Channel, KeyShape, Role


@dataclass(frozen=True, slots=True)
class KeyMatch:
    """What the table says about one key."""

    role: Role | None
    """None: not content, unless `nested` names what may ride along. UNKNOWN: content, but a hole in the key hides which."""
    nested: tuple[Role, ...]
    """Roles that may ride inside the value."""
    shape: KeyShape | None
    dialect: str
    by_kind: Mapping[str, Role]
    """Role by span kind or operation, lower case; `role` has it applied already."""
    entry: str
    """The table's pattern that matched."""
    channel: Channel | None = None
    """Where the content really is, when the key only holds a reference to it."""
    by_origin: tuple[Role, ...] = ()
    """Roles that the value's origin decides for, where it names one of them; the first such."""
    loose: bool = False
    """A word that others use for things of their own: it counts where more than itself says that this is content."""
    opt_in: bool = False
    """The semantic conventions say: not by default."""
    deprecated: str | None = None
    """The key that replaced this one."""
    repeats: bool = False
    """The value repeats what other keys of the span hold: only what has no key of its own is to be looked for here."""
    whole: tuple[Role, ...] = ()
    """Roles that ride inside a value which is somebody's whole request or response, even where nothing is known of its parts."""
    refers: str = ""
    """The key whose content was put elsewhere, where this one only holds a reference to that."""

    @property
    def is_content(self) -> bool:
        """Whether the key is made for content."""
        return self.role is not None


@dataclass(frozen=True, slots=True)
class EventMatch:
    """What the table says about one event."""

    role: Role | None
    nested: tuple[Role, ...]
    dialect: str
    by_kind: Mapping[str, Role]
    entry: str
    fields: Mapping[str, Role | None] = field(default_factory=dict)
    """`body.…` or `attributes.…` path to role; None where that field is not content."""
    deprecated: str | None = None

    def field_role(self, path: str) -> Role | None:
        """The role of the field at `path` (list indexes left out), else of its nearest parent, else the event's own."""
        while path:
            if path in self.fields:
                return self.fields[path]
            path = path.rpartition(".")[0]
        return self.role


_Match = TypeVar("_Match", KeyMatch, EventMatch)
_ByHead = dict[str, list[_Match]]


class KeyTable:
    """All dialects together; look-ups are memoised."""

    def __init__(self, keys: Iterable[KeyMatch], events: Iterable[EventMatch]) -> None:
        self._keys = _index(keys)
        self._events = _index(events)
        self._key_memo: dict[tuple[str, str], KeyMatch | None] = {}
        self._event_memo: dict[tuple[str, str], EventMatch | None] = {}

    def lookup(self, key: str, kind: str | None = None) -> KeyMatch | None:
        """What `key` carries on a span of `kind` (span kinds and operation names, any case); None for an unknown key.

        The most specific pattern that covers all of `key` decides. When none does and `key` has holes, the patterns it
        may meet decide, provided that they are all content: their common role, else UNKNOWN with all of them nested.
        """
        asked = (key, (kind or "").lower())
        if asked not in self._key_memo:
            match = _most_specific(self._keys, key)
            if match is None and "*" in key.removeprefix("*"):
                match = _meeting(_candidates(self._keys, key), key)
            told = _for_kind(match, asked[1]) if match else None
            if told is not None and told is not match:
                told = replace(told, nested=(), by_origin=())  # what the kind decides, the value's origin does not
            self._key_memo[asked] = told
        return self._key_memo[asked]

    def event(self, name: str, kind: str | None = None) -> EventMatch | None:
        """What the event `name` carries on a span of `kind`; None for an unknown event. `name` may hold `*` like a key."""
        asked = (name, (kind or "").lower())
        if asked not in self._event_memo:
            match = _most_specific(self._events, name)
            self._event_memo[asked] = _for_kind(match, asked[1]) if match else None
        return self._event_memo[asked]

    def events_like(self, name: str) -> tuple[EventMatch, ...]:
        """Every known literal event that some filling of `name`'s holes is, by name."""
        known = (match for matches in self._events.values() for match in matches if "*" not in match.entry)
        return tuple(sorted((match for match in known if _meets(match.entry, name)), key=lambda match: match.entry))

    def family(self, names: frozenset[str]) -> tuple[EventMatch, ...]:
        """The events with a body that belong to the same generation of a dialect as one of `names`, by name."""
        literal = {match.entry: match for matches in self._events.values() for match in matches if "*" not in match.entry}
        kin = {(match.dialect, match.deprecated) for name, match in literal.items() if name in names}
        related = (m for m in literal.values() if (m.dialect, m.deprecated) in kin and any(path.startswith("body.") for path in m.fields))
        return tuple(sorted(related, key=lambda match: match.entry))


def _index(matches: Iterable[_Match]) -> _ByHead[_Match]:
    """Patterns by literal first segment ('*' where it is none), the most specific first."""
    index: _ByHead[_Match] = defaultdict(list)
    for match in sorted(matches, key=lambda m: _rank(m.entry)):
        head = match.entry.split(".")[0]
        index["*" if "*" in head else head].append(match)
    return dict(index)


def _candidates(index: _ByHead[_Match], key: str) -> list[_Match]:
    own = index.get(key.split(".", maxsplit=1)[0], [])
    return sorted(own + index.get("*", []), key=lambda m: _rank(m.entry))


def _most_specific(index: _ByHead[_Match], key: str) -> _Match | None:
    return next((match for match in _candidates(index, key) if covers(match.entry, key)), None)


def _meeting(candidates: list[KeyMatch], key: str) -> KeyMatch | None:
    """The common answer of the patterns that some filling of `key` matches; None unless all of them are content."""
    met = [match for match in candidates if _meets(match.entry, key)]
    roles = list(dict.fromkeys(match.role for match in met))
    if not met or None in roles:
        return None
    riders = dict.fromkeys([*(r for r in roles if r and len(roles) > 1), *(r for match in met for r in match.nested)])
    return replace(
        met[0], role=roles[0] if len(roles) == 1 else Role.UNKNOWN, nested=tuple(riders), by_kind={}, opt_in=False, deprecated=None
    )


def _for_kind(match: _Match, kinds: str) -> _Match:
    role = next((match.by_kind[kind] for kind in kinds.split() if kind in match.by_kind), None)
    if role is None:
        return match
    nested = tuple(r for r in match.nested if r is not role)
    if isinstance(match, EventMatch):  # fields that carry what the event is about go with it
        fields = {path: role if held is match.role else held for path, held in match.fields.items()}
        return replace(match, role=role, nested=nested, fields=fields)
    return replace(match, role=role, nested=nested)


@cache
def _rank(pattern: str) -> tuple[bool, int, int, int, str]:
    """Sorts the most specific first: no `**`, then a literal last segment, then the most literal text."""
    segments = pattern.split(".")
    last = segments[-1]
    literal_last = 0 if "*" not in last else 1 if last.strip("*") else 2
    return "**" in segments, literal_last, -sum(len(s.replace("*", "")) for s in segments), pattern.count("*"), pattern


@cache
def _segment(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def covers(pattern: str, key: str) -> bool:
    """Whether every filling of the holes of `key` matches `pattern`."""

    def match(p: list[str], k: list[str]) -> bool:
        if not p:
            return not k
        if p[0] == "**":
            return match(p[1:], k) or (bool(k) and match(p, k[1:]))
        return bool(k) and k[0] != "**" and (p[0] == k[0] or _segment(p[0]).fullmatch(k[0]) is not None) and match(p[1:], k[1:])

    return match(pattern.split("."), key.split("."))


def _meets(pattern: str, key: str) -> bool:
    """Whether some filling of the holes of `key` matches `pattern`."""

    def match(p: list[str], k: list[str]) -> bool:
        if not p or not k:
            return all(s == "**" for s in (*p, *k))
        if p[0] == "**" or k[0] == "**":
            return match(p[1:] if p[0] == "**" else p, k[1:] if p[0] != "**" else k) or match(
                p if p[0] == "**" else p[1:], k[1:] if p[0] == "**" else k
            )
        return _overlap(p[0], k[0]) and match(p[1:], k[1:])

    return match(pattern.split("."), key.split("."))


def _overlap(one: str, other: str) -> bool:
    """Whether two texts with `*` holes have a common filling."""
    # whether what was read of `one` and as much of `other` have one, for every length of that
    before: list[bool] = [True, *accumulate((letter == "*" for letter in other), and_)]
    for letter in one:
        row: list[bool] = [before[0] and letter == "*"]
        for at, facing in enumerate(other):
            either = "*" in (letter, facing) and (before[at + 1] or row[at])
            row.append(either or (letter == facing and before[at]))
        before = row
    return before[-1]
