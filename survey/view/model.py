"""What a report shows, as frozen data: every output renders this and decides nothing itself."""

from dataclasses import dataclass

from survey.model.document import Finding, Package, RecordGate, Skipped, Tool
from survey.model.vocabulary import Channel, Default, Outcome, Role, SourceKind, TargetStatus
from survey.verdicts.trials import Trials
from survey.view.leaving import Leavings
from survey.view.telling import Telling
from survey.view.wording import Message


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the source: `text` is `path:line`, `url` a permalink where the host has one."""

    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One channel of one cell: the short form of a record."""

    channel: Channel
    default: Default
    nested: bool
    rewriter: bool
    """Every write of the record only moves other SDKs' keys."""
    ungated: int
    keys: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether this is a write of content of its own: not nested in another role, not a rewriter."""
        return not self.nested and not self.rewriter


@dataclass(frozen=True, slots=True)
class Cell:
    """One (package, role); without entries the outcome is what there is to say."""

    role: Role
    outcome: Outcome
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One package of the matrix."""

    anchor: str
    """Unique in the report; letters, digits and hyphens only."""
    target_id: str
    package: Package
    cells: tuple[Cell, ...]
    """One per role that the report shows, in the report's order."""
    default: Default | None
    """Of prompt and completion together; None where they differ or there is none (see `mixed`)."""
    mixed: bool
    telling: Telling
    """In which order its writes and keys are told; this and what follows is made once, for all outputs."""
    tried: Trials
    """Its writes with nothing set, and with every switch alone."""
    leavings: Leavings
    switches: tuple[RecordGate, ...]
    """What turns off most of prompt and completion first."""
    leading: tuple[tuple[Role, str], ...]
    """The key that tells most of input, and that of output; of the first role that there is where there is neither."""
    keys: tuple[str, ...]
    """The same keys and then all others, of input and output; of every role where there are none."""
    evidence: Link | None
    """Of the most telling write of input, output or any role, in this order."""
    files: int
    """In how many files content of the roles of `keys` is written."""

    def cell(self, role: Role) -> Cell:
        """The cell of `role`; raises `KeyError` for a role the report does not show."""
        for cell in self.cells:
            if cell.role is role:
                return cell
        raise KeyError(role)


@dataclass(frozen=True, slots=True)
class Group:
    """The packages of one target, and where they were read."""

    target_id: str
    name: str
    repo: str
    status: TargetStatus
    reason: str
    source_kind: SourceKind | None
    source_url: str
    source_link: str | None
    """`source_url` where it is a safe address."""
    revision: str
    """The full commit, or the releases' versions; '' where there is neither."""
    committed_at: str
    fallback_reason: str
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One of the two questions the survey set out with, and how far it holds."""

    claim: Message
    word: Message
    verdict: Message


@dataclass(frozen=True, slots=True)
class Use:
    """The packages that put content in one combination of places."""

    label: Message
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a legend."""

    glyph: str
    word: Message
    meaning: Message
    css: str


@dataclass(frozen=True, slots=True)
class Legend:
    """Everything that some cell shows, explained."""

    channels: tuple[Mark, ...]
    defaults: tuple[Mark, ...]
    outcomes: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    absent: tuple[Message, ...]
    """The words of what a cell could show and none does."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the survey could not see."""

    targets: tuple[Group, ...]
    """Not analysed, or only in part."""
    packages: tuple[Row, ...]
    """Not analysed, or only in part."""
    unresolved: int
    skipped: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report."""

    tool: Tool
    generated_at: str
    roles: tuple[Role, ...]
    """The columns of the matrix."""
    answer: tuple[Message, ...]
    hypotheses: tuple[Hypothesis, ...]
    uses: tuple[Use, ...]
    """Disjoint; together they hold every package."""
    groups: tuple[Group, ...]
    legend: Legend
    unseen: Unseen
    findings: tuple[Finding, ...]
