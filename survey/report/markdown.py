"""`report.md` with the answer and one table, and a page a project in `report/`, for people and for coding agents.

What repeats is folded, and each page says so: a way that was told for one kind of content is named for the next, further places stand
in one line, and of long lists the first are told and the rest is counted. `survey.json` beside them holds everything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from survey.model.document import Gate, Package, Write
from survey.model.vocabulary import Channel, Role
from survey.report.base import ReportInput
from survey.report.markup import Safe, code, environment, escape_inline
from survey.report.names import OF_SWITCHES, template_names
from survey.report.pages import MARK, Section, addresses, paged
from survey.verdicts.conditions import gates_in
from survey.view.consumers import consumers, keys_of
from survey.view.dialects import dialects
from survey.view.drawer import Drawer, Way
from survey.view.formula import formula
from survey.view.handling import redaction_text
from survey.view.leaving import Left
from survey.view.rules import escaping, rules_found
from survey.view.showing import limits_of
from survey.view.wording import Code, Message, say

_MOST, _MOST_KEYS, _MOST_PLACES = 3, 6, 10
"""Of a list in a cell or a line; keys of further places; places of a list of its own."""


class MarkdownReport:
    """GitHub-flavoured Markdown."""

    filename = "report.md"

    def render(self, source: ReportInput) -> bytes:
        """The first file alone."""
        return self.files(source)[self.filename]

    def files(self, source: ReportInput) -> Mapping[str, bytes]:
        """UTF-8 text, nothing in it but what the templates wrote as markup; the first file, then the projects' pages."""
        view, names = source.view, _names(source)
        sections = [
            (group, tuple(_sections((source.drawers[row.anchor] for row in group.rows), names))) for group in view.groups if group.rows
        ]
        pages = paged(sections)
        rows, rules = [row for group in view.groups for row in group.rows], rules_found(source.drawers.values())
        main = {
            "view": view,
            "rows": rows,
            "where": addresses(pages),
            "dialects": dialects(view.groups, view.roles),
            "rules": rules,
            "escaping": escaping(rules, rows),
            "consumers": consumers(rows),
            "keys_of": keys_of,
        }
        made = {self.filename: _render("report.md.jinja", main, names)}
        for page in pages:
            texts = [Safe(section.text) for section in page.sections]
            made[page.filename] = f"{MARK}\n\n{_render('project.md.jinja', {'group': page.group, 'sections': texts}, names)}"
        return {name: text.encode() for name, text in made.items()}


# --- a package's section -----------------------------------------------------------------------------------------------


def _sections(opened: Iterable[Drawer], names: Mapping[str, object]) -> Iterator[Section]:
    """The sections of one project; a switch that an earlier one told is only named."""
    seen: dict[Gate, str] = {}
    for each in opened:
        package = each.row.package
        old: dict[str, list[str]] = {}
        for gate in package.gates:
            if gate in seen:
                old.setdefault(seen[gate], []).append(gate.name)
        given = {
            "opened": each,
            "folder": each.folder.rstrip("/"),
            "new_gates": [gate for gate in package.gates if gate not in seen],
            "old_gates": {name: tuple(dict.fromkeys(gates)) for name, gates in old.items()},
            "most": _MOST,
            "most_keys": _MOST_KEYS,
            "most_places": _MOST_PLACES,
        }
        yield Section(each.row, _render("package.md.jinja", given, names))
        for gate in package.gates:
            seen.setdefault(gate, package.name)


# --- rendering ---------------------------------------------------------------------------------------------------------


def _names(source: ReportInput) -> Mapping[str, object]:
    words = source.words

    def cells(found: Iterable[tuple[Channel, Role]]) -> str:
        """`input (span attribute), …`."""
        told = tuple(say("whatif.cell", role=say(f"role.{role}"), channel=say(f"channel.{channel}")) for channel, role in found)
        return words("list.fact", fact=told) if told else ""

    def cells_left(found: Iterable[Left]) -> Safe:
        """`input (span attribute), …`; where only some of a record's writes are left, how many and under which keys."""
        told = tuple(say("whatif.cell", role=_part_left(left), channel=say(f"channel.{left.channel}")) for left in found)
        return marked(say("list.fact", fact=told) if told else say("leaves.nothing"))

    def write_formula(write: Write, package: Package) -> str:
        """The whole condition; '' where its rule says as much."""
        return formula(write.when, {gate.id: gate for gate in package.gates}) if len(gates_in(write.when)) > 1 else ""

    def marked(message: Message | Code) -> Safe:
        """A message with its names and code as code."""
        if isinstance(message, Code):
            return code(message)
        return Safe("".join(code(text) if is_name else escape_inline(text) for text, is_name in words.parts(message)))

    def step_place(way: Way, number: int) -> str:
        """`path:line`; the file's name alone where the way has been in that file before."""
        spot = way.steps[number][0]
        known = any(before.path == spot.path for before, _ in way.steps[:number])
        return f"{spot.path.rpartition('/')[2] if known else spot.path}:{spot.line}"

    more = {
        "step_place": step_place,
        "marked": marked,
        "say": say,
        **OF_SWITCHES,
        "hook_words": lambda hook: redaction_text(hook, words),
        "cells": cells,
        "cells_left": cells_left,
        "formula": write_formula,
        "limits_of": lambda record: limits_of(record, words),
    }
    return {**template_names(source), **more}


def _part_left(left: Left) -> Message:
    """What is left of one cell."""
    role = say(f"role.{left.role}")
    return role if left.writes == left.of else say("leaves.part", role=role, writes=left.writes, of=left.of, keys=left.keys)


def _render(template: str, given: Mapping[str, object], names: Mapping[str, object]) -> str:
    """Without the blank lines and blanks at line ends that templates leave."""
    text = environment(html=False).get_template(template).render(**names, **given)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"
