"""Links to places of the source that carry no permalink of their own."""

from survey.model.document import Package
from survey.view.matrix import within
from survey.view.model import Link
from survey.view.text import clean, safe_url


def place(owner: Package, path: str, line: int) -> Link:
    """A line of `owner`; its address is made from the repository and revision of the package's writes, where one has a permalink."""
    base = base_of(owner)
    return Link(clean(f"{within(path, owner.path)}:{line}"), safe_url(f"{base}{path}#L{line}") if base else None)


def base_of(package: Package) -> str | None:
    """The address below which every file of the package's repository stands at its commit, taken from a write's permalink."""
    for record in package.records:
        for write in record.writes:
            whole, path = (write.evidence.permalink or "").rpartition("#L")[0], write.evidence.path
            if path and whole.endswith(f"/{path}"):
                return safe_url(whole.removesuffix(path))
    return None
