"""Which names a snapshot may hold: they end up in reports, links and prompts, and their authors are not trusted."""


def problem_with_name(raw: bytes) -> str | None:
    """Why a file under this `/`-separated path is left out; None when it may be kept."""
    try:
        path = raw.decode("utf-8")
    except UnicodeDecodeError:
        return "name is not UTF-8"
    if not path.isprintable() or "\\" in path or any(part in {"", ".", ".."} for part in path.split("/")):
        return "unsafe name"
    return None


def shown_name(raw: bytes) -> str:
    """The path as text; bytes and characters that cannot be shown become escapes. Exact for every name that may be kept."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in raw.decode("utf-8", "backslashreplace"))


def may_be_folder(path: str) -> bool:
    """Whether a link at `path` may stand for a folder of code, judged by its name: links are never followed."""
    return "." not in path.rpartition("/")[2].lstrip(".")
