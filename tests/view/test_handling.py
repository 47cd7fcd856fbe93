"""Limits and hooks in words."""

from survey.model.document import Evidence, Limit, Redaction
from survey.view.handling import limit_text, redaction_text
from survey.view.wording import load_wording

WORDS = load_wording()
HERE = Evidence(path="p.py", line=1, end_line=1)


def shown(value: int | None, strategy: str, switch: str | None = None, unit: str = "characters") -> str:
    return limit_text(Limit(value=value, unit=unit, strategy=strategy, switch=switch, evidence=HERE), WORDS)


def test_limits() -> None:
    assert shown(2000, "truncate") == "cut at 2000 characters"
    assert shown(50, "drop", unit="items") == "left out where longer than 50 items"
    assert shown(9, "placeholder", "MAX") == "replaced where longer than 9 characters, or what MAX says"
    assert shown(None, "truncate", "MAX") == "cut at what MAX says, in characters"
    assert shown(None, "truncate", unit="bytes") == "cut at some number of bytes"
    assert shown(1, "odd {x}", unit="{y}") == "limited to 1 {y} (odd {x})"


def test_hooks() -> None:
    hook = Redaction(hook="Client(mask=)", scope="all", stage="write", evidence=HERE)
    assert redaction_text(hook, WORDS) == "may be changed by Client(mask=) (before it is written; sees all writes)"
    assert redaction_text(hook.model_copy(update={"scope": "some"}), WORDS).endswith("sees some)")
    other = hook.model_copy(update={"scope": "1/3, not app_log/output", "stage": "export"})
    assert redaction_text(other, WORDS) == "may be changed by Client(mask=) (at export; sees 1 of 3 writes, not all of: output (app log))"
