"""Expressions as one short line of text, for the notes of a write's steps."""

from survey.model import ir

_LONGEST = 72
_DEEPEST = 6


def shown(expr: ir.Expr, limit: int = _LONGEST) -> str:
    """`expr` as it may have been written, cut to `limit` characters."""
    text = _text(expr, 0)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _text(expr: ir.Expr, depth: int) -> str:
    if depth > _DEEPEST:
        return "…"
    below = depth + 1
    match expr:
        case ir.Const(value=value):
            return repr(value)
        case ir.Name(id=name):
            return name
        case ir.Attr(obj=obj, name=name):
            return f"{_text(obj, below)}.{name}"
        case ir.Index(obj=obj, index=index):
            return f"{_text(obj, below)}[{_text(index, below)}]"
        case ir.Slice():
            return ":"
        case ir.Call(func=func, args=args):
            return f"{_text(func, below)}({', '.join(_argument(arg, below) for arg in args)})"
        case ir.Template(parts=parts):
            inner = (str(part.value) if isinstance(part, ir.Const) else f"{{{_text(part, below)}}}" for part in parts)
            return '"' + "".join(inner) + '"'
        case ir.BinOp(op=op, left=left, right=right) | ir.Compare(op=op, left=left, right=right):
            return f"{_text(left, below)} {op} {_text(right, below)}"
        case ir.BoolOp(op=op, values=values):
            return f" {op} ".join(_text(value, below) for value in values)
        case ir.UnaryOp(op=op, operand=operand):
            return f"{op} {_text(operand, below)}" if op == "not" else f"{op}{_text(operand, below)}"
        case ir.Await(value=value):
            return _text(value, depth)
        case ir.Spread(value=value):
            return f"*{_text(value, below)}"
        case ir.Bind(value=value):
            return _text(value, below)
        case ir.Sequence(kind=kind, items=items):
            brackets = {"list": "[]", "tuple": "()", "set": "{}"}[kind]
            return brackets[0] + ", ".join(_text(item, below) for item in items) + brackets[1]
        case ir.Dict(items=items):
            return "{…}" if items else "{}"
        case _:
            return "…"


def _argument(arg: ir.Arg, depth: int) -> str:
    return f"{arg.name}={_text(arg.value, depth)}" if arg.name else f"{arg.spread}{_text(arg.value, depth)}"


def last_name(expr: ir.Expr) -> str:
    """The last name of a dotted expression; '' where there is none."""
    return expr.name if isinstance(expr, ir.Attr) else expr.id if isinstance(expr, ir.Name) else ""
