"""One package as blocks: its records with their evidence, what to set against them, its switches, and what is not certain."""

from collections.abc import Iterable, Iterator

from survey.model.document import Gate, Package, Record
from survey.model.vocabulary import GateKind, Role
from survey.publish.blocks import Block, Kind, Run, block, code, table
from survey.verdicts.recipe import Wanted, recipe
from survey.verdicts.what_if import option_parts
from survey.view.handling import limit_text, redaction_text
from survey.view.matrix import link
from survey.view.model import Link, Row
from survey.view.phrases import told
from survey.view.places import place
from survey.view.text import clean
from survey.view.wording import LISTED, Wording, say

_RECORDS = (150, 140, 90, 300, 260, 240)
_PROOFS, _LISTED = 3, 20
"""Places told of one record, and of one list, before the rest is only counted."""
_EVERYTHING = Wanted(None, tuple(Role))


def package_section(row: Row, words: Wording) -> Iterator[Block]:
    """Everything about one package."""
    package = row.package
    yield block(Kind.HEADING3, clean(f"{package.name} {package.version or ''}"))
    yield block(Kind.TEXT, Run(clean(package.path) or ".", code=True), f" {_facts(package, words)}")
    if not package.records:
        yield block(Kind.TEXT, words("details.none"))
    else:
        header = [words(f"column.{name}") for name in ("channel", "role", "default", "key", "switch", "evidence")]
        yield table(_RECORDS, header, (_record(package, record, words) for record in package.records))
        yield from _recipe(package, words)
    yield from _handling(package, words)
    yield from _gates(package, words)
    yield from _places(package, words)


def linked(to: Link) -> Run:
    """A place as a link by the end of its path, or as its whole text where there is nothing to go to."""
    if to.url is None:
        return Run(to.text, code=True)
    return Run("/".join(to.text.split("/")[-2:]), link=to.url)


def listed(runs: Iterable[Run], words: Wording, most: int) -> tuple[Run, ...]:
    """`runs` with commas between, the rest counted."""
    shown = list(runs)
    comma = Run(words(LISTED))
    parted = [part for run in shown[:most] for part in (comma, run)][1:]
    more = [comma, Run(words("details.more", count=len(shown) - most))] if len(shown) > most else []
    return (*parted, *more)


def _facts(package: Package, words: Wording) -> str:
    searched = say("details.searched", files=package.searched.files, sinks=package.searched.sinks)
    return words("feishu.package", language=package.language, status=say(f"status.{package.status}"), searched=searched)


def _record(package: Package, record: Record, words: Wording) -> tuple[tuple[Run, ...], ...]:
    marks = [Run(words("cell.nested"))] if record.nested else []
    marks += [Run(words("cell.rewriter"))] if all(write.rewriter for write in record.writes) else []
    proofs = {(write.evidence.path, write.evidence.line): link(write.evidence, package.path) for write in record.writes}
    return (
        (Run(words(f"channel.{record.channel}")),),
        listed((Run(words(f"role.{record.role}")), *marks), words, 3),
        (Run(words(f"default.{record.default}")),),
        listed((Run(clean(key), code=True) for key in record.keys), words, len(record.keys)) or (Run("-"),),
        listed((Run(clean(gate.name), code=True) for gate in record.gates), words, len(record.gates)) or (Run("-"),),
        listed((linked(proof) for proof in proofs.values()), words, _PROOFS),
    )


def _recipe(package: Package, words: Wording) -> Iterator[Block]:
    """What to set so that nothing leaves, to copy, and the writes that no setting reaches."""
    found = recipe(package, _EVERYTHING)
    if found.complete or found.setting:
        nothing = "" if found.setting else f" {words('recipe.nothing')}"
        yield block(Kind.TEXT, Run(words("recipe.all"), bold=True), nothing)
    env = [f"export {_shell(gate.name)}={_shell(value)}" for gate, value in found.setting if gate.kind is GateKind.ENV]
    options = [_option(gate, value) for gate, value in found.setting if gate.kind is not GateKind.ENV]
    if env:
        yield code("bash", env)
    if options:
        yield code("python", options)
    if found.blocked:
        yield block(Kind.TEXT, Run(words("recipe.blocked"), bold=True))
    for role, write in found.blocked[:_LISTED]:
        yield block(Kind.BULLET, f"{words(f'role.{role}')} ", linked(link(write.evidence, package.path)))
    if len(found.blocked) > _LISTED:
        yield block(Kind.BULLET, words("details.more", count=len(found.blocked) - _LISTED))


def _shell(text: str) -> str:
    """`text` for a shell that somebody pastes it into: a name that came out of a repository must not become a command."""
    shown = clean(text)
    plain = shown.replace("_", "").replace("-", "").replace(".", "")
    return shown if plain.isascii() and plain.isalnum() else "'" + shown.replace("'", "'\\''") + "'"


def _option(gate: Gate, value: str) -> str:
    owner, name = option_parts(gate.name)
    shown = value.title() if value in ("true", "false") else repr(value)
    return clean(f"{owner}({name}={shown})" if owner else f"{name}={shown}")


def _handling(package: Package, words: Wording) -> Iterator[Block]:
    """Each limit and each hook once, with the first place that has it."""
    writes = [write for record in package.records for write in record.writes]
    said = [(limit_text(limit, words), limit.evidence) for write in writes for limit in write.limits]
    said += [(redaction_text(hook, words), hook.evidence) for write in writes for hook in write.redaction]
    first = dict(reversed(said))
    for text in dict.fromkeys(text for text, _ in said):
        yield block(Kind.BULLET, f"{text} ", linked(link(first[text], package.path)))


def _gates(package: Package, words: Wording) -> Iterator[Block]:
    activating = {gate.id for gate in package.activation}
    switches = [gate for gate in package.gates if gate.id not in activating]
    for heading, gates in (("heading.gates", switches), ("heading.activation", package.activation)):
        if gates:
            yield block(Kind.TEXT, Run(words(heading), bold=True))
        for gate in gates:
            facts = f" {_gate_facts(gate, words)} "
            names = listed((Run(clean(name), code=True) for name in (gate.name, *gate.aliases)), words, 1 + len(gate.aliases))
            yield block(Kind.BULLET, *names, facts, *((linked(link(gate.evidence, package.path)),) if gate.evidence else ()))


def _gate_facts(gate: Gate, words: Wording) -> str:
    default = say("gate.default", value=gate.default if gate.default is not None else say("gate.unset"))
    known = {"kind": say(f"gate.{gate.kind}"), "default": default, "effect": say(f"effect.{gate.effect}")}
    return words("feishu.gate.values", values=gate.values, **known) if gate.values else words("feishu.gate", **known)


def _places(package: Package, words: Wording) -> Iterator[Block]:
    """Writes that escape a switch, and what could not be resolved."""
    escaping = [
        (words("whatif.cell", role=say(f"role.{record.role}"), channel=say(f"channel.{record.channel}")), spot.path, spot.line, "")
        for record in package.records
        for spot in record.ungated
    ]
    open_ = [(clean(item.sink), item.path, item.line, told(item.reason, "reason", words)) for item in package.unresolved]
    for heading, lines in (("heading.ungated", escaping), ("heading.unresolved", open_)):
        if lines:
            yield block(Kind.TEXT, Run(words(heading), bold=True))
        for before, path, line, after in lines[:_LISTED]:
            yield block(Kind.BULLET, f"{before} ", linked(place(package, path, line)), f" {after}".rstrip())
        if len(lines) > _LISTED:
            yield block(Kind.BULLET, words("details.more", count=len(lines) - _LISTED))
