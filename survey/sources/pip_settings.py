"""The package index and the network settings the user has given pip: Survey asks where pip would ask.

Read where pip documents them: its configuration files, then the PIP_* environment. Never by running pip.
"""

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import platformdirs

from survey.model.errors import SourceError

DEFAULT_INDEX = "https://pypi.org/simple"
"""pip's documented default."""

_SECTIONS = ("global", "install")
"""In the order in which one overrides the other; the environment overrides both."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index; its URL carries no credentials and no trailing slash."""

    url: str
    credentials: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PipSettings:
    """What of pip's configuration matters for reading releases."""

    indexes: tuple[Index, ...]
    """In pip's order; http and https only. Empty where the user allows none."""
    ca_bundle: str | None = None
    """A file or folder of certificates; None for the library's own choice."""
    proxy: str | None = field(default=None, repr=False)
    """None for the environment's."""


def read_pip_settings(environ: Mapping[str, str] | None = None) -> PipSettings:
    """The settings in force in `environ` (the process's own by default). Raises `SourceError` where a configuration file cannot be read."""
    environ = os.environ if environ is None else environ
    sections: dict[str, dict[str, str]] = {name: {} for name in _SECTIONS}
    for path in _config_files(environ):
        for name, values in _read_config(path).items():
            sections.setdefault(name, {}).update(values)
    settings = {key: value for name in _SECTIONS for key, value in sections[name].items()}
    settings |= {key[4:].lower().replace("_", "-"): value for key, value in environ.items() if key.startswith("PIP_") and value}
    urls = [settings.get("index-url", DEFAULT_INDEX), *settings.get("extra-index-url", "").split()]
    if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        urls = []
    bundles = (settings.get("cert"), environ.get("REQUESTS_CA_BUNDLE"), environ.get("CURL_CA_BUNDLE"))
    return PipSettings(
        indexes=tuple(dict.fromkeys(_index(url) for url in urls if urlsplit(url).scheme in {"http", "https"})),
        ca_bundle=next((bundle for bundle in bundles if bundle), None),
        proxy=settings.get("proxy"),
    )


def without_credentials(url: str) -> str:
    """`url` without user information and fragment; the query, which may be a signature, stays."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def _index(url: str) -> Index:
    parts = urlsplit(url)
    user = (unquote(parts.username or ""), unquote(parts.password or ""))
    return Index(without_credentials(url).rstrip("/"), user if any(user) else None)


def _config_files(environ: Mapping[str, str]) -> Iterator[Path]:
    """Existing files, the strongest last."""
    own = environ.get("PIP_CONFIG_FILE", "")
    if own == os.devnull:
        return
    name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    shared = [Path(folder) / name for folder in _site_folders()]
    user = [Path.home() / ("pip" if sys.platform == "win32" else ".pip") / name, _user_folder() / name]
    given = Path(own) if own else None
    if given and given.exists():
        user = []
    for path in (*shared, *user, Path(sys.prefix) / name, *([given] if given else [])):
        if path.is_file():
            yield path


def _site_folders() -> list[str]:
    if sys.platform == "darwin":
        return platformdirs.site_data_dir("pip", appauthor=False, multipath=True).split(os.pathsep)
    folders = platformdirs.site_config_dir("pip", appauthor=False, multipath=True)
    return [folders] if sys.platform == "win32" else [*folders.split(os.pathsep), "/etc"]


def _user_folder() -> Path:
    folder = platformdirs.user_config_path("pip", appauthor=False, roaming=True)
    return Path.home() / ".config" / "pip" if sys.platform == "darwin" and not folder.is_dir() else folder


def _read_config(path: Path) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"), source=str(path))
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        # The parser's message quotes lines, which may hold a password.
        message = f"pip's configuration file {path} cannot be read ({type(error).__name__})"
        raise SourceError(message, hint="repair it, or set PIP_CONFIG_FILE to another one") from error
    return {section: {key.replace("_", "-"): value for key, value in parser.items(section)} for section in parser.sections()}
