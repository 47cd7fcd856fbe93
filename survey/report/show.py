"""`survey show` on the terminal: one project's packages, each record with its key, switch, limit and line."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from survey.model.document import Package, Place, Record
from survey.model.vocabulary import Default, TargetStatus
from survey.report.console import console_of, trimmed
from survey.report.lines import folded, put
from survey.view.effects import strongest_first
from survey.view.findings import by_rule, finding_text, rule_text
from survey.view.governing import ungated_message
from survey.view.handling import hooks_of, redaction_text
from survey.view.matrix import only_rewrites, within
from survey.view.phrases import told
from survey.view.showing import PackageShown, hook_names, limits_of, places_of, switch_text
from survey.view.text import clean, safe_url
from survey.view.turning_off import off_message, product_message
from survey.view.wording import LANGUAGES, Wording, load_wording, say

_SHOWN = 3
"""Keys, switches and lines told per record before the rest is only counted."""
_FINDINGS = 2
"""Places told per rule."""
_STYLES = {Default.ON: "yellow", Default.OFF: "green"}


def render_show(packages: Iterable[PackageShown], width: int = 80, *, color: bool = False, language: str = LANGUAGES[0]) -> str:
    """The packages as text; escape sequences are in it only when `color` is on."""
    console, out = console_of(width, color=color)
    writer = _Writer(console, load_wording(language))
    for number, each in enumerate(packages):
        if number:
            console.print()
        writer.package(each)
    return trimmed(out)


class _Writer:
    def __init__(self, console: Console, words: Wording) -> None:
        self.console = console
        self.words = words
        labels = (words(f"column.{name}") for name in ("key", "switch", "limit", "hook", "escapes", "evidence"))
        self.label = max(map(cell_len, labels)) + 2

    def package(self, shown: PackageShown) -> None:
        package, words = shown.package, self.words
        title = Text(clean(package.name), style="bold")
        source = shown.target.source
        revision = source.commit[:12] if source is not None and source.commit else ""
        put(
            self.console, title.append(f"  {' '.join(filter(None, (clean(package.version or ''), clean(revision))))}", style="not bold dim")
        )
        if package.status is not TargetStatus.ANALYSED:
            put(self.console, Text(words("show.status", status=say(f"status.{package.status}")), style="red"), 2)
        self._off(shown)
        for record in shown.records:
            self._record(shown, record)
        for outcome, roles in shown.missing:
            self.console.print()
            put(
                self.console,
                Text(words("show.missing", outcome=say(f"outcome.{outcome}"), roles=tuple(say(f"role.{r}") for r in roles))),
                2,
            )
        self._hooks(package)
        self.console.print()
        put(self.console, Text(words("details.searched", files=package.searched.files, sinks=package.searched.sinks), style="dim"), 2)
        self._unresolved(package)
        self._findings(shown)

    def _off(self, shown: PackageShown) -> None:
        """What it takes to turn everything off."""
        if shown.off is None:
            return
        words, found = self.words, shown.off
        self.console.print()
        put(self.console, Text(words("off.heading"), style="bold").append(f" {words(off_message(found))}", style="not bold"), 2)
        for left in found.remaining:
            line = Text(words("markdown.way", role=say(f"role.{left.role}"), channel=say(f"channel.{left.channel}")))
            line.append(" ").append_text(_place(shown.package, left.write.evidence))
            put(self.console, line.append(f" {words('whatif.more', count=left.more)}" if left.more else ""), 4)
        product = product_message(found)
        if product is not None:
            put(self.console, Text(words(product)), 2)

    def _record(self, shown: PackageShown, record: Record) -> None:
        words, package = self.words, shown.package
        told_ = {"role": say(f"role.{record.role}"), "channel": say(f"channel.{record.channel}")}
        default = say(f"explain.default.{record.default}")
        title = words("explain.nested" if record.nested else "explain.record", **told_, default=default)
        self.console.print()
        put(self.console, Text(title, style=f"bold {_STYLES.get(record.default, '')}".strip()), 2)
        if only_rewrites(record):
            put(self.console, Text(words("cell.rewriter"), style="dim"), 4)
        self._labelled("key", [Text(clean(key)) for key in record.keys])
        self._labelled(
            "switch",
            [Text(switch_text(gate, shown.leavings, words)) for gate in strongest_first(record.gates, shown.leavings)]
            or [Text(words("gate.none"), style="dim")],
        )
        self._labelled("limit", [Text(f"{text}  ").append_text(_place(package, place)) for text, place in limits_of(record, words)])
        self._labelled("hook", [Text(clean(hook)) for hook in hook_names(record)])
        if record.ungated:
            put(self.console, Text(words(ungated_message(record, shown.rules.expected(record))), style="red"), 4)
        self._labelled("escapes", [_place(package, place) for place in record.ungated], style="red")
        self._labelled("evidence", [_place(package, place) for place in places_of(record)])

    def _labelled(self, name: str, lines: Sequence[Text], style: str = "") -> None:
        more = len(lines) - _SHOWN
        kept = list(lines) if more <= 1 else [*lines[:_SHOWN], Text(self.words("details.more", count=more), style="dim")]
        label = self.words(f"column.{name}")
        for line in (part for each in kept for part in folded(each, self.console.width - 4 - self.label)):
            head = Text(f"    {label}{' ' * (self.label - cell_len(label))}", style=style or "dim")
            self.console.print(head.append_text(Text("", style="not dim").append_text(line)), soft_wrap=True)
            label = ""

    def _unresolved(self, package: Package) -> None:
        if package.unresolved:
            put(self.console, Text(self.words("unseen.unresolved", count=len(package.unresolved)), style="red"), 2)
        for item in package.unresolved[:_SHOWN]:
            put(self.console, _place(package, item).append(f"  {told(item.reason, 'reason', self.words)}"), 4)
        if len(package.unresolved) > _SHOWN:
            put(self.console, Text(self.words("details.more", count=len(package.unresolved) - _SHOWN), style="dim"), 4)

    def _findings(self, shown: PackageShown) -> None:
        words = self.words
        if shown.findings:
            self.console.print()
            put(self.console, Text(words("heading.findings"), style="bold"), 2)
        for rule, found in by_rule(shown.findings).items():
            title = words("show.rule", level=say(f"level.{found[0].level}"), text=rule_text(rule, words), places=len(found))
            put(self.console, title, 4)
            for finding in found[:_FINDINGS]:
                put(self.console, Text(f"{finding_text(finding, words)}  ").append_text(_place(shown.package, finding.evidence)), 6)
            if len(found) > _FINDINGS:
                put(self.console, Text(words("details.more", count=len(found) - _FINDINGS), style="dim"), 6)

    def _hooks(self, package: Package) -> None:
        hooks = hooks_of(package)
        if hooks:
            self.console.print()
            put(self.console, Text(self.words("show.hooks"), style="bold"), 2)
        for hook in hooks:
            put(self.console, Text(f"{redaction_text(hook, self.words)}  ").append_text(_place(package, hook.evidence)), 4)


def _place(package: Package, place: Place) -> Text:
    """`path:line` within the package's folder, linked where there is a permalink."""
    url = safe_url(getattr(place, "permalink", None))
    return Text(f"{clean(within(place.path, package.path))}:{place.line}", style=f"link {url}" if url else "")
