"""The marks a cell can carry: a glyph and a word each, so that no state is told by colour alone."""

from survey.model.vocabulary import Channel, Default, Outcome
from survey.view.model import Legend, Mark
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


def legend() -> Legend:
    """Every mark with its word and its meaning."""
    return Legend(
        channels=tuple(
            Mark(CHANNEL_GLYPHS[channel], say(f"channel.{channel}"), say(f"channel.meaning.{channel}"), f"channel-{channel}")
            for channel in Channel
        ),
        defaults=tuple(
            Mark(glyph, say(f"default.{default}"), say(f"default.meaning.{default}"), f"default-{default}")
            for default, glyph in DEFAULT_GLYPHS.items()
        ),
        outcomes=tuple(
            Mark(glyph, say(f"outcome.{outcome}"), say(f"outcome.meaning.{outcome}"), f"outcome-{outcome}")
            for outcome, glyph in OUTCOME_GLYPHS.items()
        ),
        marks=tuple(
            Mark(glyph, say(f"cell.mark.{name}"), say(f"mark.{name}"), f"mark-{name}")
            for name, glyph in (("either", EITHER), ("nested", NESTED), ("rewriter", REWRITER), ("ungated", UNGATED))
        ),
    )
