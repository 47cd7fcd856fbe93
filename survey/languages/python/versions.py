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
        path = modules.get(module)
        if path and (found := _assigned(path, read, (name,))):
            return found
    depths = sorted(modules, key=lambda name: (name.count("."), name))
    for name in depths[:1]:
        level = [other for other in depths if other.count(".") == name.count(".")]
        tops = level if len(level) == 1 else []
        for top in tops:
            for usual in _USUAL:
                path = modules.get(top + usual)
                if path and (found := _assigned(path, read, _NAMES[:2] if not usual else _NAMES)):
                    return found
    return None


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
