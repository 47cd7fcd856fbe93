"""Which repository addresses and revision names may be handed to git at all.

The catalog and the git source share these rules, so that a hostile entry is refused before any process starts.
"""

import re
from urllib.parse import urlsplit

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
_SCP = re.compile(rf"(?P<user>[A-Za-z0-9._][A-Za-z0-9._-]*)@(?P<host>{_HOST}):(?P<path>[^:].*)")
_USER = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._-]*")
_REF_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)")


def problem_with_git_url(url: str) -> str | None:
    """Why `url` must not be given to git, in plain words; None when it is `https://`, `ssh://` or `user@host:path`."""
    if not url:
        return "the address is empty"
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "the address holds a space or a character that does not belong in one"
    if url.startswith("-"):
        return "the address begins with '-' and would be read as an option"
    if re.match(r"[A-Za-z0-9+.-]+::", url):
        return "the address names a transport helper (`helper::address`)"
    scp = _SCP.fullmatch(url)
    if scp and "://" not in url:
        return "the path begins with '-'" if scp["path"].lstrip("/").startswith("-") else None
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    if scheme not in {"https", "ssh"}:
        return f"the scheme `{scheme}` is not accepted" if scheme else "the address is neither https://, ssh:// nor user@host:path"
    return _problem_with_parts(url, scheme)


def _problem_with_parts(url: str, scheme: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, user, password = parts.hostname or "", parts.username, parts.password
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return "the address cannot be read"
    if not re.fullmatch(_HOST, f"[{host}]" if ":" in host else host):
        return "the address has no valid host"
    if password is not None or (user is not None and scheme == "https"):
        return "the address carries credentials, which would be published with the report"
    if user is not None and not _USER.fullmatch(user):
        return "the user name in the address is not valid"
    if parts.query or parts.fragment:
        return "the address has a query or a fragment"
    if not parts.path.strip("/"):
        return "the address has no path to a repository"
    return "the path begins with '-'" if parts.path.lstrip("/").startswith("-") else None


def problem_with_git_ref(ref: str) -> str | None:
    """Why `ref` cannot name a tag, branch or commit, in plain words; None when it may. Follows `git check-ref-format`."""
    if not ref:
        return "the revision is empty"
    if ref.startswith("-"):
        return "the revision begins with '-' and would be read as an option"
    if not ref.isprintable() or _REF_FORBIDDEN.search(ref) or ref.startswith(("/", ".")) or ref.endswith(("/", ".")) or ref == "@":
        return "the revision holds characters that git forbids in names"
    return None


def host_of(url: str) -> str:
    """The host of an accepted address, for messages."""
    scp = _SCP.fullmatch(url)
    return scp["host"] if scp and "://" not in url else urlsplit(url).hostname or url
