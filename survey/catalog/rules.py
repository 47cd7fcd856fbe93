"""What may stand in one field, whoever wrote it: the catalog's file or the command line.

Every rule answers None, or what is wrong in words that follow the field's name or value.
"""

import re

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

ID_PATTERN = "^[a-z0-9][a-z0-9-]*$"
MAX_TEXT = 200
_NPM_NAME = re.compile(r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*")
_NPM_VERSION = re.compile(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")


def problem_with_id(text: str) -> str | None:
    """Ids become file names and anchors."""
    if re.fullmatch(ID_PATTERN, text):
        return None
    return "an id has only lower-case letters, digits and hyphens, and starts with a letter or digit"


def problem_with_text(text: str) -> str | None:
    """One printable, not too long line."""
    if not text.strip():
        return "must not be empty"
    if len(text) > MAX_TEXT:
        return f"must have at most {MAX_TEXT} characters"
    return None if text.isprintable() else "must be one line without control characters"


def problem_with_homepage(text: str) -> str | None:
    """A web address a reader may click on."""
    return None if re.fullmatch(r"https?://[^\s/]+[^\s]*", text) and text.isprintable() else "must be an http or https address"


def problem_with_scope(text: str) -> str | None:
    """A folder prefix or glob inside the repository; a leading `!` excludes."""
    path = text.removeprefix("!")
    if not path.strip() or not path.isprintable():
        return "must name a folder or a glob"
    if path.startswith(("/", "~", "!")) or re.match("[A-Za-z]:", path) or "\\" in path:
        return "must be relative to the repository, with forward slashes"
    if any(part in {"..", "."} for part in path.split("/")):
        return "must not contain `.` or `..` segments"
    return None


def problem_with_pypi_name(text: str) -> str | None:
    """A distribution name as the packaging specifications have it."""
    try:
        canonicalize_name(text, validate=True)
    except InvalidName:
        return "is not a name that PyPI gives to a package"
    return None


def problem_with_pypi_version(text: str) -> str | None:
    """One exact version."""
    try:
        Version(text)
    except InvalidVersion:
        return "is not an exact version such as 1.2.3"
    return None


def problem_with_npm_name(text: str) -> str | None:
    """A package name, with or without scope."""
    return None if _NPM_NAME.fullmatch(text) else "is not a name that npm gives to a package"


def problem_with_npm_version(text: str) -> str | None:
    """One exact version."""
    return None if _NPM_VERSION.fullmatch(text) else "is not an exact version such as 1.2.3"
