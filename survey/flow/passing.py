"""How a key travels: which argument of the running function brought a value as it is, rest arguments included."""

from __future__ import annotations

from survey.flow.values import Mapping, Sequence, Value

_SEPARATOR = "\0"


def brought_by(arguments: dict[str, Value], value: Value) -> str | None:
    """The path of the argument that is `value` itself, or holds it among further arguments; None where none does."""
    for name, given in arguments.items():
        if given is value:
            return name
        only = given.only
        if isinstance(only, Sequence) and only.kind == "tuple":
            for position, (_, item) in enumerate(only.items):
                if item is value:
                    return f"{name}{_SEPARATOR}{position}"
        elif isinstance(only, Mapping):
            for key, pair in only.pairs.items():
                if pair.value is value and isinstance(key, str):
                    return f"{name}{_SEPARATOR}{key}"
    return None


def at(arguments: dict[str, Value], path: str) -> Value | None:
    """The value at a path of `brought_by`, in the arguments of an equal call."""
    name, separator, inner = path.partition(_SEPARATOR)
    given = arguments.get(name)
    if given is None or not separator:
        return given
    only = given.only
    if isinstance(only, Sequence) and inner.isdigit() and int(inner) < len(only.items):
        return only.items[int(inner)][1]
    if isinstance(only, Mapping) and inner in only.pairs:
        return only.pairs[inner].value
    return None
