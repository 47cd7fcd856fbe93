"""The helpers that the Markdown templates call, bound to one report's wording."""

from collections.abc import Callable, Mapping
from typing import Any

from survey.model.document import RecordGate
from survey.model.vocabulary import Channel, Default, Role
from survey.report.base import ReportInput
from survey.report.markup import Safe, code, escape_inline
from survey.view.assigning import setting_message
from survey.view.effects import effect_message, effect_of
from survey.view.findings import by_rule, finding_text, rule_text
from survey.view.governing import rule_messages, still_message, ungated_message
from survey.view.matrix import default_of, link, within
from survey.view.model import Cell
from survey.view.phrases import told, told_parts
from survey.view.places import place
from survey.view.turning_off import off_message, product_message, remaining_message
from survey.view.wording import LISTED

OF_SWITCHES: Mapping[str, Callable[..., Any]] = {
    "setting_message": setting_message,
    "effect_of": effect_of,
    "effect_message": effect_message,
    "rule_messages": rule_messages,
    "still_message": still_message,
    "ungated_message": ungated_message,
    "off_message": off_message,
    "product_message": product_message,
    "remaining_message": remaining_message,
}
"""What is said of switches, as messages, for the templates of the page and of Markdown alike."""


def template_names(source: ReportInput) -> Mapping[str, Any]:
    """What a template may call besides the view itself; `w` says a message."""
    words = source.words

    def gate_words(gate: RecordGate) -> str:
        """`default on` or `default unset`."""
        return words("gate.default", value=gate.default if gate.default is not None else words("gate.unset"))

    def channels_of(cell: Cell) -> tuple[tuple[Channel, Default], ...]:
        """What one cell of the short table says: own records, each channel with its default."""
        return tuple((entry.channel, entry.default) for entry in cell.entries if entry.counts)

    def note_marked(note: str) -> Safe:
        """A step's note with its names and code as code."""
        return Safe("".join(code(text) if is_name else escape_inline(text) for text, is_name in told_parts(note, "step", words)))

    return {
        "w": words,
        "sep": Safe(words(LISTED)),
        "semi": Safe(words("list.semicolon")),
        "paren": lambda text: escape_inline(words("list.aside", text=text)),
        "more": lambda count: words("details.more", count=count),
        "whole": Safe,
        "place": place,
        "within": within,
        "note_marked": note_marked,
        "reason_words": lambda reason: told(reason, "reason", words),
        "rule_words": lambda rule: rule_text(rule, words),
        "finding_words": lambda finding: finding_text(finding, words),
        "by_rule": by_rule,
        "gate_words": gate_words,
        "channels_of": channels_of,
        "default_word": lambda row: words(f"default.{default_of(row)}"),
        "evidence_link": link,
        "Role": Role,
    }
