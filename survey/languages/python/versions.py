"""The version of a package whose metadata only says where it stands."""

from collections.abc import Callable, Mapping

from survey.languages.python.pyproject import Declared
from survey.languages.python.static_values import constants, read_module, text

_NAMES = ("__version__", "VERSION", "version", "__VERSION__")
_USUAL = ("", ".version", "._version", ".__about__", ".__version__", "._about", ".about")
_LONGEST = 64

Read = Callable[[str], bytes | None]


def stated_version(declared: Declared, modules: Mapping[str, str], read: Read) -> str | None:
    """The version, literal or looked up in the files named for it, then in the usual ones; None when it is computed.

    `read` gives the bytes of a file by its path relative to the project, `modules` names the shipped ones.
    """
    if declared.version:
        return declared.version
    for path in declared.version_files:
        if found := _in_file(path, read):
            return found
    for attribute in declared.version_attributes:
        module, _, name = attribute.rpartition(".")
        if module in modules and (found := _assigned(modules[module], read, (name,))):
            return found
    top = _top(modules)
    for usual in _USUAL if top else ():
        place = modules.get(f"{top}{usual}")
        if place and (found := _assigned(place, read, _NAMES if usual else _NAMES[:2])):
            return found
    return None


def _top(modules: Mapping[str, str]) -> str | None:
    """The one outermost package (below its namespaces); None when there are several."""
    depth = min((name.count(".") for name in modules), default=0)
    tops = {name for name in modules if name.count(".") == depth}
    return tops.pop() if len(tops) == 1 else None


def _in_file(path: str, read: Read) -> str | None:
    if path.endswith(".py"):
        return _assigned(path, read, _NAMES)
    source = read(path)
    first = source.decode(errors="replace").strip() if source else ""
    return first if first and len(first) <= _LONGEST and "\n" not in first else None


def _assigned(path: str, read: Read, names: tuple[str, ...]) -> str | None:
    source = read(path)
    module = read_module(path, source) if source is not None else None
    if module is None:
        return None
    found = constants(module)
    return next((version for name in names if (version := text(found.get(name)))), None)
