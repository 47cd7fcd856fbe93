"""Hooks that content passes through on its way out, and that may change it: a mask, a scrubber, a callback of the user's.

A hook on a value's way rides along as a hint of what it gave back. One that a processor or exporter calls sees everything
that leaves by its channel, whatever way that took.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from survey.flow import places, sinks
from survey.flow.origins import words_of
from survey.flow.shown import last_name
from survey.flow.values import Arguments, BoundMethod, FunctionValue, Mapping, Method, Opaque, Sequence, Site, Term, Value
from survey.model import ir
from survey.model.vocabulary import Channel, GateKind

if TYPE_CHECKING:
    from survey.flow.machine import Machine
    from survey.model.analysis import ContentWrite

_PREFIX = "redaction\t"
BEFORE = "write"
"""Stage of a hook that changes a value before it is written."""
AT_EXPORT = "export"
"""Stage of one that changes what was written, on its way out."""
_SPANS = (Channel.SPAN_ATTRIBUTE, Channel.SPAN_EVENT)
_LOGS = (Channel.LOG_RECORD,)
_DEPTH = 5
"""Calls between an exporter and a hook."""
_MOST_MISSED = 4
"""Cells that a hook misses which its scope names one by one."""


class Found(NamedTuple):
    """One hook, by the name of the option or of the SDK's own function, and where it is called."""

    hook: str
    stage: str
    site: Site


def read(hints: Iterable[str]) -> list[Found]:
    """The hooks among `hints`, in the order of their places."""
    parts = (hint.split("\t", 5) for hint in hints if hint.startswith(_PREFIX))  # a path may hold anything
    return sorted((Found(hook, BEFORE, Site(path, int(line), int(end), symbol)) for _, hook, line, end, symbol, path in parts), key=_place)


def _place(found: Found) -> tuple[Site, str]:
    return found.site, found.hook


def at_export(m: Machine, channel: Channel) -> list[Found]:
    """The hooks that see everything which leaves by `channel`: what processors and exporters call, a few calls deep."""
    places_of = {fn.node: (fn.module.path, fn.node.qualname) for fn in m.functions.values()}
    callers: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for node, sites in m.callers.items():
        if node in places_of:
            callers[places_of[node]].update((site.path, site.symbol) for site in sites)
    return [
        Found(hook, AT_EXPORT, site)
        for hook, site in sorted(m.hook_calls, key=lambda each: (each[1], each[0]))
        if any(channel in (_LOGS if "log" in symbol.lower() else _SPANS) for symbol in _exporters(m, hook, site, callers))
    ]


def _exporters(m: Machine, hook: str, site: Site, callers: dict[tuple[str, str], set[tuple[str, str]]]) -> list[str]:
    """The functions of processors and exporters from which the call of `hook` is reached; none where another hook is in between."""
    found, seen, edge = [], set[tuple[str, str]](), {(site.path, site.symbol)}
    for _ in range(_DEPTH):
        following = set[tuple[str, str]]()
        for path, symbol in sorted(edge - seen):
            name = symbol.rpartition(".")[2]
            if any(name.endswith(word) for word in m.knowledge.limits.exporting):
                found.append(symbol)
            elif _is_option(hook) or not m.hook_names.get(name, (False, False))[0]:
                following |= callers[path, symbol]
        seen |= edge
        edge = following
    return found


def passed(m: Machine, expr: ir.Call, func: Value, args: Arguments, result: Value, site: Site) -> Value:
    """What a call gave back, marked where it is a hook that content passed through."""
    callee = last_name(expr.func)
    known = m.hook_names.get(callee)
    if known is None:
        words = frozenset(words_of(callee))
        limits = m.knowledge.limits
        strict = not words.isdisjoint(limits.masks) and words.isdisjoint(limits.no_masks)
        known = m.hook_names[callee] = (strict, strict or not words.isdisjoint(limits.hooks))
    strict, loose = known
    if not loose or not args:
        return result
    hook = _hook(callee, func, strict=strict)
    if not hook:
        return result
    m.hook_calls.setdefault((hook, site))
    given = frozenset[str]().union(*(m.hints(value, 2) for _, _, value in args))
    inner = [hint.split("\t", 2)[1] for hint in m.hints(result, 2) - given if hint.startswith(_PREFIX)]
    carrying = any(sinks.carries(atom) or isinstance(atom, (Mapping, Sequence)) for _, _, value in args for atom in value.atoms)
    if not carrying or hook in inner or any(_is_option(name) for name in inner):
        return result  # what only calls the user's hook is no other one
    mark = "\t".join(("redaction", hook, str(site.line), str(site.end_line), site.symbol, site.path))
    return places.marked(result, frozenset((mark,)))


def _hook(callee: str, func: Value, *, strict: bool) -> str:
    """The name of the hook that is called; '' where it is none."""
    terms = [atom.gate for atom in func.atoms if isinstance(atom, Term) and atom.gate.kind is GateKind.OPTION]
    if terms:
        gate = min(terms, key=lambda each: (each.owner, each.name))
        return f"{gate.owner}({gate.name}=)" if gate.owner else gate.name
    if not strict:
        return ""
    return callee if any(isinstance(atom, (BoundMethod, FunctionValue, Opaque, Method)) for atom in func.atoms) else ""


def _is_option(hook: str) -> bool:
    return hook.endswith("=)")


def scoped(writes: list[ContentWrite]) -> list[ContentWrite]:
    """`writes` with the scope of each hook: how many of them it sees, and of which channels and roles it misses some."""
    own = [each for each in writes if not each.write.rewriter]
    scopes: dict[str, str] = {}
    for hook in sorted({seen.hook for each in own for seen in each.write.redaction}):
        missed = [each for each in own if all(seen.hook != hook for seen in each.write.redaction)]
        cells = sorted({f"{each.channel}/{each.role}" for each in missed})
        shown = [*cells[:_MOST_MISSED], *(["..."] if len(cells) > _MOST_MISSED else [])]
        scopes[hook] = f"{len(own) - len(missed)}/{len(own)}, not {', '.join(shown)}" if missed else "all"
    return [_scoped(each, scopes) for each in writes]


def _scoped(found: ContentWrite, scopes: dict[str, str]) -> ContentWrite:
    if not found.write.redaction:
        return found
    told = tuple(each.model_copy(update={"scope": scopes.get(each.hook, "")}) for each in found.write.redaction)
    return replace(found, write=found.write.model_copy(update={"redaction": told}))
