"""The state of one package's analysis: frames, heap, budgets, and the operations on values that everything uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from survey.flow import origins, paths, presence, switched, switches
from survey.flow.conditions import FALSE, TRUE, UNKNOWN, Cond, Conditions, GateRef, Predicate
from survey.flow.existence import Existence
from survey.flow.frames import Frame, Remembered
from survey.flow.strings import text_of
from survey.flow.values import (
    HOLE,
    LASTING,
    NONE,
    NOTHING,
    NOWHERE,
    SPAN,
    Arguments,
    Atom,
    BoundMethod,
    ClassValue,
    Const,
    EnumMember,
    Env,
    External,
    FunctionValue,
    Instance,
    Mapping,
    Method,
    ModuleValue,
    Opaque,
    Pair,
    Partial,
    Pattern,
    Sequence,
    Site,
    Struct,
    Super,
    Term,
    Truth,
    Value,
    of,
)
from survey.flow.versions import Versions
from survey.knowledge.engine import ABOUT, APPLIED, PART, RECORDED, TELEMETRY, TOLD, VOICE
from survey.model.vocabulary import Channel, GateKind, Role

if TYPE_CHECKING:
    from survey.flow.writes import RawWrite
    from survey.knowledge.engine import EngineKnowledge
    from survey.model import ir
    from survey.program.modules import Program

MAX_ALTERNATIVES = 10
"""Alternatives of one value; further ones are merged into one unknown."""
MAX_ITEMS = 32
"""Elements of one sequence that are kept apart."""
MAX_NAMED = 250
"""The same for alternatives and elements that say by themselves what they are: functions, classes, constants, rows that begin with one."""
MAX_SITES = 8
"""Places at which one key met its value that are kept apart."""
MAX_GATHERED = 250
"""Containers that are looked into for the hints of one value."""
MAX_DEPTH = 48
"""Frames on the stack."""
MAX_CALLS_PER_ROOT = 6_000
"""Function bodies entered for one root before the rest of it is cut."""
MAX_STEPS_PER_ROOT = 250_000
"""Statements run for one root before the rest of it is cut."""
MAX_WORK = 400_000
"""What one function may cost in one pass (`Frame.work`) before further distinct calls of it, or the rest of one call, are cut."""
MAX_WORK_PER_PASS = 2_000_000
"""The same for all roots of one package. One root may take half of what is left of it."""
MIN_WORK_PER_ROOT = 100
"""What every root may cost at least, be nothing left; an equal share of a pass's work where that is more."""
MAX_APART = 16
"""Distinct calls of one function after which its object arguments are no longer told apart from others of their class."""
PATIENCE = 12
"""Runs without any effect after which a function is believed to have none."""


