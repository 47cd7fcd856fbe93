"""The steps of a write, in reading order: where its content comes from, the calls between, the write, the sink."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from survey.flow.arms import outcome
from survey.flow.definitions import Routine, Sources
from survey.flow.provenance import Hop, Provenance
from survey.flow.shown import last_name, shown
from survey.flow.values import HOLE, Site
from survey.flow.writes import RawWrite
from survey.knowledge.engine import TOLD, EngineKnowledge
from survey.knowledge.loader import load_knowledge
from survey.model import ir
from survey.model.document import Step
from survey.model.vocabulary import Role
from survey.program.modules import ModuleFile, Program

_MOST_BEFORE = 6
"""Steps before the write that are told; of more, the first and the last ones."""
_PHRASES = {
    "parameter": ("comes from parameter {text}", "then parameter {text}"),
    "read": ("comes from {text}", "then read as {text}"),
    "result": ("comes from the result of {text}", "then the result of {text}"),
    "call": ("comes from {text}", "then handed to {text}"),
    "stored": ("comes from {detail}, kept in {text}", "then kept in {text}"),
}
"""Kind of a hop to its note: of the first step, and of a later one."""


class Steps:
    """Makes the steps of one finished analysis's writes."""

    def __init__(self, program: Program, knowledge: EngineKnowledge, callers: Mapping[ir.Function, Mapping[Site, None]]) -> None:
        language, serialisers = program.package.language, load_knowledge().serialisers
        self.sources = Sources(program)
        self.knowledge = knowledge
        self.provenance = Provenance(self.sources, knowledge, callers, lambda name: serialisers.named(language, name))
        self.files: dict[str, ModuleFile] = {file.path: file for file in program.all_files()}
        self.shown: dict[str, ModuleFile] = {file.shown_path: file for file in self.files.values()}
        self.lengths: dict[str, int] = {}
        """Lines of the files that steps were told in, by shown path."""

    def of(self, write: RawWrite, role: Role, shown_key: str, place: Site) -> tuple[Step, ...]:
        """From where the content of `write` enters to the sink, by way of `place`, its primary evidence."""
        places = [write.site, *(site for site in write.trace if site.path in self.files)]
        if places[0].path not in self.files:
            return ()
        pairing = self.sources.at(write.site.path, write.site.line)
        key, value = self._pair(pairing, write) if pairing is not None else (None, None)
        hops: list[Hop] = []
        if all((site.path, site.line) != (place.path, place.line) for site in places):
            return self._given(write, role, shown_key, place)
        if pairing is not None and value is not None:
            hops = self.provenance.of(pairing, value, max(write.site.line, value.line), write.trace, role, shared=_is_shared(write))
        steps = list(self._before(hops))
        if pairing is not None and key is not None and (made := self._key_made(pairing, key, write)) is not None:
            told = next((k for k, step in enumerate(steps) if (step.path, step.line) == (made.path, made.line)), len(steps))
            steps.insert(told + 1, made)  # beside the step on the same line, where there is one
        steps.append(self._step(write.site.path, self.at_key(write.site).line, f"written under {shown_key}"))
        steps += self._after(write)
        return tuple(_joined([step for step in steps if self._exists(step)]))

    def _given(self, write: RawWrite, role: Role, shown_key: str, place: Site) -> tuple[Step, ...]:
        """The steps where content is given to another package's object, which writes it later."""
        routine = self.sources.at(place.path, place.line)
        parts = routine.parts if routine is not None else []
        stored = next((p for p in parts if isinstance(p, ir.Assign) and p.line == place.line and p.value is not None), None)
        steps: list[Step] = []
        note = "given away"
        if routine is not None and stored is not None and stored.value is not None:
            steps += self._before(self.provenance.of(routine, stored.value, place.line, (), role))
            note = f"then kept in {shown(stored.targets[0])}" if steps else f"kept in {shown(stored.targets[0])}"
        steps.append(self._step(place.path, place.line, note))
        steps.append(self._step(write.site.path, self.at_key(write.site).line, f"written under {shown_key}"))
        sink = next((site for site in write.trace if site.path in self.files), None)
        if sink is not None and (sink.path, sink.line) != (write.site.path, write.site.line):
            line, text = self._sink(sink)
            steps.append(self._step(sink.path, line, f"reaches {text}"))
        return tuple(_joined([step for step in steps if self._exists(step)]))

    def at_key(self, site: Site) -> Site:
        """`site` from the line of the key on, where all that stands on its first line is the bracket of the pair."""
        routine = self.sources.at(site.path, site.line)
        here = [part for part in routine.parts if part.line == site.line] if routine is not None else []
        if len(here) == 1 and isinstance(here[0], ir.Sequence) and len(here[0].items) == 2 and here[0].end_line == site.end_line:
            return site._replace(line=here[0].items[0].line)
        return site

    def _exists(self, step: Step) -> bool:
        """Whether the step's file has its line: what was put together of two files proves nothing."""
        length = self.lengths.get(step.path)
        if length is None:
            file = self.shown.get(step.path)
            length = len(file.snapshot.files[file.path].splitlines()) if file is not None else 0
            self.lengths[step.path] = length
        return 0 < step.line <= length

    def value_of(self, write: RawWrite) -> ir.Expr | None:
        """What stands for the value where `write` is made; None where that was not found."""
        routine = self.sources.at(write.site.path, write.site.line) if write.site.path in self.files else None
        return self._pair(routine, write)[1] if routine is not None else None

    def serialises(self, name: str) -> bool:
        """Whether what a function of this last name gives is its argument in another form."""
        return self.provenance.serialiser(name) is not None

    def _step(self, path: str, line: int, note: str) -> Step:
        file = self.files[path]
        return Step(path=file.shown_path, line=line, note=note if file.own else f"{note}, in {file.package}")

    # --- before the write ----------------------------------------------------------------------------------------

    def _before(self, hops: list[Hop]) -> Iterator[Step]:
        """The content's way to the write; of two neighbours on one line the one that reads the content."""
        told: list[Hop] = []
        for hop in hops:
            if hop.path not in self.files:
                continue
            if told and (told[-1].path, told[-1].line) == (hop.path, hop.line) and hop.kind != "stored":
                if told[-1].kind in ("call", "parameter"):
                    told[-1] = hop
                continue
            told.append(hop)
        if len(told) > 1 and told[0].kind == "parameter" and told[1].kind == "read" and told[0].symbol == told[1].symbol:
            told = told[1:]
        while len(told) > _MOST_BEFORE:  # what is read of the content tells more than the calls it is handed through
            told.pop(next((k for k, hop in enumerate(told) if k and hop.kind == "call"), 2))
        for position, hop in enumerate(told):
            first, later = _PHRASES[hop.kind]
            yield self._step(hop.path, hop.line, (later if position else first).format(text=hop.text, detail=hop.detail))

    def _key_made(self, routine: Routine, key: ir.Expr, write: RawWrite) -> Step | None:
        """Where the key is put together, where that is not the line of the write."""
        name = key
        if isinstance(key, (ir.Template, ir.BinOp)):
            parts = key.parts if isinstance(key, ir.Template) else (key.left, key.right)
            name = next((part for part in parts if isinstance(part, ir.Name)), key)
        if not isinstance(name, ir.Name):
            return None
        found = self.provenance.key(routine, name, write.trace)
        if found is None or (found.path, found.line) == (write.site.path, write.site.line):
            return None
        return self._step(found.path, found.line, f"key made of {found.text}")

    # --- the write -----------------------------------------------------------------------------------------------

    def _pair(self, routine: Routine, write: RawWrite) -> tuple[ir.Expr | None, ir.Expr | None]:
        """The key and the value as they stand at the place where they meet."""
        site, key = write.site, write.key.replace(HOLE, "*")
        best: tuple[ir.Expr | None, ir.Expr | None] = (None, None)
        top = -1
        for found, value, line, end_line in self._candidates(routine, site, key):
            score = _likeness(found, key) * 2 + ((line, end_line) == (site.line, site.end_line))
            if score > top:
                best, top = (found, value), score
        if top < 0:
            here = (p.value for p in routine.parts if isinstance(p, (ir.Assign, ir.Return)) and p.line == site.line and p.value is not None)
            best = (None, next(here, None))
        return best

    def _candidates(self, routine: Routine, site: Site, key: str) -> Iterator[tuple[ir.Expr | None, ir.Expr, int, int]]:
        last = max(site.line, site.end_line)
        for part in routine.parts:
            if isinstance(part, ir.Dict):
                yield from ((k, v, k.line, v.end_line) for k, v in part.items if k is not None and site.line <= k.line <= last)
            if not site.line <= part.line <= last:
                continue
            match part:
                case ir.Assign(targets=(ir.Index(index=index), *_), value=value) if value is not None:
                    yield index, value, part.line, part.end_line
                case ir.Comprehension(key=k, value=v) if k is not None:
                    yield k, v, k.line, v.end_line
                case ir.Sequence(kind="tuple", items=(first, second)):
                    yield first, second, part.line, part.end_line
                case ir.Call():
                    yield from ((k, v, part.line, part.end_line) for k, v in self._of_call(part, key))
                case _:
                    pass

    def _of_call(self, call: ir.Call, key: str) -> Iterator[tuple[ir.Expr | None, ir.Expr]]:
        """Key and value of a call: as a sink's entry says, by keyword, else the argument after the one like the key."""
        plain = [arg.value for arg in call.args if not arg.name and not arg.spread]
        named = {arg.name: arg.value for arg in call.args if arg.name}
        sink = self.knowledge.sinks.get(last_name(call.func))
        if sink is not None:
            for spec in (sink.value, sink.mapping, sink.record):
                if spec is not None and (given := _by_spec(spec, plain, named)) is not None:
                    yield _by_spec(sink.key, plain, named) if sink.key is not None and spec is sink.value else None, given
        last = key.rpartition(".")[2]
        for name in (last, "body", "attributes"):
            if name in named:
                yield ir.Const(call.line, call.line, name), named[name]
        ordered = [arg.value for arg in call.args if not arg.spread]
        for first, second in pairwise(ordered):
            if _likeness(first, key):
                yield first, second

    # --- after the write -----------------------------------------------------------------------------------------

    def _after(self, write: RawWrite) -> Iterator[Step]:
        """The calls from the write down to the sink; of mappings that travel, the package's own call and the sink."""
        trace = [site for site in write.trace if site.path in self.files]
        if not trace:
            return
        around = next((k for k, site in enumerate(trace) if (site.path, site.line) == (write.site.path, write.site.line)), None)
        if around is not None:
            between = [site for site in trace[:around] if site is not trace[0]]
        else:
            own = next((k for k, site in enumerate(trace) if self.files[site.path].own), 0)
            between = trace[own:0:-1] if own else []
        for site in reversed(between[-2:]) if around is not None else between[:1]:
            yield self._step(site.path, site.line, f"then handed to {self._call_text(site, '')}")
        if around != 0:
            line, text = self._sink(trace[0])
            yield self._step(trace[0].path, line, f"reaches {text}")

    def _sink(self, site: Site) -> tuple[int, str]:
        """Line and text of the sink's call; where the span takes nothing there, of the same call in the same function where it does."""
        routine = self.sources.at(site.path, site.line)
        calls = [part for part in routine.parts if isinstance(part, ir.Call)] if routine is not None else []
        sink = next((call for call in calls if (call.line, call.end_line) == (site.line, site.end_line)), None)
        if routine is not None and sink is not None and self._dropped(routine, sink.line):
            same = (c for c in calls if last_name(c.func) == last_name(sink.func) and not self._dropped(routine, c.line))
            sink = next(same, sink)
        return (sink.line, shown(sink)) if sink is not None else (site.line, self._call_text(site, "the sink"))

    def _dropped(self, routine: Routine, line: int) -> bool:
        """Whether a line is passed only where the span records nothing."""
        known = (outcome(test, holds=holds) for test, holds in routine.arms.tests(line))
        return any(isinstance(test, ir.Call) and not yes and last_name(test.func) in self.knowledge.recording_tests for test, yes in known)

    def _call_text(self, site: Site, otherwise: str) -> str:
        routine = self.sources.at(site.path, site.line)
        for part in routine.parts if routine is not None else ():
            if (part.line, part.end_line) == (site.line, site.end_line):
                if isinstance(part, ir.Call):
                    return shown(part)
                if isinstance(part, ir.Assign) and isinstance(part.targets[0], ir.Index):
                    return shown(part.targets[0])
        return otherwise or site.symbol


