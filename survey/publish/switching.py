"""A package's switches as blocks: what each alone changes, what to set so that nothing leaves, and what each is."""

from collections.abc import Iterable, Iterator

from survey.model.document import Gate, Package
from survey.model.vocabulary import Channel, GateKind, Role
from survey.publish.blocks import Block, Kind, Run, block, code, table
from survey.publish.places import linked, listed
from survey.verdicts.trials import GIVEN, Chosen
from survey.view.assigning import assignment_text, command_text, setting_message
from survey.view.leaving import Leaving, Left
from survey.view.matrix import link
from survey.view.model import Row
from survey.view.text import clean
from survey.view.turning_off import off_message, product_message, turning_off
from survey.view.wording import Message, Wording, say

_LEAVING = (300, 240, 240, 400)


def what_each_changes(row: Row, words: Wording) -> Iterator[Block]:
    """One row a setting: what it stops, what it starts, and what still leaves."""
    found = row.leavings
    if not found.changes:
        return
    yield block(Kind.TEXT, Run(words("leaves.heading"), bold=True))
    yield block(Kind.TEXT, words("leaves.intro"))
    header = [words(f"column.{name}") for name in ("setting", "stopped", "started", "left")]
    usual = ((Run(words("leaves.usual")),), (), (), _left(found.usual, words))
    yield table(_LEAVING, header, (usual, *(_change(change, words) for change in found.changes)))
    if found.idle:
        yield block(Kind.TEXT, words("leaves.idle", switches=found.idle))


def _change(change: Leaving, words: Wording) -> tuple[tuple[Run, ...], ...]:
    settings = listed((_setting(each, words, number) for number, each in enumerate(change.settings)), words)
    return (settings, _cells(change.stopped, words), _cells(change.started, words), _left(change.left, words))


def _setting(setting: Chosen, words: Wording, number: int) -> Run:
    """One of several that do the same."""
    told = setting_message(setting)
    if number:
        return Run(words("leaves.or", setting=told))
    return Run(words(told)) if isinstance(told, Message) else Run(told, code=True)


def _cells(found: Iterable[tuple[Channel, Role]], words: Wording) -> tuple[Run, ...]:
    return listed((_cell(channel, say(f"role.{role}"), words) for channel, role in found), words)


def _left(found: Iterable[Left], words: Wording) -> tuple[Run, ...]:
    """Where only some of a record's writes are still made, how many."""
    runs = [
        _cell(
            each.channel,
            say(f"role.{each.role}")
            if each.writes == each.of
            else say("leaves.part", role=say(f"role.{each.role}"), writes=each.writes, of=each.of, keys=each.keys),
            words,
        )
        for each in found
    ]
    return listed(runs, words) or (Run(words("leaves.nothing"), bold=True),)


def _cell(channel: Channel, role: Message, words: Wording) -> Run:
    return Run(words("whatif.cell", role=role, channel=say(f"channel.{channel}")))


def what_to_set(row: Row, words: Wording) -> Iterator[Block]:
    """What turns all of it off, to copy, and what is still written then."""
    package = row.package
    found = turning_off(package, row.tried, row.leavings)
    if found is None:
        return
    yield block(Kind.TEXT, Run(words("off.heading"), bold=True), f" {words(off_message(found))}")
    valued = [(gate, value) for gate, value in found.setting if value != GIVEN]  # the sentence before names those that need only be given
    env = [command_text(gate, value) for gate, value in valued if gate.kind is GateKind.ENV]
    options = [assignment_text(gate, value) for gate, value in valued if gate.kind is not GateKind.ENV]
    if env:
        yield code("bash", env)
    if options:
        yield code("python", options)
    for left in found.remaining:
        said = words("markdown.way", role=say(f"role.{left.role}"), channel=say(f"channel.{left.channel}"))
        more = f" {words('whatif.more', count=left.more)}" if left.more else ""
        yield block(Kind.BULLET, f"{said} ", linked(link(left.write.evidence, package.path)), more)
    product = product_message(found)
    if product is not None:
        yield block(Kind.TEXT, words(product))


def what_each_is(package: Package, words: Wording) -> Iterator[Block]:
    """Every switch with its values, default and effect; what turns the product on stands by itself."""
    activating = {gate.id for gate in package.activation}
    switches = [gate for gate in package.gates if gate.id not in activating]
    for heading, gates in (("heading.gates", switches), ("heading.activation", package.activation)):
        if gates:
            yield block(Kind.TEXT, Run(words(heading), bold=True))
        for gate in gates:
            names = listed((Run(clean(name), code=True) for name in (gate.name, *gate.aliases)), words)
            proof = (linked(link(gate.evidence, package.path)),) if gate.evidence else ()
            yield block(Kind.BULLET, *names, f" {_facts(gate, words)} ", *proof)


def _facts(gate: Gate, words: Wording) -> str:
    default = say("gate.default", value=gate.default if gate.default is not None else say("gate.unset"))
    known = {"kind": say(f"gate.{gate.kind}"), "default": default, "effect": say(f"effect.{gate.effect}")}
    return words("feishu.gate.values", values=gate.values, **known) if gate.values else words("feishu.gate", **known)
