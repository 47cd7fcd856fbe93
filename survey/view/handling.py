"""What is done to content before it leaves, in words: limits and hooks."""

from survey.model.document import Limit, Redaction
from survey.view.wording import Message, Wording, say

_STRATEGIES = frozenset({"truncate", "placeholder", "drop"})


def limit_text(limit: Limit, words: Wording) -> str:
    """`cut at 2000 characters`, and the like."""
    unit = _or_text(words, f"unit.{limit.unit}", limit.unit)
    if limit.value is None:
        size = say("details.size.set", switch=limit.switch, unit=unit) if limit.switch else say("details.size.open", unit=unit)
    elif limit.switch:
        size = say("details.size.default", value=limit.value, unit=unit, switch=limit.switch)
    else:
        size = say("details.size.fixed", value=limit.value, unit=unit)
    known = limit.strategy if limit.strategy in _STRATEGIES else "other"
    return words(f"details.limit.{known}", size=size, strategy=limit.strategy)


def redaction_text(found: Redaction, words: Wording) -> str:
    """What may change the content, when, and which writes it sees."""
    stage, scope = (_or_text(words, f"{kind}.{text}", text) for kind, text in (("stage", found.stage), ("scope", found.scope)))
    return words("details.redaction", hook=found.hook, stage=stage, scope=scope)


def _or_text(words: Wording, id_: str, text: str) -> Message | str:
    """The message of that id, or what the document says where the catalog has none."""
    return say(id_) if words.has(id_) else text
