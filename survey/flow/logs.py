"""Application logs: a call of a logger, or a line written to a file, that tells the content of a conversation.

Two things must agree before a logged value counts as content: what is known of its origin (the hints it carries) and
what the code calls it where it is logged. A name alone proves nothing, and a value that merely came out of a response
(a status, a type, an id) is not called by a word of content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from survey.flow import sinks
from survey.flow.conditions import FALSE, TRUE, Cond, Predicate
from survey.flow.machine import Machine
from survey.flow.strings import text_of
from survey.flow.values import EXCEPTION, FILE, HOLE, LOGGER, Arguments, Atom, External, Method, Opaque, Pattern, Site, Value
from survey.flow.writes import RawWrite
from survey.knowledge.engine import ABOUT, PENDING, TOLD
from survey.model import ir
from survey.model.vocabulary import Channel, GateKind, Role

_ROLES = frozenset(str(role) for role in Role if role is not Role.UNKNOWN)
LEVEL = "logging level"
"""The name of the switch that shows or hides a message; its owner is the logger, where that is known."""
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def level_of(m: Machine, atom: Atom) -> str | None:
    """The level at which calling `atom` logs, '' where it is always shown; None where it is no logging call."""
    if isinstance(atom, Method):
        kind = atom.receiver.kind if isinstance(atom.receiver, Opaque) else ""
        if kind == LOGGER:
            return m.knowledge.logs.methods.get(atom.name)
        return "" if kind == FILE and atom.name in m.knowledge.logs.file_methods else None
    if isinstance(atom, External):
        module, _, name = atom.name.rpartition(".")
        return m.knowledge.logs.methods.get(name) if module in m.knowledge.logs.modules else None
    return None


def call(m: Machine, func: Value, expr: ir.Call, args: Arguments, site: Site) -> None:
    """Take note of content where one of the callees logs."""
    if not m.frame.module.own:
        return
    for guard, atom in func.alts:
        level = level_of(m, atom)
        if level is not None:
            to_file = isinstance(atom, Method) and not level
            if not to_file or _is_kept(expr.func):
                _log(m, expr, args, site, m.conds.all(guard, _shown(m, level)), lines_only=to_file)


def _is_kept(func: ir.Expr) -> bool:
    """Whether the file written to is one that an object keeps open: what is opened, written and closed at once is an export."""
    return isinstance(func, ir.Attr) and isinstance(func.obj, ir.Attr)


def _shown(m: Machine, level: str) -> Cond:
    """When a message of this level is shown: from WARNING on it is unless somebody says otherwise."""
    if not level or level not in _LEVELS or _LEVELS.index(level) >= _LEVELS.index("WARNING"):
        return TRUE
    names = m.loggers.get(m.frame.module.path, set())
    gate = m.gate(GateKind.OPTION, LEVEL, "WARNING", next(iter(names)) if len(names) == 1 else "")
    result = FALSE
    for shown in _LEVELS[: _LEVELS.index(level) + 1]:
        result = m.conds.any(result, m.conds.atom(Predicate(gate, shown)))
    return result


def _log(m: Machine, expr: ir.Call, args: Arguments, site: Site, guard: Cond, *, lines_only: bool) -> None:
    m.sinks_seen.add((site.path, site.line))
    plain = [(arg.value, value) for arg, (name, spread, value) in zip(expr.args, args, strict=False) if name is None and not spread]
    if len(plain) != len([1 for name, spread, _ in args if name is None and not spread]) or not plain:
        return
    cond = m.conds.all(m.frame.path, guard)
    template = _text(plain[0][1])
    if lines_only and not _words(template):
        return  # a file that content is saved in is no log of it
    argument = _told_by_caller(m, template)
    if argument is not None:
        m.frame.effect = True  # what is logged here is decided by callers: the next one may tell content
    hints = _parts(m, [part for part, _ in plain], [value for _, value in plain], template)
    if hints:
        m.add_write(RawWrite(Channel.APP_LOG, template.strip(), None, None, hints, cond, site, argument, (site,), "text"))


def _parts(m: Machine, parts: Iterable[ir.Expr], values: list[Value], text: str) -> frozenset[str]:
    """What the parts of a message tell; a key just before a value says what that is."""
    result: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    for part, value in zip(parts, values, strict=True):
        if isinstance(part, ir.Const):
            continue
        if keys and any(_may_tell(atom) for atom in value.atoms) and any(_name(m, leaf) for leaf in _leaves(part)):
            result |= keys
        elif not keys:
            result |= told(m, part, value, text)
        keys = frozenset(ABOUT + found for found in map(text_of, value.atoms) if found is not None and _is_key(found))
    return result


def _may_tell(atom: Atom) -> bool:
    return sinks.carries(atom) and not (isinstance(atom, Opaque) and atom.kind == EXCEPTION)


def _is_key(text: str) -> bool:
    return "." in text.strip(HOLE) and not re.search(r"[\s/]", text)


def _text(value: Value) -> str:
    return next((text for text in map(text_of, value.atoms) if text is not None), HOLE)


def _told_by_caller(m: Machine, template: str) -> str | None:
    """The parameter that brought the message, or a part of it, as it is."""
    for name, value in m.frame.arguments.items():
        for text in map(text_of, value.atoms):
            if text is not None and _words(text) and text in template:
                return name
    return None


# --- what a message tells ------------------------------------------------------------------------------------------


def template_hints(m: Machine, expr: ir.Template, values: list[Value]) -> frozenset[str]:
    """What a composed message tells by its parts."""
    return _parts(m, expr.parts, values, HOLE.join(str(part.value) for part in expr.parts if isinstance(part, ir.Const)))


def told(m: Machine, expr: ir.Expr, value: Value, text: str) -> frozenset[str]:
    """The roles of the content that `expr`, put into a message of this `text`, tells; as `told:<role>`."""
    hints = m.hints(value, 4)
    already = frozenset(hint for atom in value.atoms for hint in _own(atom) if hint.startswith((TOLD, ABOUT)))
    if already or not hints or PENDING in hints or any(_is_message(atom) for atom in value.atoms):
        return already
    if not any(sinks.carries(atom) for atom in value.atoms):
        return frozenset()
    roles: set[str] = set()
    for leaf in _leaves(expr):
        name = _name(m, leaf)
        if name:
            roles |= _roles(m, name, hints, text)
    return frozenset(TOLD + role for role in roles)


def _own(atom: Atom) -> frozenset[str]:
    return atom.hints if isinstance(atom, (Opaque, Pattern)) else frozenset()


def _is_message(atom: Atom) -> bool:
    """Text with words of its own: what it tells was decided where it was composed."""
    text = atom.text if isinstance(atom, Pattern) else None
    return text is not None and bool(_words(text))


def _words(text: str) -> list[str]:
    """The words of a message, as written and taken apart at underscores."""
    found = re.findall(r"[a-z_]{2,}", re.sub(r"%[a-z]|%\([a-z_]+\)[a-z]", " ", text).lower())
    return [*found, *(piece for word in found if "_" in word for piece in word.split("_") if piece)]


def _roles(m: Machine, name: str, hints: frozenset[str], text: str) -> set[str]:
    logs = m.knowledge.logs
    called, word = _vocabulary(m, name)
    if not word:
        return set()
    if word in _ROLES:
        return {word}
    if called in logs.loose:
        return set()
    said = _words(text)
    if any(w in logs.tool_words for w in said) and word in ("content", Role.OUTPUT):
        return {str(Role.TOOL_CALL if called in logs.names[Role.INPUT] else Role.TOOL_RESULT)}
    known = {str(role) for role in (Role.INPUT, Role.OUTPUT) if any(w in logs.words[role] for w in said)}
    if len(known) == 1:
        return known
    own = {str(role) for role, words in logs.names.items() if name.lower() in words}
    return own or {hint for hint in hints if hint in _ROLES}


def _vocabulary(m: Machine, name: str) -> tuple[str, str]:
    """The name's own words, or its last ones, that say something, and what they say: a role, or `content`; else nothing."""
    pieces = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
    for start in range(len(pieces)):
        called = "_".join(pieces[start:])
        if called in m.knowledge.words:
            return called, m.knowledge.words[called]
    return "", ""


