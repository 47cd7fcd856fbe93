"""What the page's templates may call: the view as it stands, and a few answers about it that only a page asks for."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from survey.model.document import Finding
from survey.model.vocabulary import Channel
from survey.report.base import ReportInput
from survey.report.highlight import shower
from survey.report.names import OF_SWITCHES
from survey.report.said import Said
from survey.verdicts.trials import GIVEN
from survey.view.answer import entries_of
from survey.view.assigning import command_text
from survey.view.consumers import consumers, keys_of
from survey.view.dialects import dialects
from survey.view.drawer import Drawer, Spot
from survey.view.effects import SwitchEffect
from survey.view.filters import presets_of, tokens_of
from survey.view.findings import finding_message, gravity
from survey.view.handling import limit_message, redaction_message
from survey.view.leaving import Leaving, Left
from survey.view.legend import CHANNEL_GLYPHS, DEFAULT_GLYPHS, EITHER, NESTED, OUTCOME_GLYPHS, REWRITER, UNGATED
from survey.view.model import Cell, Entry, Row
from survey.view.rules import escaping, rules_found
from survey.view.text import clean
from survey.view.wording import say

_JOINTS = re.compile(r"(?<=[._(/])(?=\w)")
_FINDINGS = 4
"""Sentences of one rule before the rest is only counted."""


def page_names(source: ReportInput, said: Said) -> Mapping[str, Any]:
    """Everything the templates read; `said` says a message."""
    view = source.view
    opened = source.drawers
    rows = [each.row for each in opened.values()]
    shown = consumers(rows)
    rules = rules_found(opened.values())
    chosen = any(len(pill) > 1 for each in opened.values() for cell in each.row.cells for pill in _pills(cell, each.row))
    gates = {anchor: {gate.id: gate for gate in each.row.package.gates} for anchor, each in opened.items()}
    return {
        "view": view,
        "w": said,
        "say": say,
        "drawers": opened,
        "dialects": dialects(view.groups, view.roles),
        "presets": presets_of(rows),
        "base_of": lambda group: next((opened[row.anchor].base for row in group.rows if opened[row.anchor].base), None),
        "marks_used": tuple(mark for mark in view.legend.marks if mark.glyph != EITHER or chosen),
        "tokens": lambda row: " ".join((*tokens_of(row), *(each.token for each in shown if row in each.on))),
        "consumers": shown,
        "keys_of": keys_of,
        "pills": lambda row, cell: _pills(cell, row),
        "totals": lambda group: tuple(sum(bool(entries_of(row, (role,))) for row in group.rows) for role in view.roles),
        "to_copy": _to_copy,
        **OF_SWITCHES,
        "gate_name": lambda row, id_: gates[row.anchor][id_].name if id_ in gates[row.anchor] else id_,
        "limit_message": lambda limit: limit_message(limit, source.words),
        "hook_message": lambda hook: redaction_message(hook, source.words),
        "by_channel": _by_channel,
        "left_by_channel": lambda found: _by_channel((each.channel, each) for each in found),
        "less": _less,
        "rest": _rest,
        "still": lambda change, usual: _rest(change, usual) or bool(_less(change, usual)),
        "rules": rules,
        "escaping": escaping(rules, rows),
        "in_rules": _in_rules,
        "most_findings": _FINDINGS,
        "finding_message": lambda finding: finding_message(finding, source.words),
        "short_revision": short_revision,
        "broken": broken,
        "channel_glyphs": {str(k): v for k, v in CHANNEL_GLYPHS.items()},
        "default_glyphs": {str(k): v for k, v in DEFAULT_GLYPHS.items()},
        "outcome_glyphs": {str(k): v for k, v in OUTCOME_GLYPHS.items()},
        "marks": {"nested": NESTED, "rewriter": REWRITER, "ungated": UNGATED, "either": EITHER},
        "excerpts": shower(source.code, said) if source.code is not None else None,
    }


def short_revision(revision: str) -> str:
    """A commit's first digits; other revisions as they are."""
    is_commit = len(revision) in (40, 64) and all(char in "0123456789abcdef" for char in revision)
    return revision[:10] if is_commit else revision


def broken(name: str) -> Markup:
    """`name` with places where a narrow column may break it: after what joins its words."""
    return Markup("<wbr>").join(_JOINTS.split(clean(name)))


def _pills(cell: Cell, row: Row) -> tuple[tuple[Entry, ...], ...]:
    """The entries of a cell, those together between which a switch chooses."""
    own = tuple(entry for entry in cell.entries if entry.counts)
    if cell.role in row.leavings.chosen and len(own) > 1:
        return (own, *((entry,) for entry in cell.entries if not entry.counts))
    return tuple((entry,) for entry in cell.entries)


def _to_copy(effect: SwitchEffect) -> str:
    """The setting as one writes it; '' where any object will do."""
    (gate, value), *_ = effect.setting
    return "" if value == GIVEN else command_text(gate, value)


def _by_channel(cells: Iterable[tuple[Channel, Any]]) -> Mapping[Channel, list[Any]]:
    found: dict[Channel, list[Any]] = {}
    for channel, what in cells:
        found.setdefault(channel, []).append(what)
    return found


def _less(change: Leaving, usual: tuple[Left, ...]) -> list[Left]:
    """What is left of a cell of which something else leaves than usual."""
    before = {(each.channel, each.role): each for each in usual}
    return [each for each in change.left if before.get((each.channel, each.role)) not in (each, None)]


def _rest(change: Leaving, usual: tuple[Left, ...]) -> bool:
    """Whether something leaves just as with nothing set."""
    return bool(set(change.left) & set(usual))


def _in_rules(opened: Drawer) -> Mapping[tuple[str, str], Mapping[str, tuple[Finding, list[Spot]]]]:
    """The findings of one package under (level, rule), most serious first; each sentence once, with the places it is said of."""
    found: dict[tuple[str, str], dict[str, tuple[Finding, list[Spot]]]] = {}
    for finding, spot in sorted(opened.findings, key=lambda item: (gravity(item[0].level), item[0].rule)):
        same = found.setdefault((finding.level, finding.rule), {})
        same.setdefault(repr(sorted(finding.params.items())), (finding, []))[1].append(spot)
    return found
