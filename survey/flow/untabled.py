"""Content under a key that no table knows: it counts by what the value is called where it meets its key, and by its origin.

A word on a value's way says little of what is read at its end: `response.model` came with an answer and is none. So what the
value itself is called has to speak of content, and some name in the expression of a conversation with a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from survey.flow.expressions import field_of, read_from
from survey.flow.roles import Carried
from survey.flow.shown import last_name
from survey.flow.values import HOLE
from survey.flow.writes import RawWrite
from survey.knowledge.engine import APPLIED, TELEMETRY, EngineKnowledge
from survey.knowledge.keys import KeyTable
from survey.model import ir
from survey.model.vocabulary import Channel, Confidence, KeyShape, Role

_CHANNELS = (Channel.SPAN_ATTRIBUTE, Channel.SPAN_EVENT, Channel.LOG_RECORD)
_WORD_OF_CONTENT = "content"


def is_candidate(write: RawWrite, keys: KeyTable) -> bool:
    """Whether the key tables know nothing of the place, and the value may be content."""
    key = write.key.replace(HOLE, "*")
    if write.channel not in _CHANNELS or write.field == "body" or write.rewritten or not key.strip("*."):
        return False
    if {TELEMETRY, APPLIED} & write.hints or not any(role in write.hints for role in Role):
        return False
    known = write.event is not None and keys.event(write.event.replace(HOLE, "*"), write.kind) is not None
    return not known and keys.lookup(key, write.kind) is None


def carried(write: RawWrite, value: ir.Expr, knowledge: EngineKnowledge, serialises: Callable[[str], bool]) -> Carried | None:
    """What `write` carries, `value` being what stands for it at the place of the write; None where that is not certain.

    `serialises` says whether what a function of that name gives is its argument in another form.
    """
    own = knowledge.words.get(_called(value, serialises).lower().lstrip("_"))
    if own is None or not any(name.lower().lstrip("_") in knowledge.certain_words for name in _names(value)):
        return None
    told = [role for role in Role if role in write.hints]
    role = Role(own) if own != _WORD_OF_CONTENT else told[0] if len(told) == 1 else Role.UNKNOWN
    key = write.key.replace(HOLE, "*")
    shape = KeyShape.FLATTENED if "*" in key else KeyShape.STRUCTURED
    event = write.event.replace(HOLE, "*") if write.event is not None else None
    return Carried(role, False, write.channel, key, event, shape, Confidence.LOW)


def _called(expr: ir.Expr, serialises: Callable[[str], bool]) -> str:
    """What a value is called: the last name that is read for it, through what only gives it another form; '' for none."""
    match expr:
        case ir.Name() | ir.Attr():
            return last_name(expr)
        case ir.Index(index=ir.Const(value=str(name))):
            return name
        case ir.Index(obj=inner) | ir.Await(value=inner):
            return _called(inner, serialises)
        case ir.BoolOp(values=(first, *_)):
            return _called(first, serialises)
        case ir.Conditional(then=then, other=other):
            return _called(then, serialises) or _called(other, serialises)
        case ir.Call() if read_from(expr) is not None:
            return field_of(expr)
        case ir.Call(func=func, args=args) if serialises(last_name(func)):
            plain = next((arg.value for arg in args if not arg.name and not arg.spread), None)
            given = plain if plain is not None else func.obj if isinstance(func, ir.Attr) else None
            return _called(given, serialises) if given is not None else ""
        case _:
            return ""


def _names(expr: ir.Expr) -> Iterator[str]:
    for part in ir.walk((expr,)):
        match part:
            case ir.Name() | ir.Attr():
                yield last_name(part)
            case ir.Const(value=str(text)):
                yield text
            case _:
                pass
