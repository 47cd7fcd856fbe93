"""The summary on the terminal: packages by channels, one line each, and the answer below, readable at 80 columns."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from survey.model.vocabulary import Channel, Default, Role, TargetStatus
from survey.report.base import ReportInput
from survey.report.console import console_of, trimmed
from survey.report.lines import in_column, put
from survey.view.answer import entries_of
from survey.view.leaving import HEADLINE
from survey.view.model import Group, Row
from survey.view.overview import prefix_of, short_name, spots_of, totals
from survey.view.phrases import told
from survey.view.text import clean
from survey.view.wording import Wording, say

_STYLES = {"on": "yellow", "off": "green"}
_NONE = "-"
_NARROW = 100
"""Columns below which no blank is given away."""
_SWITCH, _LEAST = 29, 14
"""Columns for a switch with how many more there are; columns that names and switches get however narrow the terminal is."""


def render_terminal(source: ReportInput, width: int = 80, *, color: bool = False) -> str:
    """The summary as text; escape sequences are in it only when `color` is on."""
    console, out = console_of(width, color=color)
    view, words = source.view, source.words
    channels = tuple(total.channel for total in totals(view.groups))
    if channels:
        shown = tuple(say("terminal.channel", short=say(f"channel.short.{each}"), channel=say(f"channel.{each}")) for each in channels)
        put(console, Text(words("terminal.legend", channels=shown), style="dim"))
        put(console, Text(_cells_explained(view.groups, channels, words), style="dim"))
        console.print()
    layout = _layout(view.groups, channels, words, console.width)
    for group in view.groups:
        _group(console, group, layout, words)
        console.print()
    for sentence in view.answer:
        put(console, words(sentence))
    console.print()
    for hypothesis in view.hypotheses:
        put(console, Text(words("terminal.hypothesis", claim=hypothesis.claim, word=hypothesis.word), style="bold"))
        put(console, words(hypothesis.verdict))
    return trimmed(out)


def _cells_explained(groups: tuple[Group, ...], channels: tuple[Channel, ...], words: Wording) -> str:
    """What stands in the cells of the tables, and nothing that does not."""
    cells = [_cell(row, channel, words) for group in groups for row in group.rows for channel in channels]
    used = {part for cell in cells for part in cell.split("/")}
    marks = [say(f"terminal.mark.{default}") for default in Default if words(f"default.short.{default}") in used]
    marks += [say("terminal.mark.none")] if _NONE in used else []
    return words("terminal.cells_differ" if any("/" in cell for cell in cells) else "terminal.cells", marks=tuple(marks))


# --- the table ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Layout:
    """How wide the columns are, the same in every table of the summary."""

    channels: tuple[tuple[Channel, int], ...]
    name: int
    switch: int
    gap: int
    prefixes: bool
    """Whether what a target's names begin with is left out of them."""


def _layout(groups: tuple[Group, ...], channels: tuple[Channel, ...], words: Wording, width: int) -> _Layout:
    rows = [row for group in groups for row in group.rows]
    sizes = [
        (each, max(cell_len(text) for text in (words(f"channel.short.{each}"), *(_cell(row, each, words) for row in rows))))
        for each in channels
    ]
    gap = 1 if width < _NARROW else 2
    left = width - sum(size + gap for _, size in sizes) - gap
    least = cell_len(words("column.package"))
    whole = max((cell_len(_name(row, "", words).plain) for row in rows), default=0)
    prefixes = whole + _SWITCH > left
    if prefixes:
        whole = max((cell_len(_name(row, prefix_of(group), words).plain) for group in groups for row in group.rows), default=0)
    name = max(least, min(whole, max(left - _SWITCH, _LEAST)))
    return _Layout(tuple(sizes), name, max(left - name, _LEAST), gap, prefixes)


def _group(console: Console, group: Group, layout: _Layout, words: Wording) -> None:
    prefix = prefix_of(group) if layout.prefixes else ""
    title = Text(words("terminal.group", name=group.name, packages=len(group.rows)), style="bold")
    if group.status is not TargetStatus.ANALYSED:
        title.append(f"  {words(f'status.{group.status}')}", style="red")
    put(console, title)
    if prefix:
        put(console, Text(words("terminal.prefix", prefix=prefix), style="dim"))
    if group.reason:
        put(console, Text(told(group.reason, "reason", words), style="red"))
    if group.fallback_reason:
        put(console, Text(words("unseen.fallback", reason=told(group.fallback_reason, "reason", words)), style="yellow"))
    if not group.rows:
        return
    table = Table(box=None, padding=(0, layout.gap, 0, 0), pad_edge=False)
    table.add_column(words("column.package"), width=layout.name)
    for channel, size in layout.channels:
        table.add_column(words(f"channel.short.{channel}"), width=size)
    table.add_column(words("column.switch"), width=layout.switch)
    for row in group.rows:
        cells = (_styled(_cell(row, channel, words), row, channel) for channel, _ in layout.channels)
        name = in_column(_name(row, prefix, words), layout.name)
        table.add_row(name, *cells, in_column(_switch(row, words), layout.switch))
    console.print(table)


def _name(row: Row, prefix: str, words: Wording) -> Text:
    text = Text(short_name(row, prefix))
    if row.package.status is not TargetStatus.ANALYSED:
        text.append(f" {words('terminal.status', status=say(f'status.{row.package.status}'))}", style="red")
    return text


def _cell(row: Row, channel: Channel, words: Wording) -> str:
    spots = spots_of(row, channel)
    told_ = [words(f"default.short.{default}") if default else _NONE for default in (spots.input, spots.output)]
    return "/".join(dict.fromkeys(told_))


def _styled(text: str, row: Row, channel: Channel) -> Text:
    spots = spots_of(row, channel)
    defaults = {default for default in (spots.input, spots.output) if default}
    return Text(text, style=_STYLES.get(defaults.pop(), "") if len(defaults) == 1 else "" if defaults else "dim")


def _switch(row: Row, words: Wording) -> Text:
    """The switch that most writes obey; what there is to say where prompt and completion are not written at all."""
    own = entries_of(row)
    if not own:
        return Text(words("outcome.not_found" if row.package.status is TargetStatus.ANALYSED else "default.unknown"), style="dim")
    text = Text(clean(row.switches[0].name)) if row.switches else Text(words("gate.none"), style="dim")
    if len(row.switches) > 1:
        text.append(f" +{len(row.switches) - 1}", style="dim")
    roles = tuple(role for role in Role if any(cell.role is role and any(e.counts for e in cell.entries) for cell in row.cells))
    if not set(HEADLINE) & set(roles):
        text.append(f" {words('terminal.others', roles=tuple(say(f'role.{role}') for role in roles))}", style="dim")
    return text
