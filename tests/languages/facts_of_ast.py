"""The facts of a file as CPython's own parser sees it."""

import ast
from collections.abc import Iterator
from typing import Any

from tests.languages.facts import Facts, constant, empty

_COMPARISONS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.BitOr: "|",
    ast.BitAnd: "&", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.MatMult: "@",
    ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.And: "and", ast.Or: "or",
}  # fmt: skip


def facts_of_ast(tree: ast.Module) -> Facts:
    """The facts of CPython's tree."""
    facts = empty()
    for node, prefix in _scoped(tree):
        _ast_fact(node, prefix, facts)
    return {kind: +bag for kind, bag in facts.items()}


def _scoped(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every node with the dotted prefix of what is defined there."""
    pending: list[tuple[ast.AST, str]] = [(tree, "")]
    while pending:
        node, scope = pending.pop()
        yield node, scope
        for field, value in ast.iter_fields(node):
            inner = scope
            if field == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                inner = f"{scope}{getattr(node, 'name', '<lambda>')}."
            if field in _UNSEEN.get(type(node).__name__, ()):
                continue
            children = value if isinstance(value, list) else [value]
            if isinstance(node, ast.JoinedStr):
                children = [child for child in children if not isinstance(_hole_ast(child), str)]
            pending.extend((child, inner) for child in children if isinstance(child, ast.AST))


_UNSEEN = {
    "Raise": ("cause",),
    "FormattedValue": ("format_spec",),
    "FunctionDef": ("type_params",),
    "AsyncFunctionDef": ("type_params",),
    "ClassDef": ("type_params",),
    "TypeAlias": ("name", "type_params", "value"),
    "match_case": ("pattern",),
}
"""What the IR leaves out on purpose; patterns are compared on their own."""


def _hole_ast(part: ast.AST) -> ast.AST | str:
    """The text of a literal part, also of a hole that holds nothing but a literal."""
    inner = part.value if isinstance(part, ast.FormattedValue) else part
    return inner.value if isinstance(inner, ast.Constant) and isinstance(inner.value, str) else part


def _dotted_ast(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted_ast(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else type(node).__name__ if isinstance(node, ast.Call) else "…"


def _yields(node: ast.AST) -> bool:
    body = node.body if isinstance(node.body, list) else [node.body]  # type: ignore[attr-defined]
    pending: list[ast.AST] = list(body)
    while pending:
        inner = pending.pop()
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            return True
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            pending.extend(inner.decorator_list)
        elif not isinstance(inner, ast.Lambda):
            pending.extend(ast.iter_child_nodes(inner))
    return False


def _params_ast(arguments: ast.arguments) -> tuple[Any, ...]:
    positional = [*arguments.posonlyargs, *arguments.args]
    without = len(positional) - len(arguments.defaults)
    out: list[Any] = [(arg.arg, "positional", at >= without, arg.annotation is not None, arg.lineno) for at, arg in enumerate(positional)]
    if arguments.vararg:
        out.append((arguments.vararg.arg, "*", False, arguments.vararg.annotation is not None, arguments.vararg.lineno))
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    out += [(arg.arg, "keyword", default is not None, arg.annotation is not None, arg.lineno) for arg, default in pairs]
    if arguments.kwarg:
        out.append((arguments.kwarg.arg, "**", False, arguments.kwarg.annotation is not None, arguments.kwarg.lineno))
    return tuple(out)


def _pattern_ast(pattern: ast.AST) -> tuple[list[str], bool]:
    """Captured names, and whether anything matches."""
    if isinstance(pattern, ast.MatchAs):
        names, anything = _pattern_ast(pattern.pattern) if pattern.pattern else ([], True)
        return names + ([pattern.name] if pattern.name else []), anything
    if isinstance(pattern, ast.MatchOr):
        parts = [_pattern_ast(part) for part in pattern.patterns]
        return list(dict.fromkeys(name for names, _ in parts for name in names)), any(anything for _, anything in parts)
    names = [name for child in ast.iter_child_nodes(pattern) if isinstance(child, ast.pattern) for name in _pattern_ast(child)[0]]
    rest = getattr(pattern, "rest", None) or (pattern.name if isinstance(pattern, ast.MatchStar) else None)
    return names + ([rest] if rest else []), False


def _ast_fact(node: ast.AST, prefix: str, facts: Facts) -> None:
    line = getattr(node, "lineno", 0)
    end = getattr(node, "end_lineno", 0)
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            doc = ast.get_docstring(node, clean=False)
            is_async = isinstance(node, ast.AsyncFunctionDef)
            facts["functions"][
                line,
                end,
                prefix + node.name,
                _params_ast(node.args),
                len(node.decorator_list),
                node.returns is not None,
                is_async,
                _yields(node),
                doc,
            ] += 1
        case ast.Lambda():
            facts["functions"][line, end, prefix + "<lambda>", _params_ast(node.args), 0, False, False, _yields(node), None] += 1
        case ast.ClassDef():
            keywords = tuple(keyword.arg for keyword in node.keywords)
            facts["classes"][line, end, prefix + node.name, len(node.bases), keywords, len(node.decorator_list)] += 1
        case ast.Call():
            stars = sum(isinstance(arg, ast.Starred) for arg in node.args)
            facts["calls"][line, end, _dotted_ast(node.func), len(node.args), stars, tuple(keyword.arg for keyword in node.keywords)] += 1
        case ast.Constant() if not isinstance(node.value, complex):
            facts["constants"][line, constant(node.value)] += 1
        case ast.JoinedStr():
            text = "".join(part for part in map(_hole_ast, node.values) if isinstance(part, str))
            holes = sum(not isinstance(_hole_ast(part), str) for part in node.values)
            if holes or any(isinstance(part, ast.FormattedValue) for part in node.values):
                facts["holes"][line, end, holes, text] += 1
            else:
                facts["constants"][line, constant(text)] += 1
        case ast.Assign():
            facts["targets"][line, end, tuple(map(_target_ast, node.targets)), True, False] += 1
        case ast.AnnAssign():
            facts["targets"][line, end, (_target_ast(node.target),), node.value is not None, True] += 1
        case ast.AugAssign():
            facts["targets"][line, end, _target_ast(node.target), _OPERATORS[type(node.op)]] += 1
        case ast.NamedExpr():
            facts["targets"][line, end, node.target.id] += 1
        case ast.For() | ast.AsyncFor():
            facts["targets"][line, _target_ast(node.target), isinstance(node, ast.AsyncFor)] += 1
            facts["statements"]["For", line, end, _count(node.body), _count(node.orelse)] += 1
        case ast.comprehension():
            facts["targets"]["for", _target_ast(node.target), bool(node.is_async), len(node.ifs)] += 1
        case ast.With() | ast.AsyncWith():
            facts["targets"][line, tuple(_target_ast(item.optional_vars) if item.optional_vars else None for item in node.items)] += 1
            facts["statements"]["With", line, end, _count(node.body), isinstance(node, ast.AsyncWith)] += 1
        case ast.Delete():
            targets: list[ast.expr] = []
            pending = list(reversed(node.targets))
            while pending:
                target = pending.pop()
                if isinstance(target, ast.Tuple | ast.List):
                    facts["displays"][type(target).__name__.lower(), len(target.elts)] -= 1  # the IR flattens
                    pending.extend(reversed(target.elts))
                else:
                    targets.append(target)
            facts["targets"]["del", line, tuple(map(_target_ast, targets))] += 1
        case ast.Import():
            for name in node.names:
                facts["imports"][line, end, name.name, 0, name.asname, ()] += 1
        case ast.ImportFrom():
            names = tuple((name.name, name.asname or name.name) for name in node.names)
            facts["imports"][line, end, node.module or "", node.level, None, names] += 1
        case ast.Compare():
            for op in node.ops:
                facts["comparisons"][_COMPARISONS[type(op)]] += 1
            if len(node.ops) > 1:
                facts["comparisons"]["and", line, len(node.ops)] += 1
        case ast.BoolOp():
            facts["comparisons"][_OPERATORS[type(node.op)], line, len(node.values)] += 1
        case ast.BinOp():
            facts["comparisons"][_OPERATORS[type(node.op)], line, end] += 1
        case ast.UnaryOp():
            facts["comparisons"]["unary", _OPERATORS[type(node.op)], line, end] += 1
        case ast.Name():
            facts["names"][line, node.id] += 1
        case ast.Attribute():
            facts["attributes"][line, end, node.attr] += 1
        case ast.Dict():
            facts["displays"]["dict", line, end, tuple(key is None for key in node.keys)] += 1
        case ast.List() | ast.Tuple() | ast.Set():
            facts["displays"][type(node).__name__.lower(), len(node.elts)] += 1
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            facts["displays"]["comprehension", line, end, len(node.generators)] += 1
        case ast.If():
            facts["statements"]["If", line, _count(node.body), _count(node.orelse)] += 1
        case ast.While():
            facts["statements"]["While", line, end, _count(node.body), _count(node.orelse)] += 1
        case ast.Try() | ast.TryStar():
            handlers = tuple((handler.name, handler.type is None, _count(handler.body)) for handler in node.handlers)
            facts["statements"]["Try", line, end, _count(node.body), handlers, _count(node.orelse), _count(node.finalbody)] += 1
        case ast.Assert():
            facts["statements"]["If", line, 1, 0] += 1
            facts["statements"]["Raise", line, True] += 1
            facts["comparisons"]["unary", "not", node.test.lineno, node.test.end_lineno] += 1
            facts["names"][line, "AssertionError"] += 1
            if node.msg:
                facts["calls"][line, end, "AssertionError", 1, 0, ()] += 1
        case ast.Return():
            facts["statements"]["Return", line, end, node.value is not None] += 1
        case ast.Raise():
            facts["statements"]["Raise", line, node.exc is not None] += 1
        case ast.Break() | ast.Continue() | ast.Expr():
            facts["statements"][{"Expr": "Evaluate"}.get(type(node).__name__, type(node).__name__), line, end] += 1
        case ast.Global() | ast.Nonlocal():
            facts["statements"]["Scope", line, type(node).__name__.lower(), tuple(node.names)] += 1
        case ast.Match():
            facts["statements"]["Match", line, end, len(node.cases)] += 1
            for arm in node.cases:
                binds, anything = _pattern_ast(arm.pattern)
                facts["cases"][tuple(binds), anything, arm.guard is not None, _count(arm.body)] += 1
        case ast.Await():
            facts["displays"]["await", line, end] += 1
        case ast.Yield() | ast.YieldFrom():
            facts["displays"]["yield", line, end, isinstance(node, ast.YieldFrom), node.value is not None] += 1
        case ast.IfExp():
            facts["displays"]["conditional", line, end] += 1
        case ast.Starred():
            facts["displays"]["spread"] += 1
        case ast.Subscript():
            facts["displays"]["index", line, end, type(node.slice).__name__ == "Slice"] += 1
        case ast.Slice():
            facts["displays"]["slice", node.lower is None, node.upper is None, node.step is None] += 1


def _count(body: list[ast.stmt]) -> int:
    """Statements that the IR has, too: `pass` is none, `import a, b` is two."""
    type_alias = getattr(ast, "TypeAlias", ())
    return sum(len(item.names) if isinstance(item, ast.Import) else 0 if isinstance(item, (ast.Pass, type_alias)) else 1 for item in body)


def _target_ast(node: ast.AST) -> Any:
    match node:
        case ast.Tuple() | ast.List():
            return tuple(map(_target_ast, node.elts))
        case ast.Starred():
            return ("*", _target_ast(node.value))
        case ast.Subscript():
            return (_target_ast(node.value), "[]")
    return _dotted_ast(node)
