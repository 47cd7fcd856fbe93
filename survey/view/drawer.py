"""What a reader sees on opening a row: each record's telling ways with their steps, its other places in brief, the rest of the package."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import commonpath, dirname

from survey.model.document import Finding, Gate, Limit, Package, Place, Record, Redaction, Step, Unresolved, Write
from survey.model.vocabulary import Role
from survey.verdicts.conditions import gates_in
from survey.verdicts.trials import Chosen
from survey.view.formula import beside_undecided, formula
from survey.view.governing import Rule, Rules
from survey.view.handling import hooks_of
from survey.view.leaving import HEADLINE
from survey.view.model import Group, Row
from survey.view.places import base_of
from survey.view.telling import Telling
from survey.view.text import safe_url
from survey.view.turning_off import TurningOff, turning_off

_Same = tuple[str, int, str, str | None, tuple[Step, ...]]
"""What two roles of one write have in common."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the source, short for people and whole for the script that links it."""

    path: str
    """Relative to the drawer's folder where it lies in it."""
    line: int
    outside: bool
    """Whether `path` is relative to the repository."""
    linked: bool
    """Whether the file lies in the repository, so that it can be linked."""


@dataclass(frozen=True, slots=True)
class Way:
    """One write that is told in full."""

    write: Write
    spot: Spot
    url: str | None
    steps: tuple[tuple[Spot, Step], ...]
    rule: Rule
    whole: str
    """The condition as a formula, without undecided places that the rule names; '' where the rule says as much."""
    whole_like: Role | None
    """The role under which the same formula was told before; it does not stand here then."""
    still: Chosen | None
    """The setting that ought to stop it and does not, where no switch for content does; () where there is none to name."""
    like: Role | None
    """The role under which the same write was told with the same steps before; none stand here then."""


@dataclass(frozen=True, slots=True)
class RecordDrawer:
    """One record."""

    record: Record
    keys: tuple[str, ...]
    """The most telling first."""
    still: Chosen
    """The setting that ought to stop the writes that escape; () where none does, or there is none to name."""
    ways: tuple[Way, ...]
    """The most telling write, and the first that escapes the switch."""
    others: tuple[tuple[str, tuple[Spot, ...]], ...]
    """Every other place, by key."""

    @property
    def places(self) -> int:
        """How many other places there are."""
        return sum(len(spots) for _, spots in self.others)


@dataclass(frozen=True, slots=True)
class Drawer:
    """Everything below one row."""

    row: Row
    group: Group
    base: str | None
    """What a path of the repository is added to for a link; None where its host has none."""
    folder: str
    """What paths are shown without, with a slash at its end."""
    off: TurningOff | None
    records: tuple[RecordDrawer, ...]
    findings: tuple[tuple[Finding, Spot], ...]
    gates: tuple[tuple[Gate, Spot | None], ...]
    unresolved: tuple[tuple[Unresolved, Spot], ...]
    spots: "Spots"
    hooks: tuple[Redaction, ...]
    limits: tuple[tuple[Limit, int], ...]
    """Of prompt and completion, each with the number of their writes that it cuts, the most first."""
    headline: int
    """How many writes prompt and completion have."""


def drawers(groups: Iterable[Group], findings: Iterable[Finding]) -> Mapping[str, Drawer]:
    """What every row opens, by its anchor."""
    by_package: dict[str, list[Finding]] = {}
    for finding in findings:
        by_package.setdefault(finding.package, []).append(finding)
    found = {}
    for group in groups:
        proofs = [write.evidence for row in group.rows for record in row.package.records for write in record.writes]
        tops = frozenset(proof.path.partition("/")[0] for proof in proofs if proof.permalink)
        for row in group.rows:
            found[row.anchor] = _drawer(row, group, Spots(row.package, tops), by_package.get(row.package.name, []))
    return found


def _drawer(row: Row, group: Group, spots: "Spots", findings: list[Finding]) -> Drawer:
    """The drawer of `row`; a finding only names its package, which two repositories may call the same."""
    package, telling = row.package, row.telling
    ways = _Ways(package, spots, telling, Rules(package, telling.content, row.tried))
    own = [each for each in findings if spots.base is None or (each.evidence.permalink or spots.base).startswith(spots.base)]
    headline = [write for record in package.records if record.role in HEADLINE and not record.nested for write in record.writes]
    return Drawer(
        row=row,
        group=group,
        base=spots.base,
        folder=spots.folder,
        off=turning_off(package, row.tried, row.leavings),
        records=tuple(map(ways.of, package.records)),
        findings=tuple((finding, spots.of(finding.evidence)) for finding in own),
        gates=tuple((gate, spots.of(gate.evidence) if gate.evidence else None) for gate in package.gates),
        unresolved=tuple((item, spots.of(item)) for item in package.unresolved),
        spots=spots,
        hooks=hooks_of(package),
        limits=_limits(headline),
        headline=len(headline),
    )


