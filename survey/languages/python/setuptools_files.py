"""`setup.cfg` and `setup.py`, read and never run, and the metadata that built releases carry."""

import configparser
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.policy import compat32

from survey.languages.base import Dependency
from survey.languages.python.entry_points import of_groups
from survey.languages.python.layout import Layout
from survey.languages.python.pyproject import Declared, setuptools_layout
from survey.languages.python.requirements import from_metadata, from_requirements, is_development
from survey.languages.python.static_values import Finder, keywords_of_call, read_module, strings, table, text


def read_setup_cfg(source: bytes) -> Declared:
    """The declarations of a `setup.cfg`. Raises ValueError when it cannot be read."""
    config = configparser.RawConfigParser()
    try:
        config.read_string(source.decode())
    except configparser.Error as error:
        raise ValueError(type(error).__name__) from None

    def value(section: str, key: str) -> str:
        return config.get(section, key, fallback="").strip()

    version = value("metadata", "version")
    kind, _, place = version.partition(":")
    found = from_requirements(_lines(value("options", "install_requires")))
    if config.has_section("options.extras_require"):
        for extra, lines in config.items("options.extras_require"):
            if not is_development(extra):
                found += from_requirements(_lines(lines))
    return Declared(
        name=value("metadata", "name") or None,
        version=version if version and kind not in ("attr", "file") else None,
        version_files=(place.strip(),) if kind == "file" else (),
        version_attributes=(place.strip(),) if kind == "attr" else (),
        dependencies=tuple(found),
        layout=_cfg_layout(value) or Layout(),
        entry_points=of_groups(dict(config.items("options.entry_points")) if config.has_section("options.entry_points") else {}),
    )


def _cfg_layout(value: Callable[[str, str], str]) -> Layout | None:
    packages = value("options", "packages")
    places = dict(pair for line in _lines(value("options", "package_dir")) if (pair := _pair(line)) is not None)
    modules = _lines(value("options", "py_modules"))
    finder = None
    if packages.startswith(("find:", "find_namespace:")):
        section = "options.packages.find"
        where, include, exclude = (_lines(value(section, key)) for key in ("where", "include", "exclude"))
        finder, packages = (where, include, exclude), ""
    return setuptools_layout(_lines(packages), finder, places, modules)


def _pair(line: str) -> tuple[str, str] | None:
    key, sign, place = line.partition("=")
    return (key.strip(), place.strip()) if sign else None


def _lines(value: str) -> list[str]:
    """A list value: one entry a line, or all in one line with commas."""
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) == 1 and not any(sign in value for sign in "<>=~!;["):
        lines = [piece.strip() for piece in value.split(",")]
    return [line for line in lines if line and not line.startswith("#")]


def read_setup_py(path: str, source: bytes) -> Declared | None:
    """The literal arguments of `setup(…)`; None when the file does not call it."""
    module = read_module(path, source)
    found = keywords_of_call(module, "setup") if module else None
    if found is None:
        return None
    packages = found.get("packages")
    finder = None
    if isinstance(packages, Finder):
        where, include, exclude = (strings(packages.arguments.get(key)) for key in ("where", "include", "exclude"))
        finder = (where, include, exclude)
    places = {key: value for key, value in table(found.get("package_dir")).items() if isinstance(value, str)}
    dependencies = from_requirements(strings(found.get("install_requires")))
    for extra, lines in table(found.get("extras_require")).items():
        if not is_development(extra):
            dependencies += from_requirements(strings(lines))
    return Declared(
        name=text(found.get("name")),
        version=text(found.get("version")),
        dependencies=tuple(dependencies),
        layout=setuptools_layout(strings(packages), finder, places, strings(found.get("py_modules"))) or Layout(),
        entry_points=of_groups(table(found.get("entry_points"))),
    )


def read_core_metadata(source: bytes) -> Declared:
    """`METADATA` of a wheel or `PKG-INFO` of a source release."""
    message = message_from_bytes(source, policy=compat32)

    def values(key: str) -> list[str]:
        return [str(value) for value in message.get_all(key, [])]

    names, versions = values("Name"), values("Version")
    dependencies: list[Dependency] = from_metadata(values("Requires-Dist"), values("Provides-Extra"))
    return Declared(
        name=names[0].strip() if names else None, version=versions[0].strip() if versions else None, dependencies=tuple(dependencies)
    )


def merged(first: Declared, second: Declared) -> Declared:
    """`first`, completed by what only `second` states."""
    return replace(
        first,
        name=first.name or second.name,
        version=first.version or second.version,
        version_files=(*first.version_files, *second.version_files),
        version_attributes=(*first.version_attributes, *second.version_attributes),
        dependencies=(*first.dependencies, *second.dependencies),
        entry_points=tuple(dict.fromkeys((*first.entry_points, *second.entry_points))),
        layout=first.layout if first.layout.roots or not (second.layout.roots or second.layout.hint) else second.layout,
    )
