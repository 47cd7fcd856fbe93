"""The summary on the terminal: the answer and one line a package, readable at 80 columns."""

from rich import box
from rich.table import Table
from rich.text import Text

from survey.model.vocabulary import Default, Role
from survey.report.base import ReportInput
from survey.report.console import console_of
from survey.view.model import Cell, Group, Row
from survey.view.phrases import told
from survey.view.text import clean
from survey.view.wording import Wording

_STYLES = {Default.ON: "yellow", Default.OFF: "green"}


def render_terminal(source: ReportInput, width: int = 80, *, color: bool = False) -> str:
    """The summary as text; escape sequences are in it only when `color` is on."""
    console, out = console_of(width, color=color)
    view, words = source.view, source.words
    for group in view.groups:
        console.print(_group(group, words))
        console.print()
    for sentence in view.answer:
        console.print(Text(words(sentence)))
    console.print()
    for hypothesis in view.hypotheses:
        console.print(Text(f"{words(hypothesis.claim)} {words(hypothesis.word)}", style="bold"))
        console.print(Text(words(hypothesis.verdict)))
    console.print(Text(words("terminal.legend"), style="dim"))
    return out.getvalue()


def _group(group: Group, words: Wording) -> Table | Text:
    title = Text(f"{clean(group.name)}  {words(f'status.{group.status}')}", style="bold")
    if group.reason:
        title.append(f": {told(group.reason, 'reason', words)}", style="not bold red")
    if group.fallback_reason:
        title.append(f"\n{words('unseen.fallback', reason=told(group.fallback_reason, 'reason', words))}", style="not bold yellow")
    if not group.rows:
        return title
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(words("column.package"), ratio=5, overflow="fold")
    table.add_column(words("role.input"), min_width=12)
    table.add_column(words("role.output"), min_width=12)
    table.add_column(words("column.switch"), ratio=5, overflow="fold")
    for row in group.rows:
        name = Text(clean(row.package.name))
        if row.package.status != "analysed":
            name.append(f" ({words(f'status.{row.package.status}')})", style="red")
        table.add_row(name, _cell(row.cell(Role.INPUT), words), _cell(row.cell(Role.OUTPUT), words), _switch(row, words))
    return table


def _cell(cell: Cell, words: Wording) -> Text:
    text = Text()
    for entry in cell.entries:
        if entry.counts:
            shown = f"{words(f'channel.short.{entry.channel}')} {words(f'default.{entry.default}')}"
            text.append(f"\n{shown}" if text else shown, style=_STYLES.get(entry.default, ""))
    if text:
        return text
    if not cell.entries:
        return Text(words(f"outcome.{cell.outcome}"), style="dim")
    return Text(words("cell.mark.nested" if any(entry.nested for entry in cell.entries) else "cell.mark.rewriter"), style="dim")


def _switch(row: Row, words: Wording) -> Text:
    if not row.switches:
        return Text(words("gate.none") if row.evidence else "", style="dim")
    text = Text(clean(row.switches[0].name))
    if len(row.switches) > 1:
        text.append(f" +{len(row.switches) - 1}", style="dim")
    return text
