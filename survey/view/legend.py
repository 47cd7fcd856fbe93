"""The marks a cell can carry: a glyph and a word each, so that no state is told by colour alone; a legend explains those in use."""

from survey.model.vocabulary import Channel, Default, Outcome
from survey.view.model import Group, Legend, Mark
from survey.view.wording import say

CHANNEL_GLYPHS = {
    Channel.SPAN_ATTRIBUTE: "A",
    Channel.SPAN_EVENT: "E",
    Channel.LOG_RECORD: "L",
    Channel.METRIC: "M",
    Channel.VENDOR_PAYLOAD: "V",
    Channel.EXTERNAL_STORAGE: "S",
    Channel.APP_LOG: "P",
}
DEFAULT_GLYPHS = {Default.ON: "●", Default.OFF: "○", Default.DEPENDS: "◐", Default.UNKNOWN: "?"}
OUTCOME_GLYPHS = {Outcome.NOT_FOUND: "-", Outcome.NOT_SUPPORTED: "?", Outcome.NOT_APPLICABLE: "·", Outcome.ERROR: "▲"}
NESTED, REWRITER, UNGATED, EITHER = "↳", "⇄", "!", "\N{LOGICAL OR}"
_MARKS = {"either": EITHER, "nested": NESTED, "rewriter": REWRITER, "ungated": UNGATED}


def legend(groups: tuple[Group, ...]) -> Legend:
    """Every mark that some cell carries, with its word and its meaning, and the words of those that none does."""
    cells = [cell for group in groups for row in group.rows for cell in row.cells]
    entries = [entry for cell in cells for entry in cell.entries]
    channels, defaults = {entry.channel for entry in entries}, {entry.default for entry in entries if not entry.rewriter}
    outcomes = {cell.outcome for cell in cells if not cell.entries}
    marks = {
        "either": any(sum(entry.counts for entry in cell.entries) > 1 for cell in cells),
        "nested": any(entry.nested and not entry.rewriter for entry in entries),
        "rewriter": any(entry.rewriter for entry in entries),
        "ungated": any(entry.ungated for entry in entries),
    }
    return Legend(
        channels=tuple(
            Mark(glyph, say(f"channel.{channel}"), say(f"channel.meaning.{channel}"), f"channel-{channel}")
            for channel, glyph in CHANNEL_GLYPHS.items()
            if channel in channels
        ),
        defaults=tuple(
            Mark(glyph, say(f"default.{default}"), say(f"default.meaning.{default}"), f"default-{default}")
            for default, glyph in DEFAULT_GLYPHS.items()
            if default in defaults
        ),
        outcomes=tuple(
            Mark(glyph, say(f"outcome.{outcome}"), say(f"outcome.meaning.{outcome}"), f"outcome-{outcome}")
            for outcome, glyph in OUTCOME_GLYPHS.items()
            if outcome in outcomes
        ),
        marks=tuple(
            Mark(glyph, say(f"cell.mark.{name}"), say(f"mark.{name}"), f"mark-{name}") for name, glyph in _MARKS.items() if marks[name]
        ),
        absent=(
            *(say(f"channel.{channel}") for channel in CHANNEL_GLYPHS if channel not in channels),
            *(say(f"default.{default}") for default in DEFAULT_GLYPHS if default not in defaults),
            *(say(f"outcome.{outcome}") for outcome in OUTCOME_GLYPHS if outcome not in outcomes),
            *(say(f"cell.mark.{name}") for name in _MARKS if not marks[name]),
        ),
    )
