"""The answer in sentences, and what became of the two hypotheses, with the numbers counted from the rows."""

from collections.abc import Iterable

from survey.model.vocabulary import Channel, Default, Outcome, Role, TargetStatus
from survey.view.model import Entry, Group, Hypothesis, Row, Use
from survey.view.wording import Message, say


def entries_of(row: Row, roles: tuple[Role, ...] = ()) -> list[Entry]:
    """What counts of `row`: its writes of content of their own, of `roles` or of all."""
    return [entry for cell in row.cells if not roles or cell.role in roles for entry in cell.entries if entry.counts]


def _channels(row: Row) -> set[Channel]:
    return {entry.channel for entry in entries_of(row)}


def undecided(row: Row) -> bool:
    """Whether nothing was found in a package of which not everything could be seen."""
    seen_all = row.package.status is TargetStatus.ANALYSED and any(cell.outcome is Outcome.NOT_FOUND for cell in row.cells)
    return not entries_of(row) and not seen_all


def in_part(row: Row) -> bool:
    """Whether some place of the package could not be followed, so that more may be written than is listed."""
    return row.package.status is not TargetStatus.ANALYSED or bool(row.package.unresolved)


def answer(groups: tuple[Group, ...], generated_at: str) -> tuple[Message, ...]:
    """The sentences of the answer, most important first."""
    rows = [row for group in groups for row in group.rows]
    writers = [row for row in rows if entries_of(row)]
    prompts = [{entry.default for entry in entries_of(row, (Role.INPUT,))} for row in writers]
    prompts = [defaults for defaults in prompts if defaults]
    on = sum(Default.ON in defaults for defaults in prompts)
    off = sum(defaults == {Default.OFF} for defaults in prompts)
    by_channel = [(channel, sum(channel in _channels(row) for row in writers)) for channel in Channel]
    figures = tuple(say("answer.figure", channel=say(f"channel.{channel}"), packages=count) for channel, count in by_channel if count)
    escaping = sum(any(entry.ungated for entry in entries_of(row)) for row in writers)
    if not rows:
        return (say("answer.nothing", targets=len(groups)),)
    counts = {"on": on, "off": off, "other_default": len(prompts) - on - off}
    sentences = [say("answer.default", packages=len(rows), inputs=len(prompts), **counts)]
    if writers:
        sentences += [say("answer.channels", figures=figures), say("answer.ungated", packages=escaping)]
    open_, cut = sum(map(undecided, rows)), sum(in_part(row) and not undecided(row) for row in rows)
    if open_ or not cut:
        sentences.append(say("answer.undecided", packages=open_))
    if cut:
        sentences.append(say("answer.partial", packages=cut))
    sentences.append(say("answer.scope", writers=len(writers), targets=len(groups), date=generated_at[:10]))
    return tuple(sentences)


def hypotheses(groups: tuple[Group, ...]) -> tuple[Hypothesis, ...]:
    """Both hypotheses, judged over the packages that write content."""
    writers = [row for group in groups for row in group.rows if entries_of(row)]
    return (_judge("span", Channel.SPAN_ATTRIBUTE, writers), _judge("log", Channel.LOG_RECORD, writers))


def _judge(name: str, channel: Channel, writers: list[Row]) -> Hypothesis:
    using = [row for row in writers if channel in _channels(row)]
    default = sum(any(entry.channel is channel and entry.default is Default.ON for entry in entries_of(row)) for row in using)
    if not writers:
        word = "open"
    elif len(using) == len(writers):
        word = "all"
    else:
        word = "most" if 2 * len(using) > len(writers) else "some" if using else "none"
    return Hypothesis(
        claim=say(f"hypothesis.{name}.claim"),
        word=say(f"hypothesis.word.{word}"),
        verdict=say(f"hypothesis.{name}.verdict", yes=len(using), of=len(writers), default=default),
    )


def uses(groups: tuple[Group, ...]) -> tuple[Use, ...]:
    """Every package under exactly one heading: attributes, logs, both, elsewhere, none, not decided."""
    found: dict[str, list[Row]] = {key: [] for key in ("attributes_only", "logs_only", "both", "elsewhere", "none", "undecided")}
    for row in _rows(groups):
        found[use_of(row)].append(row)
    return tuple(Use(say(f"use.{key}"), tuple(rows)) for key, rows in found.items())


def use_of(row: Row) -> str:
    """The heading that `row` belongs under, as the last part of its message id."""
    channels = _channels(row)
    attributes, logs = Channel.SPAN_ATTRIBUTE in channels, Channel.LOG_RECORD in channels
    if attributes or logs:
        return "both" if attributes and logs else "attributes_only" if attributes else "logs_only"
    return "elsewhere" if channels else "undecided" if undecided(row) else "none"


def _rows(groups: tuple[Group, ...]) -> Iterable[Row]:
    return (row for group in groups for row in group.rows)
