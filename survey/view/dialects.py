"""Which key each project uses for the same role: the dialects side by side."""

from collections import Counter
from dataclasses import dataclass

from survey.model.vocabulary import Role
from survey.view.answer import entries_of
from survey.view.model import Group


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One key of one role in one project."""

    key: str
    packages: int


@dataclass(frozen=True, slots=True)
class Dialects:
    """Roles by projects; a project that writes no content of its own is left out."""

    groups: tuple[Group, ...]
    rows: tuple[tuple[Role, tuple[tuple[KeyUse, ...], ...]], ...]
    """Per role one entry a group, its keys by the number of packages that use them, then by name."""


def dialects(groups: tuple[Group, ...], roles: tuple[Role, ...]) -> Dialects:
    """The keys of writes of content of their own, in all channels."""
    telling = tuple(group for group in groups if any(entries_of(row) for row in group.rows))
    rows = []
    for role in roles:
        used = tuple(_keys(group, role) for group in telling)
        if any(used):
            rows.append((role, used))
    return Dialects(telling, tuple(rows))


def _keys(group: Group, role: Role) -> tuple[KeyUse, ...]:
    count: Counter[str] = Counter()
    for row in group.rows:
        count.update({key for entry in entries_of(row, (role,)) for key in entry.keys if key})
    return tuple(KeyUse(key, packages) for key, packages in sorted(count.items(), key=lambda item: (-item[1], item[0])))
