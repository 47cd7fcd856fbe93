"""IR as short text, so that a test can state what it expects on one line."""

import dataclasses
from typing import Any

from survey.model import ir

_LEFT_OUT = frozenset({"line", "end_line", "qualname", "doc"})


def show(node: Any) -> str:
    """`Type(field, …)` without places; names and constants bare; empty and absent fields left out."""
    if isinstance(node, ir.Name):
        return node.id
    if isinstance(node, ir.Const):
        return repr(node.value)
    if isinstance(node, ir.Attr):
        return f"{show(node.obj)}.{node.name}"
    if isinstance(node, tuple):
        return f"[{', '.join(map(show, node))}]"
    if not dataclasses.is_dataclass(node):
        return str(node)
    values = [(field.name, getattr(node, field.name)) for field in dataclasses.fields(node) if field.name not in _LEFT_OUT]
    present = [(name, value) for name, value in values if value is not None and value is not False and value not in ((), "")]
    shown = [show(value) if not isinstance(value, bool) else name for name, value in present]
    return f"{type(node).__name__}({', '.join(shown)})"


def lowered(code: str) -> str:
    """The module body of `code`, statements joined by `; `."""
    from survey.languages.python.lowering import lower

    return "; ".join(map(show, lower("m.py", code.encode()).body))