class Machine:
    """Everything that lives as long as one package's analysis."""

    def __init__(self, program: Program, knowledge: EngineKnowledge) -> None:
        self.program = program
        self.knowledge = knowledge
        self.conds = Conditions()
        self.own_paths = frozenset(file.path for file in program.own_files())
        self.frames: list[Frame] = []
        self.serial = 0
        self.versions = Versions()
        self.calls = 0
        self.steps = 0
        self.total_calls = 0
        self.work = 0
        """Work for the running root."""
        self.total_work = 0
        """Work for all roots in the running pass."""
        self.least_work = MIN_WORK_PER_ROOT
        """What every root may cost, be nothing left."""
        self.exhausted = False
        """Whether some pass had to be cut short: then what is next to a sink goes first."""
        self.writes: dict[object, RawWrite] = {}
        self.orders: dict[ClassValue, list[ClassValue]] = {}
        self.initialised: set[ClassValue] = set()
        self.current_spans: dict[ClassValue, None] = {}
        """Proxies of spans of which some object was made the current span."""
        self.passes = 0
        """Passes begun."""
        self.given_spans: set[ClassValue] = set()
        """Classes of which the package made some object for a span."""
        self.settled: set[tuple[ClassValue, str]] = set()
        self.own_setters: set[str] = set()
        """Methods that give a span of the package's own make an attribute."""
        self.delegating: set[str] = set()
        """Methods that hand what they are given on to OpenTelemetry."""
        self.wire: dict[ClassValue, dict[str, Role]] = {}
        """Per class, the fields for content that its instances write out."""
        self.otel_modules: dict[str, bool] = {}
        self.named_fields: dict[str, frozenset[str]] = {}
        """By module, the hints of the parts of requests and responses that it reads by name."""
        """Per path, whether a module imports OpenTelemetry."""
        self.sends = False
        """The package talks to a server itself."""
        self.interface_methods: set[str] = set()
        """Methods that some interface declares."""
        self.dispatch: dict[str, list[tuple[ClassValue, FunctionValue]]] = {}
        self.memo: dict[object, Remembered] = {}
        self._words: dict[str, frozenset[str]] = {}
        self.constants: dict[ir.Const, Value] = {}
        """Literals to what they stand for."""
        self.uploading: dict[str, bool] = {}
        """Names of callees to whether one of their words tells of an upload."""
        self.shapes: dict[tuple[object, ...], int] = {}
        """Every shape of a value that some key of a call holds, numbered."""
        self.editions: dict[object, list[int]] = {}
        """Per key of a call, the versions of what went in by identity that it was run with."""
        self.module_envs: dict[str, Env] = {}
        self.kinds_met: dict[tuple[str, str], set[str]] = {}
        """By path and key, the words for a kind that met the key in some mapping there."""
        self.given: dict[str, Struct] = {}
        """By class, the object that stands for all of it that a library gives."""
        self.loading: set[str] = set()
        self.defining: set[object] = set()
        """Definitions that a half-loaded module is asked for ahead of time."""
        self.functions: dict[tuple[int, int], FunctionValue] = {}
        self.classes: dict[object, ClassValue] = {}
        self.entered: set[object] = set()
        """Function nodes whose body was run at least once."""
        self.escaped: dict[object, tuple[Cond, int]] = {}
        """What was handed to code that is not source at hand: under which conditions, and how often it was run for that."""
        self.escaping: list[ir.Function] = []
        """Functions whose result is being handed to code that is not source at hand."""
        self.active: dict[object, int] = {}
        self.callers: dict[ir.Function, dict[Site, None]] = {}
        """Function to where it was called from, for telling how content came to a write."""
        self.contexts: dict[object, set[object]] = {}
        """Distinct calls per function."""
        self.spent: dict[object, int] = {}
        """Work per function."""
        self.mentioned: dict[object, tuple[str, ...]] = {}
        """Names that a function's body mentions, its parameters aside."""
        self.counters: dict[ir.For | ir.While, tuple[str, ...]] = {}
        """The variables that a loop counts up."""
        self.reads: dict[ir.Function, dict[str, frozenset[str]]] = {}
        """Per function: the hints of the parts that it reads by name, by what it reads them from."""
        self.recursive: dict[ir.Function, bool] = {}
        """Whether a function calls one of its own name."""
        self.recursed: dict[ir.Function, tuple[str, Site]] = {}
        """Functions that were not entered again while they ran, with their path and where that was first."""
        self.idle: dict[object, tuple[int, Value | None]] = {}
        """Per function that never had an effect: its runs, and the one result they all gave (None: nothing known)."""
        self.heard: dict[object, set[object]] = {}
        """Per such function, the arguments it may go by that it was run with."""
        self.cuts: dict[tuple[str, int, str], str] = {}
        """(path, line, what) -> reason of everything given up."""
        self.operations: dict[str, str] = {}
        """Name of a function to the operation that it is about, '' for none."""
        self.gate_sites: dict[tuple[GateKind, str], Site] = {}
        self.size_tests: dict[object, tuple[object, ...]] = {}
        """Per function that cuts something, what `limits` found it to test the size of."""
        self.hook_names: dict[str, tuple[bool, bool]] = {}
        """Name of what is called to whether it masks, and whether it would were it the user's (`redaction`)."""
        self.hook_calls: dict[tuple[str, Site], None] = {}
        """Hooks that content may pass through, and where they are called."""
        self.gates_read: dict[GateRef, None] = {}
        """Every switch that was read or declared, in order."""
        self.flags: set[tuple[str, str]] = set()
        """(owner, name) of options that are declared boolean: one that is set may still be false."""
        self.worded: set[tuple[str, str]] = set()
        """(owner, name) of options that are declared to take text, be it among other things."""
        self.silencing: set[GateRef] = set()
        """Switches under which the package uses something that does nothing in place of what writes."""
        self.events_known: set[str] = set()
        """Names that the name of somebody else's event is compared with."""
        self.existence = Existence()
        self.loggers: dict[str, set[str]] = {}
        """By path, the names of the loggers that a module asks for; '' for one that is not known."""
        self.named: set[str] = set()
        """Names that the package's own code reads somewhere."""
        self.uploads: dict[Site, Cond] = {}
        """Where content is put into external storage, and when."""
        self.sinks_seen: set[tuple[str, int]] = set()
        self.root_writes: dict[object, RawWrite] = {}
        """Writes of every finished root."""
        self.run_root: Callable[[FunctionValue, Instance | None], Value]
        self.root_arguments: Callable[[FunctionValue, Arguments], Arguments]
        self.annotated: Callable[[FunctionValue, ir.Param], ClassValue | None]
        self.is_public: Callable[[ClassValue], bool]
        self.is_made_within: Callable[[ClassValue], bool]
        self.load_package: Callable[[str], None]
        self.root_parameter: Callable[[ClassValue, str, Value | None], Value]
        self.writes = self.root_writes

    def restart(self) -> None:
        """Begin another pass: what was stored in classes and modules stays, what was concluded from it goes."""
        self.passes += 1
        self.memo.clear()
        self.shapes.clear()
        self.editions.clear()
        self.entered.clear()
        self.escaped.clear()
        self.escaping.clear()
        self.initialised.clear()
        self.dispatch.clear()
        self.root_writes.clear()
        self.cuts.clear()
        self.active.clear()
        self.contexts.clear()
        self.spent.clear()
        self.recursed.clear()
        self.uploads.clear()
        self.idle.clear()
        self.heard.clear()
        self.total_calls = 0
        self.total_work = 0
        self.writes = self.root_writes
        self.frames = []

    # --- places ---------------------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        """The running frame."""
        return self.frames[-1]

    @property
    def way(self) -> Cond:
        """The condition of the whole way here from the entry point."""
        result = TRUE
        for frame in self.frames:
            result = self.conds.all(frame.path, result)
        return result

    def site(self) -> Site:
        """Where the running frame stands."""
        frame = self.frames[-1]
        return Site(frame.module.path, frame.line, frame.end_line, frame.symbol)

    def next_serial(self) -> int:
        """A fresh, growing number for heap objects and frames."""
        self.serial += 1
        return self.serial

    def cut(self, what: str, reason: str) -> None:
        """Remember that something was given up here."""
        site = self.site() if self.frames else Site("", 0, 0)
        self.cuts.setdefault((site.path, site.line, what), reason)

    def went_deep(self) -> None:
        """Something is given up because calls nest too deeply."""
        for frame in self.frames:
            frame.deep = True

    def left_out(self) -> None:
        """Something is given up because the entry point has cost all that it may."""
        for frame in self.frames:
            frame.cut = True

    def overspent(self) -> bool:
        """Whether the running call, or its entry point, has cost all that it may; the rest of it is then cut."""
        if self.steps <= MAX_STEPS_PER_ROOT and self.frames[-1].work <= MAX_WORK:
            return False
        if self.steps > MAX_STEPS_PER_ROOT:
            self.left_out()
        self.cut(
            "budget", "too many statements from one entry point" if self.steps > MAX_STEPS_PER_ROOT else "this call is too much to follow"
        )
        return True

    def add_write(self, write: RawWrite) -> None:
        """Take a write into the running frame; the same one again only widens its condition.

        One place may write what comes from different origins or for different operations, or by the ways of several entry points:
        these stay apart.
        """
        kind = self._operation(self.frame.symbol)
        if kind and kind not in write.kind.split():
            write = replace(write, kind=f"{write.kind} {kind}".strip())  # what the span tells comes first
        origin = write.hints & origins.DECIDING
        if write.channel is Channel.APP_LOG:
            origin = frozenset(hint for hint in write.hints if hint.startswith((TOLD, ABOUT)))
        way = self._way(write.cond) if self.writes is self.root_writes else None
        key: tuple[object, ...] = (write.channel, write.key, write.event, write.field, write.site, write.argument, write.kind, origin, way)
        found = self.writes.get(key)
        if found is not None and found.entry != write.entry and self.conds.asks_more(found.cond, write.cond):
            key = (*key, write.entry)
            found = self.writes.get(key)
        if found is not None:
            cond = self.conds.any(found.cond, write.cond)
            rewritten = found.rewritten and write.rewritten
            hints = found.hints if write.hints == found.hints else pooled((found.hints, write.hints))
            instead = found.instead | write.instead
            if cond == found.cond and hints == found.hints and rewritten == found.rewritten and instead == found.instead:
                return
            write = replace(found, cond=cond, hints=hints, rewritten=rewritten, instead=instead)
        self.writes[key] = write

    def _way(self, cond: Cond) -> tuple[str, str] | None:
        """The entry point that runs, where its user has a switch to keep it from writing.

        What else leads to the same place may have none: told as one, the write would look as if there were no such switch.
        """
        if not self.conds.closable(cond):
            return None
        return self.frames[0].module.path, self.frames[0].symbol

    def _operation(self, symbol: str) -> str:
        found = self.operations.get(symbol)
        if found is None:
            found = self.operations[symbol] = origins.operation_of(symbol, self.knowledge)
        return found

    # --- making values -------------------------------------------------------------------------------------------

    def mapping(self, *, is_sequence: bool = False) -> Mapping:
        """A new empty mapping."""
        return Mapping(self.next_serial(), len(self.frames) - 1, is_sequence=is_sequence)

    def sequence(self, kind: str, items: Iterable[tuple[Cond, Value]] = (), rest: Value | None = None) -> Sequence:
        """A new sequence."""
        return Sequence(self.next_serial(), len(self.frames) - 1, kind, list(items), rest)

    def gate(self, kind: GateKind, name: str, default: str | None, owner: str = "") -> GateRef:
        """A switch read here; the first place it is read at stays its evidence."""
        site = self.site()
        place = self.gate_sites.setdefault((kind, owner + name), site)
        gate = GateRef(kind, name, default, owner, (place.path, place.line))
        self.gates_read[gate] = None
        return gate

    def word(self, name: str) -> frozenset[str]:
        """The hint that a name on the value's way gives."""
        found = self._words.get(name)
        if found is None:
            hint = self.knowledge.words.get(name.lower().lstrip("_"))
            found = self._words[name] = frozenset((hint,)) if hint else _NO_HINTS
        return found

    # --- joining -------------------------------------------------------------------------------------------------

    def join(self, parts: Iterable[tuple[Cond, Value]]) -> Value:
        """The value that is each part under its condition."""
        parts = list(parts)
        if len(parts) == 1 and parts[0][0] == TRUE:
            return parts[0][1]
        merged: dict[Atom, Cond] = {}
        both, either = self.conds.all, self.conds.any
        for cond, value in parts:
            always = cond == TRUE
            for own, atom in value.alts:
                guard = own if always else both(cond, own)
                if guard.may:
                    found = merged.get(atom)
                    merged[atom] = guard if found is None or found == guard else either(found, guard)
        if self.frames:
            self.frames[-1].work += len(merged)
        return self.from_alternatives(merged)

    def added(self, old: Value, cond: Cond, value: Value) -> Value:
        """`old` with `value` added under `cond`; `old` itself where that adds nothing."""
        if old is value:
            return old
        before = {atom: guard for guard, atom in old.alts}
        joined = self.join([(TRUE, old), (cond, value)])
        alts = tuple([(self.conds.settled(before[a], guard) if a in before else guard, a) for guard, a in joined.alts])
        return old if alts == old.alts else Value(alts)

    def from_alternatives(self, merged: dict[Atom, Cond]) -> Value:
        """A value of these alternatives, bounded in number."""
        if not merged:
            return NOTHING
        if len(merged) > 1:
            merged = self._merge_spans(self._merge_opaque(merged))
        if len(merged) > MAX_ALTERNATIVES:
            named = [atom for atom in merged if isinstance(atom, _NAMED)]
            if len(named) > MAX_NAMED:
                self.cut("width", "a value has too many alternatives")
            first = dict.fromkeys([*named[:MAX_NAMED], *list(merged)[: max(0, MAX_ALTERNATIVES - 1 - len(named))]])
            kept = {atom: cond for atom, cond in merged.items() if atom in first}
            if len(kept) == len(merged):
                return Value(tuple((cond, atom) for atom, cond in merged.items()))
            hints: frozenset[str] = frozenset()
            for atom in merged:
                if atom not in kept:
                    hints |= self.hints_of_atom(atom, 2)
            kept[Opaque(hints)] = UNKNOWN
            merged = kept
        return Value(tuple((cond, atom) for atom, cond in merged.items()))

    def _merge_opaque(self, merged: dict[Atom, Cond]) -> dict[Atom, Cond]:
        unknown = [(atom, cond) for atom, cond in merged.items() if isinstance(atom, Opaque)]
        if len(unknown) < 2:
            return merged
        result: dict[Atom, Cond] = {atom: cond for atom, cond in merged.items() if not isinstance(atom, Opaque)}
        hints = pooled(atom.hints for atom, _ in unknown)
        cond = FALSE
        kinds = {atom.kind for atom, _ in unknown}
        for _, guard in unknown:
            cond = self.conds.any(cond, guard)
        if kinds - {""} <= LASTING:
            kinds.discard("")
        result[Opaque(hints, kinds.pop() if len(kinds) == 1 else "")] = cond
        return result

    def _merge_spans(self, merged: dict[Atom, Cond]) -> dict[Atom, Cond]:
        """One for all spans of which the same is known."""
        spans = [atom for atom in merged if isinstance(atom, Struct) and atom.type == SPAN]
        if len(spans) < 2:
            return merged
        known: dict[object, Struct] = {}
        result = dict(merged)
        for span in spans:
            told = span.site == NOWHERE, frozenset((name, value.atoms) for name, value in span.fields.items())
            first = known.setdefault(told, span)
            if first is not span:
                result[first] = self.conds.any(result[first], result.pop(span))
        return result if len(result) <= MAX_ALTERNATIVES else self._any_span(result, list(known.values()))

    def _any_span(self, merged: dict[Atom, Cond], spans: list[Struct]) -> dict[Atom, Cond]:
        """One for the package's own spans and one for others', of which is known what is known of any."""
        result = {atom: cond for atom, cond in merged.items() if atom not in spans}
        for foreign in (False, True):
            alike = [span for span in spans if (span.site == NOWHERE) is foreign]
            cond = FALSE
            for span in alike:
                cond = self.conds.any(cond, merged[span])
            if alike:
                names = dict.fromkeys(name for span in alike for name in span.fields)
                fields = {name: self.join([(merged[s], s.fields.get(name, NOTHING)) for s in alike]) for name in names}
                result[Struct(SPAN, self.next_serial(), min(s.level for s in alike), fields, alike[0].site)] = cond
        return result

    # --- truth ---------------------------------------------------------------------------------------------------

    def truth(self, value: Value) -> Cond:
        """The condition that `value` counts as true."""
        if len(value.alts) == 1 and value.alts[0][0] == TRUE:
            return self.truth_of(value.alts[0][1])
        return self.weigh((guard, self.truth_of(atom)) for guard, atom in value.alts)

    def weigh(self, parts: Iterable[tuple[Cond, Cond]]) -> Cond:
        """The truth of something that is the second condition under the first, for guards that may overlap."""
        parts = list(parts)
        if self.frames:
            self.frames[-1].work += len(parts)
        return self.conds.weigh(parts)

    def truth_of(self, atom: Atom) -> Cond:
        """The condition that `atom` counts as true."""
        if isinstance(atom, Const):
            return TRUE if atom.value else FALSE
        if isinstance(atom, Truth):
            return atom.cond
        if isinstance(atom, Term):
            return switches.truth(self.conds, self.flags, atom)
        if isinstance(atom, Pattern):
            return TRUE if atom.text.replace(HOLE, "") else UNKNOWN
        if isinstance(atom, (Mapping, Sequence)):
            return presence.filled(self, atom)
        if isinstance(atom, (FunctionValue, BoundMethod, Partial, ClassValue, ModuleValue, Instance, Struct, Super)):
            return TRUE
        if isinstance(atom, EnumMember):
            inner = atom.value.only
            return TRUE if not isinstance(inner, Const) or inner.value else FALSE
        return UNKNOWN

    def vague(self, gate: GateRef) -> Cond:
        """Something undecided that this switch was meant to decide."""
        return Cond(1, 1, self.conds.atom(Predicate(gate, None)).gist)

    # --- hints ---------------------------------------------------------------------------------------------------

    def hints(self, value: Value, depth: int = 5) -> frozenset[str]:
        """What content may lie in `value`, by the words of its origin and the literals that type its parts."""
        if len(value.alts) == 1 and isinstance(value.alts[0][1], (Opaque, Pattern)):
            return value.alts[0][1].hints
        return self._gather([(atom, depth) for _, atom in value.alts])

    def hints_of_atom(self, atom: Atom, depth: int) -> frozenset[str]:
        """The same for one atom."""
        return atom.hints if isinstance(atom, (Opaque, Pattern)) else self._gather([(atom, depth)])

    def _gather(self, stack: list[tuple[Atom, int]]) -> frozenset[str]:
        """Hints of everything on the stack and below it, each container once and not too many of them."""
        result: set[str] = set()
        seen: set[int] = set()
        while stack and len(seen) < MAX_GATHERED:
            atom, depth = stack.pop()
            if isinstance(atom, (Opaque, Pattern)):
                result |= atom.hints
                continue
            if isinstance(atom, Method):
                stack.append((atom.receiver, depth))
                continue
            if isinstance(atom, Term) and atom.gate.kind is GateKind.CONTEXT:
                result.add(APPLIED)
            if depth <= 0 or isinstance(atom, _PLAIN) or id(atom) in seen:
                continue
            seen.add(id(atom))
            if isinstance(atom, Mapping):
                result |= atom.marks
                for key, pair in atom.pairs.items():
                    if isinstance(key, str):
                        result |= self.word(key)
                        result |= self._part(key, pair.value)
                    stack += [(a, depth - 1) for _, a in pair.value.alts]
                stack += [(a, depth - 1) for _, a in atom.rest.alts] if atom.rest else ()
            elif isinstance(atom, Sequence):
                result |= atom.marks
                for _, item in atom.items:
                    stack += [(a, depth - 1) for _, a in item.alts]
                stack += [(a, depth - 1) for _, a in atom.rest.alts] if atom.rest else ()
            elif isinstance(atom, (Instance, Struct)):
                if isinstance(atom, Instance):
                    result |= atom.marks
                for name, item in atom.fields.items():
                    result |= self._part(name, item)
                    if depth > 2:
                        result |= self.word(name)
                        stack += [(a, depth - 2) for _, a in item.alts]
        if self.frames:
            self.frames[-1].work += len(seen)
        return frozenset(result)

    def _part(self, key: str, value: Value) -> frozenset[str]:
        """A literal under `type` or `role` names the part it sits in."""
        if key not in self.knowledge.discriminators:
            return _NO_HINTS
        texts = (text_of(atom) for atom in value.atoms)
        prefix = VOICE if key in self.knowledge.speakers else PART
        return frozenset([prefix + self.knowledge.parts[text] for text in texts if text is not None and text in self.knowledge.parts])

    # --- heap ----------------------------------------------------------------------------------------------------

    def touch(self, item: Mapping | Sequence | Instance | Struct) -> Cond:
        """Note a change of `item` and return the condition under which it happens, relative to where it was made."""
        self.changed(item)
        return self.reach(item)

    def reach(self, item: Mapping | Sequence | Instance | Struct) -> Cond:
        """The same for a store that is yet to show whether it changes anything: what stores notes that itself."""
        for frame in reversed(self.frames):
            if item.serial >= frame.entry_serial:
                break
            frame.effect = frame.effect or frame.receiver is not item or not self._is_constructor(frame)
        last = len(self.frames) - 1
        cond = paths.since(self, last, item)
        for level in range(max(0, min(item.level, last)), last):
            cond = self.conds.all(paths.since(self, level, item), cond)
        return cond

    def changed(self, item: Mapping | Sequence | Instance | Struct) -> None:
        """Note that `item` is not what it was: no call that is older than it can be remembered."""
        self.versions.note(item)
        for frame in reversed(self.frames):
            if item.serial >= frame.entry_serial:
                return
            frame.impure = True

    def is_state(self, item: Mapping | Sequence) -> bool:
        """Whether `item` is older than the entry point that runs: nobody knows in which order entry points are called.

        What is stored there is added to what it holds, nothing is taken out, and so it stops changing.
        """
        return item.serial < self.frames[0].entry_serial

    def changed_for_all(self) -> None:
        """Note a change of what every call may see."""
        for frame in self.frames:
            frame.impure = True

    def held(self, mapping: Mapping) -> None:
        """Note that `mapping` already held what was put into it: an equal call changes nothing while that stays so."""
        for frame in reversed(self.frames):
            if mapping.serial >= frame.entry_serial:
                return
            frame.held.setdefault(mapping, self.versions.replaced(mapping))

    def _is_constructor(self, frame: Frame) -> bool:
        return frame.function is not None and frame.function.node.name in self.knowledge.constructors

    def put(
        self, mapping: Mapping, key: Atom, value: Value, cond: Cond, site: Site, *, weak: bool = False, then: Cond | None = None
    ) -> None:
        """Store one entry; the same key again overrides in a dict and adds in a sequence of pairs, or where it is `weak`.

        `then`: when it is stored, of a key that remembers several places of which each says when it was there at all.
        """
        name: object = text_of(key)
        if name in self.knowledge.kind_keys and not (isinstance(key, Pattern) and key.sites):
            self.note_kind(site.path, str(name), value)
        # whatever text is made of all of the value later
        met = cond if len(value.alts) < 2 else self.conds.all(cond, switched.telling(self, value))
        sites = [(site, met)]
        if isinstance(key, Pattern) and key.sites:
            sites = [(s, self.conds.all(c, met if then is None else then)) for s, c in key.sites]
        if name is None:
            name = key.value if isinstance(key, Const) else HOLE
        found = mapping.pairs.get(name)
        if found is None:
            mapping.pairs[name] = Pair(value, cond, sites)
            self.changed(mapping)
            return
        before = found.value.alts, found.cond, found.sites
        if weak or self.is_state(mapping) or mapping.is_sequence or not isinstance(name, str) or HOLE in name:
            found.value = self.added(found.value, cond, value)
            found.cond = self.conds.settled(found.cond, self.conds.any(found.cond, cond))
        elif cond == TRUE:
            found = mapping.pairs[name] = Pair(value, TRUE, sites)
        else:
            other = self.conds.negate(cond)
            if found.value is not value:
                found.value = self.join([(other, found.value), (cond, value)])
                found.sites = [(s, self.conds.all(c, other)) for s, c in found.sites]
            found.cond = self.conds.any(found.cond, cond)
        if found.sites is not sites:
            found.sites = self._met(found.sites, sites)
        if before == (found.value.alts, found.cond, found.sites):
            self.held(mapping)
        else:
            self.versions.note_replaced(mapping)
            self.changed(mapping)

    def note_kind(self, path: str, key: str, value: Value) -> None:
        """A kind key meets its value in a file: remember the words."""
        words = self.knowledge.kind_words
        texts = ((text_of(atom) or "").lower() for atom in value.atoms)
        self.kinds_met.setdefault((path, key), set()).update(text if text in words else "" for text in texts)

    def _met(self, old: list[tuple[Site, Cond]], new: list[tuple[Site, Cond]]) -> list[tuple[Site, Cond]]:
        """Where a key met its value before or meets it now; not too many places."""
        result = dict(old)
        for site, cond in new:
            if site in result:
                result[site] = self.conds.settled(result[site], self.conds.any(result[site], cond))
            elif len(result) < MAX_SITES:
                result[site] = cond
        return list(result.items())

    def merge(self, target: Mapping, source: Mapping, cond: Cond, *, weak: bool = False) -> None:
        """Put every entry of `source` into `target` under `cond`; each keeps the place where it was made."""
        for name, pair in list(source.pairs.items()):
            key = self.key_atom(name, pair)
            then = cond if len(pair.sites) > 1 else None
            self.put(target, key, pair.value, self.conds.all(cond, pair.cond), pair.sites[0][0], weak=weak, then=then)
        if source.rest is not None:
            self.loosen(target, cond, source.rest)

    @staticmethod
    def key_atom(name: object, pair: Pair) -> Atom:
        """The key of an entry as a value that remembers where it met its value."""
        if isinstance(name, str):
            return Pattern(name, frozenset(), tuple(pair.sites))
        return Const(name) if isinstance(name, (bytes, int, float, bool)) or name is None else Opaque()

    def append(self, sequence: Sequence, cond: Cond, value: Value) -> None:
        """Add an element, bounded in number; nothing sets apart two of which nothing is known."""
        only = value.only
        if only is not None and not isinstance(only, Const) and sequence.kind != "tuple":
            for position, (held, item) in enumerate(sequence.items):
                if item.only == only:
                    wider = self.conds.settled(held, self.conds.any(held, cond))
                    if wider != held:
                        sequence.items[position] = (wider, item)
                        self.changed(sequence)
                    return
        if len(sequence.items) < (MAX_NAMED if _is_named(value) else MAX_ITEMS):
            sequence.items.append((cond, value))
        elif sequence.rest is None:
            sequence.rest = value
        elif sequence.rest is value:
            return
        else:
            known = self.hints(sequence.rest, 2)
            more = self.hints(value, 1)
            if more <= known and isinstance(sequence.rest.only, Opaque):
                return
            sequence.rest = of(Opaque(known | more))
        self.changed(sequence)

    def extend(self, sequence: Sequence, cond: Cond, items: Iterable[tuple[Cond, Value]], rest: Value | None) -> None:
        """Add several elements; a full sequence only takes their hints."""
        for guard, item in items:
            if len(sequence.items) >= MAX_ITEMS and sequence.rest is not None and not isinstance(item.only, Opaque) and not _is_named(item):
                continue
            self.append(sequence, self.conds.all(cond, guard), item)
        if rest is not None:
            self.loosen(sequence, cond, rest)

    def loosen(self, target: Mapping | Sequence, cond: Cond, rest: Value) -> None:
        """Let `target` hold any number of further elements."""
        if rest is target.rest:
            return
        joined = rest if target.rest is None else self.added(target.rest, cond, rest)
        if joined is not target.rest:
            target.rest = joined
            self.changed(target)

    def look_up(self, mapping: Mapping, key: str) -> tuple[list[tuple[Cond, Value]], Cond]:
        """What lies under a known key, and the condition that nothing does."""
        pair = mapping.pairs.get(key)
        if pair is None:
            loose = mapping.pairs.get(HOLE)
            return ([(UNKNOWN, loose.value)] if loose else []), UNKNOWN if loose else TRUE
        return [(pair.cond, pair.value)], self.conds.negate(pair.cond)

    def external(self, name: str) -> Value:
        """Something external by its dotted name; what stands for the absence of a thing is none."""
        return NONE if name in self.knowledge.null_objects else of(External(name))

    def external_name(self, atom: Atom) -> str:
        """The dotted name of something external, '' otherwise."""
        return atom.name if isinstance(atom, External) else ""


_PLAIN = (Const, Term, Truth)
_NO_HINTS = frozenset[str]()
_NAMED = (FunctionValue, BoundMethod, ClassValue)


def _is_named(value: Value) -> bool:
    """Whether an element is a function, a class, a constant, or a row that begins with one."""
    only = value.only
    if isinstance(only, Sequence):
        return bool(only.items) and isinstance(only.items[0][1].only, (*_NAMED, Const))
    return isinstance(only, (*_NAMED, Const))


def pooled(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    """The hints of several values together: an origin that rules out others must be that of every one."""
    known = list(parts)
    return frozenset().union(*known) - {mark for mark in (TELEMETRY, APPLIED, RECORDED) if any(mark not in hints for hints in known)}
