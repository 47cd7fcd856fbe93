"""Whose writes they are: a package that only switches another package on writes nothing by that."""

from __future__ import annotations

from survey.flow.machine import Machine
from survey.flow.values import Atom, FunctionValue, Instance
from survey.flow.writes import RawWrite


def kept(m: Machine, fn: FunctionValue, receiver: Atom | None, writes: list[RawWrite]) -> list[RawWrite]:
    """The writes of a call that count for the caller: through another package's entry point only those of one's own code."""
    if fn.module.own or not writes or not m.frame.module.own or not m.knowledge.is_entry(fn.node.name):
        return writes
    if not isinstance(receiver, Instance) or receiver.cls.module.own:
        return writes
    return [write for write in writes if any(site.path in m.own_paths for site in (write.site, *write.trace))]
