"""Public functions that build attributes for whoever calls them: what they return is written by design, outside the package."""

from __future__ import annotations

import re

from survey.flow import access, calls, classes, kinds, scopes, sinks
from survey.flow.machine import Machine
from survey.flow.values import External, FunctionValue, Value
from survey.model import ir
from survey.model.vocabulary import Channel

_WORD = re.compile(r"[A-Za-z_]\w*")


def builds_attributes(m: Machine, fn: FunctionValue) -> bool:
    """Whether a function says that it returns span attributes: its annotation names the telemetry API's type for them."""
    return fn.node.returns is not None and any(_is_attribute_type(m, fn, part) for part in ir.walk(fn.node.returns))


def _is_attribute_type(m: Machine, fn: FunctionValue, part: object) -> bool:
    names: list[str] = []
    if isinstance(part, ir.Name):
        names = [part.id]
    elif isinstance(part, ir.Const) and isinstance(part.value, str):
        names = _WORD.findall(part.value)  # an annotation in quotes
    for name in names:
        found = scopes.member_of_file(m, fn.module, name)
        only = found.only if found is not None else None
        if isinstance(only, External) and only.name in m.knowledge.attribute_types:
            return True
    return False


def write_result(m: Machine, result: Value) -> None:
    """The caller sets what it got on its span: on the package's own kind of span, where it hands out one, with all that this masks."""
    proxies = [cls for cls in list(m.classes.values()) if cls.module.own and kinds.is_proxy(m, cls)]
    setters = [(cls, name) for cls in proxies for name in _setters(m) if classes.find(m, cls, name) is not None]
    for cls, name in setters:
        calls.call(m, access.attribute_of(m, classes.shared(cls), name), ((None, "", result),), m.site())
    if not setters:
        sinks.write_all(m, Channel.SPAN_ATTRIBUTE, result, m.site())


def _setters(m: Machine) -> list[str]:
    """Methods that set many attributes of a span at once, and do nothing else."""
    return [
        name
        for name, sink in sorted(m.knowledge.sinks.items())
        if sink.channel is Channel.SPAN_ATTRIBUTE and sink.mapping is not None and not sink.gives
    ]
