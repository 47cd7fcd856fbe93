"""Values that a file states literally: the version of a package, the arguments of `setup()`. Nothing is executed."""

from collections.abc import Mapping

from survey.languages.base import UnreadableFile
from survey.languages.python.lowering import lower
from survey.model import ir

_MAX_DEPTH = 20
_MAX_SUM = 10_000
"""Characters or items; a file may double a name with itself, line after line."""


class Unstated:
    """A value that the file computes."""


UNSTATED = Unstated()
Value = object
"""str, int, bool, None, list, dict with such values, a `Finder`, or `UNSTATED`."""


class Finder:
    """A call of setuptools' `find_packages(where, exclude, include)`."""

    def __init__(self, arguments: Mapping[str, Value], *, namespaces: bool) -> None:
        self.arguments = arguments
        self.namespaces = namespaces


def read_module(path: str, source: bytes) -> ir.Module | None:
    """The lowered file, or None when it cannot be read."""
    try:
        return lower(path, source)
    except UnreadableFile:
        return None


def constants(module: ir.Module) -> dict[str, Value]:
    """The module-level names that are assigned literal values, the last one winning; also inside `try` and `if`."""
    found: dict[str, Value] = {}
    pending = list(reversed(module.body))
    while pending:
        statement = pending.pop()
        if isinstance(statement, (ir.Try, ir.If)):
            pending.extend(reversed(statement.body))
        elif isinstance(statement, ir.Assign) and statement.value is not None:
            value = literal(statement.value, found)
            found.update((target.id, value) for target in statement.targets if isinstance(target, ir.Name))
    return {name: value for name, value in found.items() if value is not UNSTATED}


def literal(expression: ir.Expr, known: Mapping[str, Value], depth: int = 0) -> Value:
    """The value of an expression that states it, `known` names included; else `UNSTATED`."""
    if depth > _MAX_DEPTH:
        return UNSTATED
    match expression:
        case ir.Const():
            return expression.value
        case ir.Name():
            return known.get(expression.id, UNSTATED)
        case ir.Sequence():
            values = [literal(item, known, depth + 1) for item in expression.items]
            return [value for value in values if value is not UNSTATED]
        case ir.Dict():
            return _table(expression, known, depth)
        case ir.BinOp(op="+"):
            left, right = literal(expression.left, known, depth + 1), literal(expression.right, known, depth + 1)
            if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) <= _MAX_SUM:
                return left + right
            if isinstance(left, list) and isinstance(right, list) and len(left) + len(right) <= _MAX_SUM:
                return left + right
        case ir.Call():
            return _finder(expression, known, depth)
    return UNSTATED


def _table(expression: ir.Dict, known: Mapping[str, Value], depth: int) -> Value:
    table: dict[str, Value] = {}
    for key, item in expression.items:
        name = literal(key, known, depth + 1) if key is not None else UNSTATED
        value = literal(item, known, depth + 1)
        if isinstance(name, str) and value is not UNSTATED:
            table[name] = value
    return table


def _finder(call: ir.Call, known: Mapping[str, Value], depth: int) -> Value:
    name = call.func.name if isinstance(call.func, ir.Attr) else call.func.id if isinstance(call.func, ir.Name) else ""
    if name not in ("find_packages", "find_namespace_packages"):
        return UNSTATED
    positional = zip(("where", "exclude", "include"), (arg for arg in call.args if not arg.name and not arg.spread), strict=False)
    arguments = {key: literal(arg.value, known, depth + 1) for key, arg in positional}
    arguments |= {arg.name: literal(arg.value, known, depth + 1) for arg in call.args if arg.name}
    return Finder(arguments, namespaces=name == "find_namespace_packages")


def keywords_of_call(module: ir.Module, function: str) -> dict[str, Value] | None:
    """The literal keyword arguments of the module's first call of `function`, bare or as an attribute; None without such a call."""
    known = constants(module)
    pending: list[ir.Stmt] = list(reversed(module.body))
    while pending:
        statement = pending.pop()
        if isinstance(statement, (ir.If, ir.Try, ir.With)):
            pending.extend(reversed(statement.body))
        elif isinstance(statement, ir.Define) and isinstance(statement.item, ir.Function):
            pending.extend(reversed(statement.item.body))
        elif isinstance(statement, ir.Evaluate) and isinstance(statement.value, ir.Call) and _called(statement.value) == function:
            return _keywords(statement.value, known)
    return None


def _called(call: ir.Call) -> str:
    return call.func.name if isinstance(call.func, ir.Attr) else call.func.id if isinstance(call.func, ir.Name) else ""


def _keywords(call: ir.Call, known: Mapping[str, Value]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for arg in call.args:
        value = literal(arg.value, known)
        if arg.name and value is not UNSTATED:
            found[arg.name] = value
        elif arg.spread == "**" and isinstance(value, dict):
            found.update(value)
    return found


def strings(value: Value) -> list[str]:
    """The strings of a list (or one string as a list of one); what is no string is left out."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, (list, tuple)) else []


def table(value: Value, *path: str) -> dict[str, Value]:
    """The nested table under `path`; empty where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: Value) -> str | None:
    """A string that is not blank, else None."""
    return value.strip() if isinstance(value, str) and value.strip() else None
