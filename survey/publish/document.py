"""The report as blocks: the answer first, one table a project, then a section a package. Every address leads to the evidence."""

from collections.abc import Iterator

from survey.model.document import Finding
from survey.model.vocabulary import Role
from survey.publish.blocks import Block, Kind, Run, block, table
from survey.publish.fitting import MOST_BLOCKS_A_DOCUMENT
from survey.publish.places import linked, listed
from survey.publish.sections import package_section
from survey.view.findings import by_rule, finding_text, rule_text
from survey.view.legend import CHANNEL_GLYPHS, DEFAULT_GLYPHS
from survey.view.matrix import default_of, link
from survey.view.model import Cell, Group, Legend, ReportView, Row
from survey.view.phrases import told
from survey.view.text import clean
from survey.view.wording import LISTED, Wording, say

_MATRIX = (190, 130, 130, 90, 220, 220, 190)
_USES = (240, 90, 500)
_SOURCES = (220, 110, 320, 320)
_FINDINGS_A_RULE = 25
_SWITCHES, _KEYS = 2, 3
"""Named in a row of the matrix before the rest is only counted."""


def report_blocks(view: ReportView, words: Wording, html_url: str | None = None) -> tuple[Block, ...]:
    """The whole report of one language; `html_url` is where its page can be read."""
    before = (*_opening(view, words, html_url), *_matrix(view, words), *_findings(view.findings, words))
    after = (*_unseen(view, words), *_provenance(view, words))
    room = MOST_BLOCKS_A_DOCUMENT - sum(each.size for each in (*before, *after)) - 100
    return (*before, *_details(view, words, room), *after)


def _opening(view: ReportView, words: Wording, html_url: str | None) -> Iterator[Block]:
    yield block(Kind.TEXT, words("lead"))
    yield Block(Kind.CALLOUT, children=tuple(block(Kind.BULLET, words(sentence)) for sentence in view.answer))
    if html_url:
        yield block(Kind.TEXT, Run(words("feishu.html"), link=html_url))
    yield block(Kind.HEADING1, words("heading.hypotheses"))
    for hypothesis in view.hypotheses:
        verdict = words("feishu.verdict", word=hypothesis.word, verdict=hypothesis.verdict)
        yield block(Kind.BULLET, Run(words(hypothesis.claim), bold=True), verdict)
    rows = [
        ((Run(words(use.label)),), (Run(str(len(use.rows))),), (Run(words(LISTED).join(clean(row.package.name) for row in use.rows)),))
        for use in view.uses
    ]
    yield table(_USES, (words("column.where"), words("column.packages"), words("column.package")), rows)
    yield block(Kind.TEXT, words("hypothesis.note"))


def _matrix(view: ReportView, words: Wording) -> Iterator[Block]:
    yield block(Kind.HEADING1, words("heading.matrix"))
    yield from _legend(view.legend, words)
    header = [
        words(id_)
        for id_ in ("column.package", "role.input", "role.output", "column.default", "column.switch", "column.key", "column.evidence")
    ]
    for group in view.groups:
        yield block(Kind.HEADING2, clean(group.name))
        if group.reason:
            yield block(Kind.TEXT, _reason(group, words))
        if group.rows:
            yield table(_MATRIX, header, (_row(row, words) for row in group.rows))
    yield block(Kind.TEXT, words("note.ranking"))


def _legend(legend: Legend, words: Wording) -> Iterator[Block]:
    for marks in (legend.channels, legend.defaults):
        for mark in marks:
            yield block(Kind.BULLET, Run(f"{mark.glyph} {words(mark.word)}", bold=True), f" {words(mark.meaning)}")


def _row(row: Row, words: Wording) -> tuple[tuple[Run, ...], ...]:
    package = row.package
    switches = listed((Run(clean(gate.name), code=True) for gate in row.switches), words, _SWITCHES)
    none = (Run(words("gate.none")),) if row.evidence else (Run("-"),)
    return (
        (Run(clean(f"{package.name} {package.version or ''}"), bold=True),),
        _cell(row.cell(Role.INPUT), words),
        _cell(row.cell(Role.OUTPUT), words),
        (Run(words(f"default.{default_of(row)}")),),
        switches or none,
        listed((Run(clean(key), code=True) for key in row.keys), words, _KEYS) or (Run("-"),),
        (linked(row.evidence),) if row.evidence else (Run("-"),),
    )