class Spots:
    """Places as seen from one package; what lies in a library's release has no address in the repository."""

    def __init__(self, package: Package, tops: frozenset[str]) -> None:
        self._tops = tops
        """The outermost folders that hold proofs of the target's packages."""
        self.base = base_of(package)
        self.folder = _folder(package)

    def of(self, place: Place) -> Spot:
        """The spot of `place`."""
        outside = not place.path.startswith(self.folder)
        short = place.path if outside else place.path[len(self.folder) :]
        return Spot(short, place.line, outside, linked=self.base is not None and place.path.partition("/")[0] in self._tops)


def _limits(writes: list[Write]) -> tuple[tuple[Limit, int], ...]:
    """Limits that say the same, wherever they stand, counted once a write."""
    first: dict[tuple[object, ...], Limit] = {}
    count: Counter[tuple[object, ...]] = Counter()
    for write in writes:
        told = {(limit.value, limit.unit, limit.strategy, limit.switch): limit for limit in write.limits}
        count.update(told.keys())
        first = told | first
    return tuple((first[each], number) for each, number in count.most_common())


def _folder(package: Package) -> str:
    """The innermost folder that holds all of the package's own proofs, with a slash at its end; '' where there is none."""
    start = f"{package.path}/" if package.path else ""
    paths = [write.evidence.path for record in package.records for write in record.writes]
    own = [path for path in paths if path.startswith(start)]
    return f"{common}/" if own and (common := commonpath([dirname(path) for path in own])) else start


def telling_writes(record: Record, telling: Telling) -> tuple[Write, ...]:
    """The writes of `record` that are told with all their steps."""
    ordered = [write for _, write in telling.writes((record,))]
    first, escaping = ordered[0], next((write for write in ordered if telling.escapes(record, write)), None)
    return (first,) if escaping is None or escaping is first else (first, escaping)


def told_steps(write: Write) -> tuple[Step, ...]:
    """The steps of a write; its evidence alone where there are none."""
    place = write.evidence
    return place.steps or (Step(path=place.path, line=place.line, note=write.event or write.key),)


class _Ways:
    """Tells the ways of one package; steps and conditions that were told once are only named from then on."""

    def __init__(self, package: Package, spots: Spots, telling: Telling, rules: Rules) -> None:
        self._gates = {gate.id: gate for gate in package.gates}
        self._spots, self._telling, self._rules = spots, telling, rules
        self._steps: dict[_Same, Role] = {}
        self._wholes: dict[str, Role] = {}

    def of(self, record: Record) -> RecordDrawer:
        """All that is told of `record`."""
        shown = telling_writes(record, self._telling)
        others: dict[str, dict[Spot, None]] = {}
        for write in record.writes:
            if not any(write is each for each in shown):
                others.setdefault(write.key or write.event or "", {})[self._spots.of(write.evidence)] = None
        return RecordDrawer(
            record=record,
            keys=self._telling.keys((record,)),
            still=self._rules.expected(record) if record.ungated else (),
            ways=tuple(self._way(record, write) for write in shown),
            others=tuple((key, tuple(sorted(spots, key=lambda each: (each.path, each.line)))) for key, spots in sorted(others.items())),
        )

    def _way(self, record: Record, write: Write) -> Way:
        place = write.evidence
        same = (place.path, place.line, write.key, write.event, place.steps)
        like = self._steps.setdefault(same, record.role) if place.steps else record.role
        steps = tuple((self._spots.of(step), step) for step in told_steps(write)) if like is record.role else ()
        whole = formula(beside_undecided(write.when), self._gates) if len(gates_in(write.when)) > 1 else ""
        before = self._wholes.get(whole)
        self._wholes.setdefault(whole, record.role)
        return Way(
            write=write,
            spot=self._spots.of(place),
            url=safe_url(place.permalink),
            steps=steps,
            rule=self._rules.of(write),
            whole=whole if before is None else "",
            whole_like=before if whole else None,
            still=self._rules.expected(record) if self._telling.escapes(record, write) else None,
            like=None if steps else like,
        )
