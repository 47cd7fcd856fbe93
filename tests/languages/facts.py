"""What a file says, as bags of facts that can be read off CPython's `ast` and off the IR alike.

The two are compared in `test_lowering_against_ast`: every function, call, constant, target, import and comparison must agree.
"""

import ast
import dataclasses
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

from survey.model import ir

Facts = dict[str, Counter[Any]]
KINDS = ("functions", "classes", "calls", "constants", "targets", "imports", "comparisons", "names", "attributes", "statements", "displays", "holes", "cases")
_COMPARISONS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.BitOr: "|", ast.BitAnd: "&",
    ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.MatMult: "@", ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~",
    ast.And: "and", ast.Or: "or",
}  # fmt: skip


def _empty() -> Facts:
    return {kind: Counter() for kind in KINDS}


def _constant(value: object) -> object:
    return None if value is ... or value is None else (type(value).__name__, repr(value))


# --- off the ast ---------------------------------------------------------------------------------------------------


def facts_of_ast(tree: ast.Module) -> Facts:
    """The facts of CPython's tree."""
    facts = _empty()
    for body, prefix in _scopes_of_ast(tree, ""):
        for node in body:
            _ast_fact(node, prefix, facts)
    return {kind: +bag for kind, bag in facts.items()}


def _scopes_of_ast(tree: ast.AST, prefix: str) -> Iterator[tuple[list[ast.AST], str]]:
    """Every scope with the nodes that are its own."""
    pending: list[tuple[ast.AST, str]] = [(tree, prefix)]
    while pending:
        node, scope = pending.pop()
        own: list[ast.AST] = [node]
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
        yield own, scope


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
                line, end, prefix + node.name, _params_ast(node.args), len(node.decorator_list), node.returns is not None, is_async, _yields(node), doc
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
            facts["constants"][line, _constant(node.value)] += 1
        case ast.JoinedStr():
            text = "".join(part for part in map(_hole_ast, node.values) if isinstance(part, str))
            holes = sum(not isinstance(_hole_ast(part), str) for part in node.values)
            if holes or any(isinstance(part, ast.FormattedValue) for part in node.values):
                facts["holes"][line, end, holes, text] += 1
            else:
                facts["constants"][line, _constant(text)] += 1
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
            targets = list(node.targets)
            while (at := next((at for at, item in enumerate(targets) if isinstance(item, ast.Tuple | ast.List)), None)) is not None:
                group = targets[at]
                facts["displays"][type(group).__name__.lower(), len(group.elts)] -= 1  # the IR flattens
                targets[at : at + 1] = group.elts
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
                names, anything = _pattern_ast(arm.pattern)
                facts["cases"][tuple(names), anything, arm.guard is not None, _count(arm.body)] += 1
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


# --- off the IR ----------------------------------------------------------------------------------------------------

_PARTS = (*get_args(ir.Expr), *get_args(ir.Stmt), ir.Arg, ir.Param, ir.Function, ir.Class, ir.Case, ir.Handler, ir.ForClause, ir.IfClause)


def facts_of_ir(module: ir.Module) -> Facts:
    """The facts of the IR; a chain's middle operand, which two comparisons share, counts once."""
    facts = _empty()
    seen: set[int] = set()
    pending: list[Any] = list(module.body)
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, _PARTS) and id(node) not in seen:
            seen.add(id(node))
            _ir_fact(node, facts)
            skip = {"tests"} if isinstance(node, ir.Case) else set()
            children = [getattr(node, field.name) for field in dataclasses.fields(node) if field.name not in skip]
            pending.extend([part for part in node.parts if not _is_text(part)] if isinstance(node, ir.Template) else children)
    return facts


def _dotted_ir(node: ir.Expr) -> str:
    if isinstance(node, ir.Attr):
        return f"{_dotted_ir(node.obj)}.{node.name}"
    return node.id if isinstance(node, ir.Name) else "Call" if isinstance(node, ir.Call) else "…"


def _target_ir(node: ir.Expr) -> Any:
    match node:
        case ir.Sequence():
            return tuple(map(_target_ir, node.items))
        case ir.Spread():
            return ("*", _target_ir(node.value))
        case ir.Index():
            return (_target_ir(node.obj), "[]")
    return _dotted_ir(node)


