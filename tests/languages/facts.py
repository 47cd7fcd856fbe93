"""What a file says, as bags of facts that can be read off CPython's `ast` and off the IR alike.

Every function, call, constant, target, import and comparison must agree; `test_lowering_against_ast` compares them.
"""

from collections import Counter
from typing import Any

Facts = dict[str, Counter[Any]]
KINDS = (
    "functions",
    "classes",
    "calls",
    "constants",
    "targets",
    "imports",
    "comparisons",
    "names",
    "attributes",
    "statements",
    "displays",
    "holes",
    "cases",
)


def empty() -> Facts:
    return {kind: Counter() for kind in KINDS}


def constant(value: object) -> object:
    """Told apart by type, too: 1 is not True; the IR has one word for None and the ellipsis."""
    return None if value is ... or value is None else (type(value).__name__, repr(value))