def _leaves(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The expressions whose values a message shows."""
    if isinstance(expr, ir.Template):
        for part in expr.parts:
            yield from _leaves(part)
    elif isinstance(expr, ir.BinOp):
        yield from _leaves(expr.left)
        yield from _leaves(expr.right)
    elif isinstance(expr, (ir.Sequence, ir.BoolOp)):
        for item in expr.items if isinstance(expr, ir.Sequence) else expr.values:
            yield from _leaves(item)
    elif isinstance(expr, ir.Conditional):
        yield from _leaves(expr.then)
        yield from _leaves(expr.other)
    elif isinstance(expr, ir.Await):
        yield from _leaves(expr.value)
    elif isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name == "format":
        for arg in expr.args:
            yield from _leaves(arg.value)
    elif not isinstance(expr, ir.Const):
        yield expr


def _name(m: Machine, expr: ir.Expr) -> str:
    """What the code calls a value: the last name on the way to it; '' where a part or a measure of it is taken."""
    if isinstance(expr, ir.Name):
        return expr.id
    if isinstance(expr, ir.Attr):
        return expr.name
    if isinstance(expr, ir.Index):
        only = expr.index.value if isinstance(expr.index, ir.Const) else None
        return only if isinstance(only, str) else _name(m, expr.obj)
    if isinstance(expr, ir.Call):
        first = expr.args[0].value if expr.args else None
        if isinstance(expr.func, ir.Attr):
            if expr.func.name in ("get", "pop") and isinstance(first, ir.Const):
                return first.value if isinstance(first.value, str) else ""
            if first is None:
                named = expr.func.name in m.knowledge.words or expr.func.name in m.knowledge.logs.measures
                return expr.func.name if named else _name(m, expr.func.obj)
        elif isinstance(expr.func, ir.Name) and expr.func.id in m.knowledge.logs.measures:
            return ""
        return _name(m, first) if first is not None else ""
    return ""