def _cell(cell: Cell, words: Wording) -> tuple[Run, ...]:
    own = [entry for entry in cell.entries if entry.counts]
    if not cell.entries:
        return (Run(words(f"outcome.{cell.outcome}")),)
    if not own:
        return (Run(words("cell.nested" if cell.entries[0].nested else "cell.rewriter")),)
    said = (
        f"{CHANNEL_GLYPHS[entry.channel]} {words(f'channel.{entry.channel}')} "
        f"{DEFAULT_GLYPHS[entry.default]} {words(f'default.{entry.default}')}"
        for entry in own
    )
    return (Run(words(LISTED).join(said)),)


def _findings(findings: tuple[Finding, ...], words: Wording) -> Iterator[Block]:
    if findings:
        yield block(Kind.HEADING1, words("heading.findings"))
    for rule, found in by_rule(findings).items():
        yield block(Kind.HEADING3, rule_text(rule, words))
        yield block(Kind.TEXT, words("details.findings", count=len(found)))
        for finding in found[:_FINDINGS_A_RULE]:
            said = finding_text(finding, words)
            yield block(Kind.BULLET, Run(clean(finding.package), bold=True), f" {said} ", linked(link(finding.evidence)))
        if len(found) > _FINDINGS_A_RULE:
            yield block(Kind.BULLET, words("details.more", count=len(found) - _FINDINGS_A_RULE))


def _details(view: ReportView, words: Wording, room: int) -> Iterator[Block]:
    """A section a package, as many as there is `room` for."""
    yield block(Kind.HEADING1, words("heading.details"))
    left_out = 0
    for group in view.groups:
        heading = block(Kind.HEADING2, clean(group.name))
        for number, row in enumerate(group.rows):
            section = tuple(package_section(row, words))
            room -= sum(each.size for each in section) + 1
            if left_out or room < 0:
                left_out += 1
                continue
            yield from section if number else (heading, *section)
    if left_out:
        yield block(Kind.TEXT, words("feishu.cut", packages=left_out, blocks=MOST_BLOCKS_A_DOCUMENT))


def _unseen(view: ReportView, words: Wording) -> Iterator[Block]:
    unseen = view.unseen
    yield block(Kind.HEADING1, words("heading.unseen"))
    if not (unseen.targets or unseen.packages or unseen.unresolved or unseen.skipped):
        yield block(Kind.TEXT, words("unseen.none"))
    for group in unseen.targets:
        yield block(Kind.BULLET, Run(clean(group.name), bold=True), f" {_reason(group, words)}")
    for group in view.groups:
        if group.fallback_reason:
            reason = told(group.fallback_reason, "reason", words)
            yield block(Kind.BULLET, Run(clean(group.name), bold=True), f" {words('unseen.fallback', reason=reason)}")
    for row in unseen.packages:
        count = len(row.package.unresolved)
        facts = [words(f"status.{row.package.status}"), *([words("unseen.unresolved", count=count)] if count else [])]
        yield block(Kind.BULLET, Run(clean(row.package.name), bold=True), f" {words(LISTED).join(facts)}")
    if unseen.skipped:
        yield block(Kind.BULLET, words("unseen.skipped", count=unseen.skipped))


def _reason(group: Group, words: Wording) -> str:
    return words("feishu.status", status=say(f"status.{group.status}"), reason=told(group.reason, "reason", words))


def _provenance(view: ReportView, words: Wording) -> Iterator[Block]:
    yield block(Kind.HEADING1, words("heading.provenance"))
    header = [words(f"column.{name}") for name in ("target", "status", "source", "revision")]
    yield table(_SOURCES, header, (_source(group, words) for group in view.groups))
    yield block(Kind.TEXT, words("note.method"))
    yield block(
        Kind.TEXT, words("provenance.tool", version=view.tool.version, knowledge=view.tool.knowledge_sha256[:12], date=view.generated_at)
    )
    yield block(Kind.TEXT, words("feishu.rewritten"))


def _source(group: Group, words: Wording) -> tuple[tuple[Run, ...], ...]:
    source = Run(clean(group.source_url), link=group.source_link) if group.source_kind else Run("-")
    return (
        (Run(clean(group.name), bold=True),),
        (Run(words(f"status.{group.status}")),),
        (source,),
        (Run(clean(group.revision) or "-", code=bool(group.revision)),),
    )