def _ir_fact(node: Any, facts: Facts) -> None:
    match node:
        case ir.Function():
            params = tuple((p.name, p.kind, p.default is not None, p.annotation is not None, p.line) for p in node.params)
            facts["functions"][
                node.line, node.end_line, node.qualname, params, len(node.decorators), node.returns is not None, node.is_async, node.is_generator, node.doc
            ] += 1
        case ir.Class():
            keywords = tuple(arg.name for arg in node.bases if arg.name or arg.spread == "**")
            facts["classes"][node.line, node.end_line, node.qualname, len(node.bases) - len(keywords), keywords, len(node.decorators)] += 1
            facts["displays"]["spread"] += sum(arg.spread == "*" for arg in node.bases)
        case ir.Call():
            keywords = tuple(arg.name for arg in node.args if arg.name or arg.spread == "**")
            stars = sum(arg.spread == "*" for arg in node.args)
            facts["calls"][node.line, node.end_line, _dotted_ir(node.func), len(node.args) - len(keywords), stars, keywords] += 1
            facts["displays"]["spread"] += stars
        case ir.Const():
            facts["constants"][node.line, None if node.value is None else _constant(node.value)] += 1
        case ir.Template():
            text = [part.value for part in node.parts if isinstance(part, ir.Const) and isinstance(part.value, str)]
            facts["holes"][node.line, node.end_line, len(node.parts) - len(text), "".join(text)] += 1
        case ir.Assign():
            facts["targets"][node.line, node.end_line, tuple(map(_target_ir, node.targets)), node.value is not None, node.annotation is not None] += 1
        case ir.Augment():
            facts["targets"][node.line, node.end_line, _target_ir(node.target), node.op] += 1
        case ir.Bind():
            facts["targets"][node.line, node.end_line, _target_ir(node.target)] += 1
        case ir.For():
            facts["targets"][node.line, _target_ir(node.target), node.is_async] += 1
            facts["statements"]["For", node.line, node.end_line, len(node.body), len(node.orelse)] += 1
        case ir.Comprehension():
            facts["displays"]["comprehension", node.line, node.end_line, sum(isinstance(c, ir.ForClause) for c in node.clauses)] += 1
            for clause, ifs in _clauses(node):
                facts["targets"]["for", _target_ir(clause.target), clause.is_async, ifs] += 1
        case ir.With():
            facts["targets"][node.line, tuple(_target_ir(target) if target else None for _, target in node.items)] += 1
            facts["statements"]["With", node.line, node.end_line, len(node.body), node.is_async] += 1
        case ir.Delete():
            facts["targets"]["del", node.line, tuple(map(_target_ir, node.targets))] += 1
        case ir.Import():
            names = tuple((name.member, name.alias) for name in node.names)
            facts["imports"][node.line, node.end_line, node.module, node.level, node.alias, names] += 1
        case ir.Compare():
            facts["comparisons"][node.op] += 1
        case ir.BoolOp():
            facts["comparisons"][node.op, node.line, len(node.values)] += 1
        case ir.BinOp():
            facts["comparisons"][node.op, node.line, node.end_line] += 1
        case ir.UnaryOp():
            facts["comparisons"]["unary", node.op, node.line, node.end_line] += 1
        case ir.Name():
            facts["names"][node.line, node.id] += 1
        case ir.Attr():
            facts["attributes"][node.line, node.end_line, node.name] += 1
        case ir.Dict():
            facts["displays"]["dict", node.line, node.end_line, tuple(key is None for key, _ in node.items)] += 1
        case ir.Sequence():
            facts["displays"][node.kind, len(node.items)] += 1
        case ir.If():
            facts["statements"]["If", node.line, len(node.body), len(node.orelse)] += 1
        case ir.While():
            facts["statements"]["While", node.line, node.end_line, len(node.body), len(node.orelse)] += 1
        case ir.Try():
            handlers = tuple((handler.name, handler.type is None, len(handler.body)) for handler in node.handlers)
            facts["statements"]["Try", node.line, node.end_line, len(node.body), handlers, len(node.orelse), len(node.final)] += 1
        case ir.Return() if node.line:
            facts["statements"]["Return", node.line, node.end_line, node.value is not None] += 1
        case ir.Raise():
            facts["statements"]["Raise", node.line, node.value is not None] += 1
        case ir.Break() | ir.Continue() | ir.Evaluate():
            facts["statements"][type(node).__name__, node.line, node.end_line] += 1
        case ir.Scope():
            facts["statements"]["Scope", node.line, node.kind, node.names] += 1
        case ir.Match():
            facts["statements"]["Match", node.line, node.end_line, len(node.cases)] += 1
        case ir.Case():
            facts["cases"][node.binds, not node.tests, node.guard is not None, len(node.body)] += 1
        case ir.Await():
            facts["displays"]["await", node.line, node.end_line] += 1
        case ir.Yield():
            facts["displays"]["yield", node.line, node.end_line, node.each, node.value is not None] += 1
        case ir.Conditional():
            facts["displays"]["conditional", node.line, node.end_line] += 1
        case ir.Spread():
            facts["displays"]["spread"] += 1
        case ir.Index():
            facts["displays"]["index", node.line, node.end_line, isinstance(node.index, ir.Slice)] += 1
        case ir.Slice():
            facts["displays"]["slice", node.lower is None, node.upper is None, node.step is None] += 1
    if isinstance(node, ir.Lambda):  # the `Return` of its body is no statement of the source
        body = node.function.body[0]
        facts["statements"]["Return", body.line, body.end_line, True] -= 1


def _is_text(part: ir.Expr) -> bool:
    return isinstance(part, ir.Const) and isinstance(part.value, str)


def _clauses(node: ir.Comprehension) -> Iterator[tuple[ir.ForClause, int]]:
    for at, clause in enumerate(node.clauses):
        if isinstance(clause, ir.ForClause):
            ifs = 0
            while at + 1 + ifs < len(node.clauses) and isinstance(node.clauses[at + 1 + ifs], ir.IfClause):
                ifs += 1
            yield clause, ifs
