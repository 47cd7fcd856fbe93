"""From raw writes to the package's analysis: roles, gates with ids, conditions, evidence in the package's own code."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from survey.flow import idle, limits, logs, payloads, places, redaction, subsumed, untabled
from survey.flow.conditions import FALSE, UNKNOWN, Cond, GateRef
from survey.flow.covers import Covers, mentioned
from survey.flow.machine import Machine
from survey.flow.referring import Referred
from survey.flow.roles import Carried, carried
from survey.flow.steps import Steps
from survey.flow.values import HOLE, Site
from survey.flow.writes import RawWrite
from survey.knowledge.engine import APPLIED, FIELD, UPLOADED
from survey.knowledge.keys import KeyTable
from survey.knowledge.switches import SwitchNames
from survey.model.analysis import ContentWrite, PackageAnalysis
from survey.model.document import Evidence, Gate, Limit, Redaction, Searched, Step, Unresolved, Write
from survey.model.vocabulary import Channel, Effect, Role
from survey.program.modules import ModuleFile, Program

_CUTS = ("budget", "width", "import")
"""What makes a package `partial`: something was left out for a bound."""


class Assembler:
    """Turns one machine's raw writes into a `PackageAnalysis`."""

    def __init__(self, machine: Machine, program: Program, keys: KeyTable, names: SwitchNames) -> None:
        self.machine = machine
        self.program = program
        self.keys = keys
        self.names = names
        self.files: dict[str, ModuleFile] = {file.path: file for file in program.all_files()}
        self.steps = Steps(program, machine.knowledge, machine.callers)
        self.gate_ids: dict[GateRef, str] = {}
        self.exporting: dict[Channel, list[redaction.Found]] = {}
        """Per channel, the hooks that see everything on its way out."""
        self.covers = Covers(machine.conds, self.gate_ids)
        self.mentioned: set[GateRef] = set()
        """Gates of the conditions that content is written under."""
        self.instead: dict[GateRef, set[Effect]] = defaultdict(set)
        """What stands in the content's place where a gate is off, as far as it is not left out."""
        self.others: dict[str, Any] = {}
        """What is written that is no content: the condition by key."""

    def analysis(self) -> PackageAnalysis:
        """The whole result."""
        m = self.machine
        raw = sorted(payloads.kept(m, m.root_writes), key=lambda w: (w.channel, w.key, w.event or "", w.field or "", w.site, w.trace))
        used = sorted(
            {gate for cond in (*(write.cond for write in raw), *m.uploads.values()) for gate in m.conds.support(cond)},
            key=lambda g: (g.kind, g.name, g.owner, g.default or "", g.place),
        )
        for gate in used:
            self.gate_ids[gate] = self._gate_id(gate)
        writes = redaction.scoped(self._writes(raw))
        gates = tuple(self._gate(gate) for gate in used if gate in self.mentioned) + self._idle_gates()
        cuts = [
            Unresolved(path=self._shown(path), line=line, sink=what, reason=reason)
            for (path, line, what), reason in sorted(m.cuts.items())
            if path in self.files
        ]
        if m.conds.given_up:
            first = self.program.own_files()[0]
            cuts.append(Unresolved(path=first.shown_path, line=1, sink="budget", reason="some conditions were too large to keep"))
        unread = sorted(set(self.program.unreadable))
        cuts += [Unresolved(path=self._shown(path), line=1, sink="file", reason=reason) for path, reason in unread]
        return PackageAnalysis(
            writes=tuple(writes),
            gates=gates,
            others=tuple(sorted(self.others.items())),
            unresolved=tuple(cuts),
            searched=Searched(files=len(self.program.own_files()), sinks=len(m.sinks_seen)),
            cut=bool(unread) or any(cut.sink in _CUTS for cut in cuts),
            silencing=frozenset(self.gate_ids[gate] for gate in m.silencing if gate in self.gate_ids),
        )

    # --- gates ---------------------------------------------------------------------------------------------------

    def _gate_id(self, gate: GateRef) -> str:
        base = f"{gate.kind}:{gate.owner}.{gate.name}" if gate.owner else f"{gate.kind}:{gate.name}"
        taken = set(self.gate_ids.values())
        number, name = 1, base
        while name in taken:
            number += 1
            name = f"{base}#{number}"
        return name

    def _gate(self, gate: GateRef) -> Gate:
        path, line = gate.place
        evidence = self._evidence(Site(path, line, line)) if path in self.files else None
        level = gate.name == logs.LEVEL
        shown = f"{gate.owner}({gate.name}=)" if gate.owner and not level else gate.name
        return Gate(
            id=self.gate_ids[gate],
            kind=gate.kind,
            name=shown,
            aliases=(gate.owner,) if gate.owner and level else (),
            values=self.machine.conds.values_of(gate),
            default=gate.default,
            effect=next((effect for effect in (Effect.PLACEHOLDER, Effect.EMPTY) if effect in self.instead[gate]), Effect.OMIT),
            evidence=evidence,
        )

    def _idle_gates(self) -> tuple[Gate, ...]:
        """Switches of the package's own that are named for content and that no code looks at."""
        found = idle.gates(self.machine, self.mentioned, self.names)
        for gate in found:
            self.gate_ids.setdefault(gate, self._gate_id(gate))
        return tuple(self._gate(gate).model_copy(update={"effect": Effect.NONE}) for gate in found)

    # --- writes --------------------------------------------------------------------------------------------------

    def _writes(self, raw: list[RawWrite]) -> list[ContentWrite]:
        """What the raw writes carry; where several come together in one emission, that is one write under any of their conditions."""
        m = self.machine
        events_known = frozenset(m.events_known)
        spoken = self._spoken(raw)
        kinds: dict[tuple[object, ...], set[str]] = defaultdict(set)
        for write in raw:
            kinds[_place(write)].add(write.kind)
        named = self._attributes(raw)
        every: list[tuple[RawWrite, Site, str | None, Carried, Cond]] = []
        for write in raw:
            primary, via = self._primary(write)
            if primary is None or (via is not None and APPLIED in write.hints):
                continue  # what an application hands on through a library's context is that library's answer
            one_of_kinds = len(kinds[_place(write)]) > 1
            tabled = carried(write, self.keys, m.knowledge.words, events_known, spoken, one_of_kinds=one_of_kinds)
            known = list(tabled) or self._untabled(write)
            if not known:
                self._note_other(write, primary)
            for found in (spelled for plain in known for spelled in _spelled(write, plain, named)):
                cond = m.conds.all(write.cond, UNKNOWN) if found.assumed else write.cond
                stored = found.channel is Channel.EXTERNAL_STORAGE and UPLOADED in write.hints
                every.append((write, primary, via, found, m.conds.all(cond, self._stored(write)) if stored else cond))
        referred = Referred(m.conds, self.keys, [(found, cond) for *_, found, cond in every])
        result: list[subsumed.Found] = []
        emissions: dict[tuple[Carried, str | None, Site], tuple[RawWrite, Cond]] = {}
        for write, primary, via, plain, alone in every:
            emission = self._emission(write, primary)
            cond = referred.when(plain, alone)
            given = [] if write.site.path in m.own_paths else places.sites(write.hints, places.GIVEN)
            if plain.channel is Channel.EXTERNAL_STORAGE and UPLOADED in write.hints:
                given = places.sites(write.hints, places.STORED)
            for found in (plain, *referred.riding(plain)):
                for place in given or [primary]:
                    when = m.conds.all(cond, m.uploads[place]) if place in m.uploads else cond
                    if when.possible:
                        result.append((self._made(write, found, when, place, via), when, write.trace))
                if emission is not None:
                    same = (found, _field(write), emission)
                    first, before = emissions.get(same, (write, cond))
                    emissions[same] = (first, m.conds.any(before, cond))
        for (found, _, emission), (write, cond) in emissions.items():
            result.append((self._made(write, found, cond, emission, None), cond, write.trace))
        return subsumed.left_out(m.conds, result)

    def _note_other(self, write: RawWrite, place: Site) -> None:
        """A write of no content, under its key; one that is always made says it all."""
        when = self.covers.serialise(write.cond, (self._shown(place.path), place.line))
        known = self.others.get(write.key)
        self.others[write.key] = when if known is None else True if when is True or known is True else {"any": [known, when]}

    def _stored(self, write: RawWrite) -> Cond:
        """When what a write refers to was put into external storage, wherever that was."""
        conds = self.machine.conds
        result = FALSE
        for place in places.sites(write.hints, places.STORED):
            result = conds.any(result, self.machine.uploads.get(place, FALSE))
        return result

    def _spoken(self, raw: list[RawWrite]) -> frozenset[str]:
        """The dialects of which something is written that no one else would call so."""
        known = (self.keys.lookup(key) for key in {write.key.replace(HOLE, "*") for write in raw})
        return frozenset(match.dialect for match in known if match is not None and not match.loose)

    def _untabled(self, write: RawWrite) -> list[Carried]:
        """What is carried under a key that no table knows."""
        if not untabled.is_candidate(write, self.keys):
            return []
        value = self.steps.value_of(write)
        found = untabled.carried(write, value, self.machine.knowledge, self.steps.serialises) if value is not None else None
        return [found] if found is not None else []

    def _attributes(self, raw: list[RawWrite]) -> dict[tuple[Role, str], set[str]]:
        """The span attributes made for content of each role, by their last segment."""
        found: dict[tuple[Role, str], set[str]] = defaultdict(set)
        for write in raw:
            match = self.keys.lookup(write.key) if write.channel is Channel.SPAN_ATTRIBUTE and HOLE not in write.key else None
            if match is not None and match.role is not None and "." in write.key:
                found[match.role, write.key.rpartition(".")[2]].add(write.key)
        return found

    def _made(self, write: RawWrite, found: Carried, cond: Cond, place: Site, via: str | None) -> ContentWrite:
        m = self.machine
        # that an object is given decides nothing; what is set on it may
        aside = set(m.conds.objects)
        if UPLOADED in write.hints and found.channel is not Channel.EXTERNAL_STORAGE:
            aside.update(m.conds.gates(self._stored(write)))  # without the upload it is written as it is
        meant = {self.gate_ids[g] for g in self.covers.meant(cond) if g in self.gate_ids and g not in aside}
        when = self.covers.serialise(cond, (self._shown(place.path), place.line))
        self.mentioned.update(m.conds.support(cond), m.conds.gates(cond))
        for effect, gate in write.instead:
            self.instead[gate].add(effect)
        made = Write(
            key=found.key,
            event=found.event,
            field=_field(write),
            key_shape=found.shape,
            when=when,
            gates=tuple(sorted(meant | mentioned(when))),
            limits=self._limits(write, found.channel),
            redaction=self._redaction(write, found.channel),
            rewriter=write.rewritten,
            via=via,
            evidence=self._evidence(self.steps.at_key(place), self.steps.of(write, found.role, found.event or found.key, place)),
        )
        return ContentWrite(found.channel, found.role, found.nested, found.confidence, made, found.repeats, found.assumed)

    def _limits(self, write: RawWrite, channel: Channel) -> tuple[Limit, ...]:
        """What was cut off on the value's way; what stands in for something too long is not what is stored elsewhere."""
        return tuple(
            Limit(value=each.value, unit=each.unit, strategy=each.strategy, switch=each.switch or None, evidence=self._evidence(each.site))
            for each in limits.read(write.hints)
            if each.strategy == limits.TRUNCATE or channel is not Channel.EXTERNAL_STORAGE
        )

    def _redaction(self, write: RawWrite, channel: Channel) -> tuple[Redaction, ...]:
        """The hooks on the value's way; their scope is told when all writes are known."""
        hooks = {(each.hook, each.stage): each for each in reversed(redaction.read(write.hints) + self._at_export(channel))}
        return tuple(
            Redaction(hook=each.hook, scope="", stage=each.stage, evidence=self._evidence(each.site))
            for each in sorted(hooks.values(), key=lambda each: (each.site, each.hook))
        )

    def _at_export(self, channel: Channel) -> list[redaction.Found]:
        known = self.exporting.get(channel)
        if known is None:
            known = self.exporting[channel] = redaction.at_export(self.machine, channel)
        return known

    def _emission(self, write: RawWrite, primary: Site) -> Site | None:
        """Where the record is emitted, for content that was put into its body before.

        A body's key is its event's name. Where the content was put in, the two have often not met yet; where the record is
        emitted they have: both places are needed to believe the write, and each is one.
        """
        place = write.trace[0]
        within = place.path == primary.path and place.line <= primary.line <= place.end_line
        return None if write.field != "body" or place.path not in self.machine.own_paths or within else place

    def _primary(self, write: RawWrite) -> tuple[Site | None, str | None]:
        """Where key met value, in the package's own code; else the call that leads there."""
        home = self.files.get(write.site.path)
        via = home.package if home is not None and not home.own else None
        for site in (write.site, *write.trace):
            file = self.files.get(site.path)
            if file is not None and file.own:
                return site, via
        return None, via

    def _evidence(self, site: Site, steps: tuple[Step, ...] = ()) -> Evidence:
        file = self.files[site.path]
        return Evidence(
            path=file.shown_path,
            line=site.line,
            end_line=max(site.line, site.end_line),
            symbol=site.symbol,
            permalink=file.snapshot.permalink(site.path, site.line, max(site.line, site.end_line)),
            steps=steps,
        )

    def _shown(self, path: str) -> str:
        file = self.files.get(path)
        return file.shown_path if file is not None else path


def _spelled(write: RawWrite, found: Carried, named: dict[tuple[Role, str], set[str]]) -> list[Carried]:
    """What is uploaded for a field that is named goes by the attributes in which a field of that name ends up."""
    stored = found.channel is Channel.EXTERNAL_STORAGE and f"{FIELD}{found.role}" in write.hints
    keys = sorted(named.get((found.role, write.key), ())) if stored else []
    return [replace(found, key=key) for key in keys] or [found]


def _place(write: RawWrite) -> tuple[object, ...]:
    """What is one write to a reader of the code, whatever kinds of spans it may be for."""
    return write.channel, write.key, write.event, write.field, write.site


def _field(write: RawWrite) -> str | None:
    """The write's place inside its record, as the document shows it."""
    return f"{write.field}.{write.key.replace(HOLE, '*')}".rstrip(".") if write.field else None
