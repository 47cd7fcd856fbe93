"""What a value's origin says of its role where the key alone says too little.

Two things tell: the words on the value's way (hints), where they agree on one role, and the names of the functions around
the write, which say what operation it belongs to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from survey.flow.values import Opaque, Value
from survey.knowledge.engine import PART, VOICE
from survey.model.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from survey.flow.machine import Machine
    from survey.flow.writes import RawWrite
    from survey.knowledge.engine import EngineKnowledge

_ENDS = frozenset((Role.INPUT, Role.OUTPUT))
"""What nearly everything comes from or goes to: never more telling than another word."""
_ANYWHERE = frozenset((Role.EMBEDDING, Role.DOCUMENT))
"""Roles that a key for messages takes over when it is given nothing else."""
_IN_TEXT = frozenset((Role.REASONING, Role.TOOL_DEFINITION))
"""The same for a key that holds one text: whole messages may hold other parts that gave no word."""
DECIDING = frozenset(map(str, _ANYWHERE | _IN_TEXT))
"""Words of origin that may decide a role."""
_SHARED = "shared"
"""The hint of what several places put under one key: its words need not be those of each."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case, however they are set apart."""
    return [word.lower() for word in _WORD.findall(name)]


def operation_of(symbol: str, knowledge: EngineKnowledge) -> str:
    """The kind of operation that a function is named after; '' where it is none."""
    kinds = (knowledge.operations.get(word) for word in words_of(symbol))
    return next((kind for kind in kinds if kind is not None), "")


def settled(write: RawWrite, role: Role, plain: Role | None, candidates: Collection[Role], *, whole: bool) -> Role:
    """The role of a write whose key says `role`, `plain` where the kind of its span is left aside.

    `candidates` are the roles that may ride in such a value; `whole`: it holds whole messages.
    """
    told = _told(write)
    if told is None:
        return role
    if told in candidates and (told in _ANYWHERE or (told in _IN_TEXT and not whole)):
        return told
    return Role.INPUT if role is Role.DOCUMENT and told is plain is Role.INPUT else role


def _told(write: RawWrite) -> Role | None:
    """The one role that all words on the value's way agree on."""
    if _SHARED in write.hints or any(hint.startswith((PART, VOICE)) for hint in write.hints):
        return None
    roles = {role for role in Role if role in write.hints}
    if Role.EMBEDDING in roles:
        roles.discard(Role.INPUT)
    return roles.pop() if len(roles) == 1 else None


def of_several(hints: frozenset[str], places: int) -> frozenset[str]:
    """The hints of what met its key at so many places."""
    return hints | {_SHARED} if places > 1 else hints


def named(m: Machine, value: Value, name: str) -> Value:
    """`value` as the variable `name` holds it: what nothing else told of its origin, the variable may."""
    hint = m.word(name) - _ENDS - {"content"}
    if not hint or not any(isinstance(atom, Opaque) for atom in value.atoms):
        return value
    return Value(tuple((cond, _with(atom, hint) if isinstance(atom, Opaque) else atom) for cond, atom in value.alts))


def _with(atom: Opaque, hint: frozenset[str]) -> Opaque:
    return atom if any(role in atom.hints for role in Role if role not in _ENDS) else Opaque(atom.hints | hint, atom.kind)
