"""One package as blocks: its records with their evidence, what to set against them, its switches, and what is not certain."""

from collections.abc import Iterator

from survey.model.document import Evidence, Package, Record
from survey.publish.blocks import Block, Kind, Run, block, table
from survey.publish.places import linked, listed
from survey.publish.switching import what_each_changes, what_each_is, what_to_set
from survey.view.handling import hooks_of, redaction_text
from survey.view.matrix import link, only_rewrites
from survey.view.model import Row
from survey.view.phrases import told
from survey.view.places import place
from survey.view.showing import limits_of
from survey.view.text import clean
from survey.view.wording import Wording, say

_RECORDS = (150, 140, 90, 300, 260, 240)
_PROOFS, _LISTED = 3, 20
"""Places told of one record, and of one list, before the rest is only counted."""


def package_section(row: Row, words: Wording) -> Iterator[Block]:
    """Everything about one package."""
    package = row.package
    yield block(Kind.HEADING3, clean(f"{package.name} {package.version or ''}"))
    yield block(Kind.TEXT, Run(clean(package.path) or ".", code=True), f" {_facts(package, words)}")
    if not package.records:
        yield block(Kind.TEXT, words("details.none"))
    else:
        yield from what_to_set(row, words)
        header = [words(f"column.{name}") for name in ("channel", "role", "default", "key", "switch", "evidence")]
        yield table(_RECORDS, header, (_record(package, record, words) for record in package.records))
        yield from what_each_changes(row, words)
    yield from _handling(package, words)
    yield from what_each_is(package, words)
    yield from _places(package, words)


def _facts(package: Package, words: Wording) -> str:
    searched = say("details.searched", files=package.searched.files, sinks=package.searched.sinks)
    return words("feishu.package", language=package.language, status=say(f"status.{package.status}"), searched=searched)


def _record(package: Package, record: Record, words: Wording) -> tuple[tuple[Run, ...], ...]:
    marks = [Run(words("cell.nested"))] if record.nested else []
    marks += [Run(words("cell.rewriter"))] if only_rewrites(record) else []
    proofs = {(write.evidence.path, write.evidence.line): link(write.evidence, package.path) for write in record.writes}
    return (
        (Run(words(f"channel.{record.channel}")),),
        listed((Run(words(f"role.{record.role}")), *marks), words),
        (Run(words(f"default.{record.default}")),),
        listed((Run(clean(key), code=True) for key in record.keys), words) or (Run("-"),),
        listed((Run(clean(gate.name), code=True) for gate in record.gates), words) or (Run("-"),),
        listed((linked(proof) for proof in proofs.values()), words, _PROOFS),
    )


def _handling(package: Package, words: Wording) -> Iterator[Block]:
    """Each limit and each hook once, with the first place that has it."""
    first: dict[str, Evidence] = {}
    for text, evidence in (found for record in package.records for found in limits_of(record, words)):
        first.setdefault(text, evidence)
    for text, evidence in (*first.items(), *((redaction_text(hook, words), hook.evidence) for hook in hooks_of(package))):
        yield block(Kind.BULLET, f"{text} ", linked(link(evidence, package.path)))


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