def _is_shared(write: RawWrite) -> bool:
    """Whether content of several roles meets in this write."""
    return len([hint for hint in write.hints if hint.startswith(TOLD)]) > 1


def _by_spec(spec: tuple[int | str | None, ...] | None, plain: list[ir.Expr], named: Mapping[str, ir.Expr]) -> ir.Expr | None:
    if spec is None:
        return None
    position, *names = spec
    if isinstance(position, int) and position < len(plain):
        return plain[position]
    return next((named[str(name)] for name in names if name in named), None)


def _likeness(expr: ir.Expr | None, key: str) -> int:
    """How much an expression looks like the key: 3 the very text, 2 a constant named for it, 1 text with holes or a variable."""
    if isinstance(expr, ir.Const):
        return 3 if isinstance(expr.value, str) and (expr.value == key or key.endswith("." + expr.value)) else 0
    if isinstance(expr, (ir.Attr, ir.Name)):
        name, plain = last_name(expr).lower(), key.replace(".", "_").replace("*", "").lower()
        return 2 if len(name) > 3 and (name.strip("_") in plain or plain in name) else 1 if isinstance(expr, ir.Name) else 0
    return (2 if "*" in key else 1) if isinstance(expr, (ir.Template, ir.BinOp)) else 0


def _joined(steps: list[Step]) -> Iterator[Step]:
    """Neighbours on one line as one step."""
    held: Step | None = None
    for step in steps:
        if held is not None and (held.path, held.line) == (step.path, step.line):
            before = held.note.removesuffix(f", in {step.note.rpartition(', in ')[2]}")
            held = Step(path=held.path, line=held.line, note=f"{before}, {step.note.removeprefix('then ')}")
            continue
        if held is not None:
            yield held
        held = step
    if held is not None:
        yield held
