"""The helpers both templates call, bound to one report's wording."""

from collections.abc import Mapping
from typing import Any

from survey.model.document import Package, RecordGate, Write
from survey.model.vocabulary import Channel, Default, Role
from survey.report.base import ReportInput
from survey.report.markup import Safe, code, escape_inline
from survey.view.conditions import condition_text
from survey.view.findings import by_rule, finding_text, rule_text
from survey.view.handling import limit_text, redaction_text
from survey.view.legend import CHANNEL_GLYPHS, DEFAULT_GLYPHS, NESTED, OUTCOME_GLYPHS, REWRITER, UNGATED
from survey.view.matrix import default_of, link, within
from survey.view.model import Cell
from survey.view.phrases import told, told_parts
from survey.view.places import place
from survey.view.text import safe_url
from survey.view.wording import LISTED

_WORST_FIRST = {"error": 0, "warning": 1, "note": 2}


def template_names(source: ReportInput) -> Mapping[str, Any]:
    """What a template may call besides the view itself; `w` says a message."""
    words = source.words

    def when(write: Write, package: Package) -> str:
        """The write's condition in words."""
        return condition_text(write.when, {gate.id: gate for gate in package.gates}, words)

    def gate_words(gate: RecordGate) -> str:
        """`default on` or `default unset`."""
        return words("gate.default", value=gate.default if gate.default is not None else words("gate.unset"))

    def channels_of(cell: Cell) -> tuple[tuple[Channel, Default], ...]:
        """What one cell of the short table says: own records, each channel with its default."""
        return tuple((entry.channel, entry.default) for entry in cell.entries if entry.counts)

    return {
        "w": words,
        "when": when,
        "more": lambda count: words("details.more", count=count),
        "place": place,
        "limit_words": lambda limit: limit_text(limit, words),
        "note_words": lambda note: told(note, "step", words),
        "note_marked": lambda note: Safe(
            "".join(code(text) if is_name else escape_inline(text) for text, is_name in told_parts(note, "step", words))
        ),
        "reason_words": lambda reason: told(reason, "reason", words),
        "sep": Safe(words(LISTED)),
        "semi": Safe(words("list.semicolon")),
        "paren": lambda text: escape_inline(words("list.aside", text=text)),
        "by_rule": by_rule,
        "whole": Safe,
        "finding_words": lambda finding: finding_text(finding, words),
        "hook_words": lambda hook: redaction_text(hook, words),
        "gate_words": gate_words,
        "channels_of": channels_of,
        "default_word": lambda row: words(f"default.{default_of(row)}"),
        "evidence_link": link,
        "within": within,
        "safe_url": safe_url,
        "rule_words": lambda rule: rule_text(rule, words),
        "worst_first": lambda findings: sorted(findings, key=lambda finding: (_WORST_FIRST[finding.level], finding.rule, finding.package)),
        "channel_glyphs": {str(k): v for k, v in CHANNEL_GLYPHS.items()},
        "glyphs": {str(k): v for k, v in DEFAULT_GLYPHS.items()},
        "outcome_glyphs": {str(k): v for k, v in OUTCOME_GLYPHS.items()},
        "nested_glyph": NESTED,
        "rewriter_glyph": REWRITER,
        "ungated_glyph": UNGATED,
        "Role": Role,
        "short_revision": _short,
    }


def _short(revision: str) -> str:
    is_commit = len(revision) in (40, 64) and all(char in "0123456789abcdef" for char in revision)
    return revision[:12] if is_commit else revision
