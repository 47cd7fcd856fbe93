"""Functions, classes, parameters and imports: everything that gives a module its names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from survey.languages.python.lowering_parts import EXPRESSIONS, Entry, Parts, Reducer
from survey.model import ir

LAMBDA = "<lambda>"
_KEYWORD_ONLY = "keyword-only parameters follow"


def _function(parts: Parts) -> ir.Stmt:
    name, body = parts.name(), parts.block("body")
    function = ir.Function(
        line=parts.line,
        end_line=parts.end_line,
        name=name,
        qualname=parts.scope + name,
        params=_params_of(parts),
        body=body,
        decorators=(),
        returns=parts.optional("return_type"),
        is_async=parts.has("async"),
        is_generator=parts.is_generator,
        doc=_doc(body),
    )
    return ir.Define(parts.line, parts.end_line, function)


def _doc(body: tuple[ir.Stmt, ...]) -> str | None:
    if body and isinstance(body[0], ir.Evaluate) and isinstance(body[0].value, ir.Const) and isinstance(body[0].value.value, str):
        return body[0].value.value
    return None


def _lambda(parts: Parts) -> ir.Expr:
    value = parts.expr("body")
    function = ir.Function(
        line=parts.line,
        end_line=parts.end_line,
        name=LAMBDA,
        qualname=parts.scope + LAMBDA,
        params=_params_of(parts),
        body=(ir.Return(value.line, value.end_line, value),),
        decorators=(),
        returns=None,
        is_async=False,
        is_generator=parts.is_generator,
    )
    return ir.Lambda(parts.line, parts.end_line, function)


def _params_of(parts: Parts) -> tuple[ir.Param, ...]:
    params = parts.get("parameters")
    return params if isinstance(params, tuple) else ()


def _parameters(parts: Parts) -> tuple[ir.Param, ...]:
    params: list[ir.Param] = []
    kind: Literal["positional", "keyword"] = "positional"
    for _, _, value in parts.items:
        if value is _KEYWORD_ONLY:
            kind = "keyword"
            continue
        param = value if isinstance(value, ir.Param) else _plain(value)
        if param is None:
            continue
        if param.kind == "positional" and kind == "keyword":
            param = replace(param, kind="keyword")
        elif param.kind == "*":
            kind = "keyword"
        params.append(param)
    return tuple(params)


def _plain(value: object) -> ir.Param | None:
    """A parameter without annotation and default; a tuple (Python 2) has no name."""
    if isinstance(value, ir.Name):
        return ir.Param(value.line, value.end_line, value.id, "positional", None, None)
    if isinstance(value, ir.Spread):
        name = value.value.id if isinstance(value.value, ir.Name) else ""
        return ir.Param(value.line, value.end_line, name, "*", None, None)
    if isinstance(value, Entry):
        name = value.value.id if isinstance(value.value, ir.Name) else ""
        return ir.Param(value.value.line, value.value.end_line, name, "**", None, None)
    if isinstance(value, ir.Sequence):
        return ir.Param(value.line, value.end_line, "", "positional", None, None)
    return None


def _parameter(parts: Parts) -> ir.Param | None:
    """Typed and defaulted parameters alike."""
    first = parts.get("name")
    if first is None:
        first = next((value for _, field, value in parts.items if field != "type" and value is not None), None)
    param = _plain(first)
    if param is None:
        return None
    return replace(param, line=parts.line, end_line=parts.end_line, default=parts.optional("value"), annotation=parts.optional("type"))


def _class(parts: Parts) -> ir.Stmt:
    name = parts.name()
    bases = parts.get("superclasses")
    item = ir.Class(
        parts.line, parts.end_line, name, parts.scope + name, bases if isinstance(bases, tuple) else (), parts.block("body"), ()
    )
    return ir.Define(parts.line, parts.end_line, item)


def _decorated(parts: Parts) -> ir.Stmt | None:
    definition = parts.get("definition")
    if not isinstance(definition, ir.Define):
        return None
    decorators = tuple(value for value in parts.of_kind("decorator") if type(value) in EXPRESSIONS)
    return replace(definition, item=replace(definition.item, decorators=decorators))


def dotted(value: object) -> str:
    """The dotted text of a chain of names; '' when it is something else."""
    names: list[str] = []
    while isinstance(value, ir.Attr):
        names.append(value.name)
        value = value.obj
    if not isinstance(value, ir.Name):
        return ""
    return ".".join((value.id, *reversed(names)))


def _aliased_import(parts: Parts) -> ir.ImportedName:
    return ir.ImportedName(dotted(parts.get("name")), parts.name("alias"))


def _import(parts: Parts) -> tuple[ir.Stmt, ...]:
    found: list[ir.Stmt] = []
    for _, field, value in parts.items:
        if field != "name":
            continue
        if isinstance(value, ir.ImportedName):
            found.append(ir.Import(parts.line, parts.end_line, value.member, 0, value.alias, ()))
        elif module := dotted(value):
            found.append(ir.Import(parts.line, parts.end_line, module, 0, None, ()))
    return tuple(found)


def _import_from(parts: Parts) -> ir.Stmt:
    module = parts.get("module_name")
    level, name = module if isinstance(module, tuple) else (0, dotted(module))
    if parts.kind == "future_import_statement":
        name = "__future__"
    names: list[ir.ImportedName] = [ir.ImportedName("*", "*")] if parts.has("wildcard_import") else []
    for _, field, value in parts.items:
        if field == "name" and isinstance(value, ir.ImportedName):
            names.append(value)
        elif field == "name" and (member := dotted(value)):
            names.append(ir.ImportedName(member, member))
    return ir.Import(parts.line, parts.end_line, name, level, None, tuple(names))


def _relative_import(parts: Parts) -> tuple[int, str]:
    prefix = next(parts.of_kind("import_prefix"), 0)
    return prefix, dotted(parts.first())


REDUCERS: Mapping[str, Reducer] = {
    "function_definition": _function,
    "lambda": _lambda,
    "parameters": _parameters,
    "lambda_parameters": _parameters,
    "default_parameter": _parameter,
    "typed_parameter": _parameter,
    "typed_default_parameter": _parameter,
    "keyword_separator": lambda _: _KEYWORD_ONLY,
    "positional_separator": lambda _: None,
    "class_definition": _class,
    "decorated_definition": _decorated,
    "decorator": Parts.only,
    "import_statement": _import,
    "aliased_import": _aliased_import,
    "import_from_statement": _import_from,
    "future_import_statement": _import_from,
    "relative_import": _relative_import,
    "import_prefix": lambda parts: parts.source.count(b".", parts.node.start_byte, parts.node.end_byte),
    "wildcard_import": lambda _: None,
}
