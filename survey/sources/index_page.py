"""One project's page of a package index as typed files: the JSON form of the Simple API, and its older HTML form."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from html.parser import HTMLParser
from typing import Annotated
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from survey.model.errors import SourceError
from survey.sources.pip_settings import without_credentials

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_JSON_TYPE = "application/vnd.pypi.simple.v1+json"
_HTML_TYPES = ("application/vnd.pypi.simple.v1+html", "text/html")


class FileKind(StrEnum):
    """The archives Survey reads; eggs, installers and other old forms are passed over."""

    WHEEL = "wheel"
    SDIST = "sdist"


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One file of one release."""

    filename: str
    url: str
    """http or https, without credentials and fragment."""
    version: Version
    kind: FileKind
    pure: bool
    """A wheel for every Python 3 and every platform; never true of an sdist."""
    sha256: str | None = None
    """Lower-case hex."""
    hash_optional: bool = False
    """The whole page, an HTML one, names no hash: this file may do without."""
    requires_python: str | None = None
    yanked: bool = False
    size: int | None = None
    """Bytes, as the index says."""
    upload_time: datetime | None = None
    """UTC."""


def parse_page(project: str, body: bytes, content_type: str, base: str) -> tuple[IndexFile, ...]:
    """The files of `project` (a normalised name) on a page that came from the URL `base`; files with foreign names are passed over.

    Raises `SourceError` where the page is of no known form.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _JSON_TYPE:
        return _parse_json(project, body, base)
    if kind in _HTML_TYPES:
        return _parse_html(project, body.decode("utf-8", "replace"), base)
    raise SourceError(f"the package index answered with {kind or 'no content type'!r}, which is no Simple API page", hint=_INDEX_HINT)


class _Meta(BaseModel):
    api_version: Annotated[str, Field(alias="api-version")] = "1.0"


class _JsonPage(BaseModel):
    meta: _Meta = _Meta()
    files: list[object]


class _JsonFile(BaseModel):
    filename: str
    url: str
    hashes: dict[str, str] = {}
    requires_python: Annotated[str | None, Field(alias="requires-python")] = None
    yanked: bool | str = False
    size: int | None = None
    upload_time: Annotated[datetime | None, Field(alias="upload-time")] = None


_FILE = TypeAdapter(_JsonFile)
_INDEX_HINT = "check pip's index-url: it must name a Simple API (PEP 503 or PEP 691)"


def _parse_json(project: str, body: bytes, base: str) -> tuple[IndexFile, ...]:
    try:
        page = _JsonPage.model_validate_json(body)
    except ValidationError as error:
        raise SourceError(f"the package index's page of {project} is no valid JSON page", hint=_INDEX_HINT) from error
    _check_version(page.meta.api_version)
    files: list[IndexFile] = []
    for entry in page.files:
        try:
            item = _FILE.validate_python(entry)
        except ValidationError:
            continue
        identity = _identify(project, item.filename, _link(base, item.url)[0])
        if identity:
            url, version, kind, pure = identity
            time = item.upload_time
            files.append(
                IndexFile(
                    filename=item.filename, url=url, version=version, kind=kind, pure=pure,
                    sha256=_sha256(item.hashes.get("sha256")),
                    requires_python=item.requires_python,
                    yanked=item.yanked is not False,
                    size=item.size,
                    upload_time=time and (time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)),
                )
            )  # fmt: skip
    return tuple(files)


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: list[dict[str, str]] = []
        self.version = "1.0"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href"):
            self.anchors.append(values)
        elif tag == "meta" and values.get("name") == "pypi:repository-version":
            self.version = values.get("content", "")


def _parse_html(project: str, text: str, base: str) -> tuple[IndexFile, ...]:
    parser = _Anchors()
    parser.feed(text)
    parser.close()
    _check_version(parser.version)
    links = [(*_link(base, anchor["href"].strip()), anchor) for anchor in parser.anchors]
    unhashed = not any(re.search(r"(^|&)\w+=[0-9a-fA-F]{32,}", fragment) for _, fragment, _ in links)
    files: list[IndexFile] = []
    for link, fragment, anchor in links:
        filename = unquote(urlsplit(link).path.rpartition("/")[2])
        identity = _identify(project, filename, link)
        if identity:
            url, version, kind, pure = identity
            found = re.search(r"(?:^|&)sha256=([^&]*)", fragment)
            files.append(
                IndexFile(
                    filename=filename, url=url, version=version, kind=kind, pure=pure,
                    sha256=_sha256(found[1] if found else None),
                    hash_optional=unhashed,
                    requires_python=anchor.get("data-requires-python") or None,
                    yanked="data-yanked" in anchor,
                )
            )  # fmt: skip
    return tuple(files)


def _link(base: str, reference: str) -> tuple[str, str]:
    """The URL and the fragment that `reference` on the page at `base` stands for; empty where it is no URL."""
    try:
        url, fragment = urldefrag(urljoin(base, reference))
    except ValueError:
        return "", ""
    return url, fragment


def _identify(project: str, filename: str, url: str) -> tuple[str, Version, FileKind, bool] | None:
    """Clean URL, version, kind and purity, or None where the file is none of this project's wheels and sdists."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
        if filename.endswith(".whl"):
            name, version, _, tags = parse_wheel_filename(filename)
            kind = FileKind.WHEEL
            pure = any(tag.interpreter == "py3" and tag.abi == "none" and tag.platform == "any" for tag in tags)
        else:
            name, version = parse_sdist_filename(re.sub(r"\.(tgz|tar\.bz2)$", ".tar.gz", filename))
            kind, pure = FileKind.SDIST, False
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion, ValueError):
        return None
    if name != project or scheme not in {"http", "https"} or not host or "/" in filename:
        return None
    return without_credentials(url), version, kind, pure


def _sha256(text: str | None) -> str | None:
    return text.lower() if text and re.fullmatch(r"[0-9a-fA-F]{64}", text) else None


def _check_version(version: str) -> None:
    if version.partition(".")[0] != "1":
        raise SourceError(f"the package index speaks version {version[:20]!r} of the Simple API; known is 1", hint="upgrade this tool")
