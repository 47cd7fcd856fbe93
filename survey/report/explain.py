"""`survey explain` on the terminal: every step with its lines of code, like a compiler's message, readable at 80 columns."""

from rich.text import Text

from survey.model.document import Write
from survey.report.console import NARROWEST, console_of, trimmed
from survey.report.lines import put
from survey.view.conditions import condition_text
from survey.view.explanation import ExplainedRecord, ExplainedWrite, Explanation, ShownStep
from survey.view.handling import limit_text, redaction_text
from survey.view.matrix import within
from survey.view.phrases import told
from survey.view.text import clean, clean_code, safe_url
from survey.view.wording import LANGUAGES, Wording, load_wording, say

_WIDEST = 120
_LONGEST_CONDITION = 1200


def render_explanation(explanation: Explanation, width: int = 80, *, color: bool = False, language: str = LANGUAGES[0]) -> str:
    """One package as text; escape sequences are in it only when `color` is on."""
    return _Writer(load_wording(language), width, color=color).package(explanation)


class _Writer:
    def __init__(self, words: Wording, width: int, *, color: bool) -> None:
        self.words = words
        self.width = min(max(width, NARROWEST), _WIDEST)
        self.console, self.out = console_of(self.width, color=color)
        self.color = color

    def package(self, found: Explanation) -> str:
        words, package = self.words, found.package
        heading = Text(f"{clean(found.target)}: {clean(package.name)}", style="bold")
        about = " ".join(filter(None, (clean(package.version or ""), clean(found.revision[:12]))))
        self.console.print(heading.append(f"  {about}", style="not bold dim") if about else heading)
        if found.no_code:
            put(self.console, Text(words("explain.no_code", reason=told(found.no_code, "reason", words)), style="yellow"))
        searched = say("cell.searched", files=package.searched.files, sinks=package.searched.sinks)
        for role in found.missing:
            put(self.console, Text(words("explain.none", role=say(f"role.{role}"), searched=searched)))
        for role, channels in found.elsewhere:
            names = tuple(say(f"channel.{channel}") for channel in channels)
            put(self.console, Text(words("explain.elsewhere", role=say(f"role.{role}"), channels=names)))
        if not package.records:
            put(self.console, Text(words("explain.nothing", searched=searched)))
        for record in found.records:
            self._record(found, record)
        return trimmed(self.out)

    # --- records -------------------------------------------------------------------------------------------------

    def _record(self, found: Explanation, shown: ExplainedRecord) -> None:
        words, record = self.words, shown.record
        told = {
            "role": say(f"role.{record.role}"),
            "channel": say(f"channel.{record.channel}"),
            "default": say(f"explain.default.{record.default}"),
        }
        self.console.print()
        put(self.console, Text(words("explain.nested" if record.nested else "explain.record", **told), style="bold"))
        for gate in shown.gates:
            default = say("gate.default", value=gate.default) if gate.default is not None else say("gate.unset")
            line = f"  {words('explain.switch', name=gate.name, kind=say(f'gate.{gate.kind}'), default=default)}"
            if gate.evidence is not None:
                line += f"  {clean(within(gate.evidence.path, found.package.path))}:{gate.evidence.line}"
            self._print_whole(Text(line, style="green"))
        for explained in shown.writes:
            self._write(found, explained)
        for message, listed in (("explain.above", shown.above), ("explain.more", shown.others)):
            if listed:
                self.console.print()
                put(self.console, Text(f"  {words(message, count=len(listed))}"))
            for write in listed:
                place = f"{clean(within(write.evidence.path, found.package.path))}:{write.evidence.line}"
                self._print_whole(Text(f"    {place}  {_key(write)}"))

    def _write(self, found: Explanation, explained: ExplainedWrite) -> None:
        write, words = explained.write, self.words
        gates = {gate.id: gate for gate in found.package.gates}
        self.console.print()
        self._print_whole(Text(f"  {_key(write)}", style="bold cyan"))
        if write.when is not True:
            condition = clean(condition_text(write.when, gates, words), _LONGEST_CONDITION)
            put(self.console, Text(words("explain.when", condition=condition)), 2)
        for text, place in [
            *((limit_text(limit, words), limit.evidence) for limit in write.limits),
            *((redaction_text(hook, words), hook.evidence) for hook in write.redaction),
        ]:
            put(self.console, Text(f"{text}  {clean(within(place.path, found.package.path))}:{place.line}", style="yellow"), 2)
        for number, step in enumerate(explained.steps, 1):
            self._step(number, step)
        if (url := safe_url(explained.link)) is not None:
            self._print_whole(Text(f"    {url}", style="dim"))

    def _step(self, number: int, step: ShownStep) -> None:
        put(self.console, Text(f"{number}. {told(step.note, 'step', self.words)}"), 2)
        place = Text(f"{clean(step.path)}:{step.line}", style="blue")
        url = safe_url(step.link)
        if self.color and url is not None:
            place.stylize(f"link {url}")
        self._print_whole(Text("     ").append_text(place))
        digits = len(str(step.lines[-1].number)) if step.lines else 0
        indent = min((_indent(line.text) for line in step.lines if line.text.strip()), default=0)
        for line in step.lines:
            mark = ">" if line.marked else " "
            text = Text(
                f"     {mark} {line.number:>{digits}} | {clean_code(line.text)[indent:]}".rstrip(), style="bold" if line.marked else "dim"
            )
            text.truncate(self.width, overflow="ellipsis")
            self._print_whole(text)

    def _print_whole(self, text: Text) -> None:
        """A line that is never broken: it is to be copied."""
        self.console.print(text, soft_wrap=True)


def _key(write: Write) -> str:
    key = clean(write.key)
    return f"{clean(write.event)} ({clean(write.field or key)})" if write.event and write.event != write.key else key


def _indent(text: str) -> int:
    shown = clean_code(text)
    return len(shown) - len(shown.lstrip())
