"""What is done to content before it leaves, in words: limits and hooks."""

import re

from survey.model.document import Limit, Package, Redaction
from survey.view.wording import Message, Wording, say

_SOME = re.compile(r"(?P<seen>\d+)/(?P<of>\d+), not (?P<missed>.+)")
_STRATEGIES = frozenset({"truncate", "placeholder", "drop"})


def limit_text(limit: Limit, words: Wording) -> str:
    """`cut at 2000 characters`, and the like."""
    return words(limit_message(limit, words))


def limit_message(limit: Limit, words: Wording) -> Message:
    """The same as a message; `words` says only which units have a word."""
    unit = _or_text(words, f"unit.{limit.unit}", limit.unit)
    if limit.value is None:
        size = say("details.size.set", switch=limit.switch, unit=unit) if limit.switch else say("details.size.open", unit=unit)
    elif limit.switch:
        size = say("details.size.default", value=limit.value, unit=unit, switch=limit.switch)
    else:
        size = say("details.size.fixed", value=limit.value, unit=unit)
    known = limit.strategy if limit.strategy in _STRATEGIES else "other"
    return say(f"details.limit.{known}", size=size, strategy=limit.strategy)


def redaction_text(found: Redaction, words: Wording) -> str:
    """What may change the content, when, and which writes it sees."""
    return words(redaction_message(found, words))


def redaction_message(found: Redaction, words: Wording) -> Message:
    """The same as a message; `words` says only which stages and scopes have a word."""
    stage = _or_text(words, f"stage.{found.stage}", found.stage)
    return say("details.redaction", hook=found.hook, stage=stage, scope=_scope(found.scope, words))


def hooks_of(package: Package) -> tuple[Redaction, ...]:
    """What may change content before it leaves: the first of each hook, stage and scope; what it sees is told of the whole package."""
    found: dict[tuple[str, str, str], Redaction] = {}
    for record in package.records:
        for write in record.writes:
            for hook in write.redaction:
                found.setdefault((hook.hook, hook.stage, hook.scope), hook)
    return tuple(found.values())


def _scope(text: str, words: Wording) -> Message | str:
    """`all`, or `77/86, not span_event/document, ...`: how many of how many writes, and where it misses some."""
    match = _SOME.fullmatch(text)
    if match is None:
        return say("scope.all") if text == "all" else text
    missed = tuple(_missed(part, words) for part in match["missed"].split(", "))
    return say("scope.some", seen=match["seen"], of=match["of"], missed=missed)


def _missed(text: str, words: Wording) -> Message | str:
    channel, _, role = text.partition("/")
    if text == "...":
        return say("scope.others")
    known = words.has(f"channel.{channel}") and words.has(f"role.{role}")
    return say("whatif.cell", role=say(f"role.{role}"), channel=say(f"channel.{channel}")) if known else text


def _or_text(words: Wording, id_: str, text: str) -> Message | str:
    """The message of that id, or what the document says where the catalog has none."""
    return say(id_) if words.has(id_) else text
