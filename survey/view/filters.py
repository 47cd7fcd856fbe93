"""By what a reader may narrow the matrix down: a row's tokens, and which number of which sentence stands for which token."""

from collections.abc import Iterable, Mapping

from survey.model.vocabulary import Default, Role
from survey.view.answer import entries_of, in_part, undecided, use_of
from survey.view.model import Row
from survey.view.wording import Message

ALL = "all"
PRESETS = ("on", "span_attribute", "log_record", "vendor_payload", "no_switch", "semconv")
"""One click each, in the order of the buttons; `preset.…` in the catalog names them."""
FILTERS = (
    *("writes", "input", "off", "open", "ungated", "undecided", "partial"),
    *("attributes_only", "logs_only", "both", "elsewhere", "none"),
)
"""What the numbers of the answer lead to and neither a preset nor a channel names; `filter.…` in the catalog does."""
_SEMCONV_137 = frozenset({"gen_ai.input.messages", "gen_ai.output.messages"})
"""Where the semantic conventions put messages since v1.37 (knowledge/roles/otel-genai.yaml)."""

LINKS: Mapping[str, Mapping[str, str]] = {
    "answer.default": {"packages": ALL, "inputs": "input", "on": "on", "off": "off", "other_default": "open"},
    "answer.ungated": {"packages": "ungated"},
    "answer.undecided": {"packages": "undecided"},
    "answer.partial": {"packages": "partial"},
    "hypothesis.span.verdict": {"yes": "span_attribute", "of": "writes", "default": "span_attribute-on"},
    "hypothesis.log.verdict": {"yes": "log_record", "of": "writes", "default": "log_record-on"},
}
"""Message id to parameter to the token of the rows that the parameter counts."""


def links_of(message: Message) -> Mapping[str, str]:
    """Which parameters of `message` count rows, and by which token; a channel's figure goes by the channel."""
    if message.id == "answer.figure":
        channel = message.params["channel"]
        return {"packages": channel.id.rpartition(".")[2]} if isinstance(channel, Message) else {}
    return LINKS.get(message.id, {})


def presets_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """The presets that some of `rows` answer to."""
    used = {token for row in rows for token in tokens_of(row)}
    return tuple(preset for preset in PRESETS if preset in used)


def tokens_of(row: Row) -> tuple[str, ...]:
    """Everything that `row` can be filtered by, sorted."""
    own = entries_of(row)
    prompts = {entry.default for entry in entries_of(row, (Role.INPUT,))}
    found = {use_of(row), *(entry.channel.value for entry in own)}
    found |= {f"{entry.channel.value}-on" for entry in own if entry.default is Default.ON}
    if own:
        found.add("writes")
    if prompts:
        found |= {"input", "on" if Default.ON in prompts else "off" if prompts == {Default.OFF} else "open"}
    if any(entry.ungated for entry in own):
        found.add("ungated")
    if undecided(row):
        found.add("undecided")
    if in_part(row) and not undecided(row):
        found.add("partial")
    if own and not row.switches:
        found.add("no_switch")
    if any(not _SEMCONV_137.isdisjoint(entry.keys) for entry in entries_of(row, (Role.INPUT, Role.OUTPUT))):
        found.add("semconv")
    return tuple(sorted(found))
