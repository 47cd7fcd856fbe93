"""Links to places of the source that carry no permalink of their own."""

from survey.model.document import Package
from survey.view.matrix import within
from survey.view.model import Link
from survey.view.text import clean, safe_url


def place(owner: Package, path: str, line: int) -> Link:
    """A line of `owner`; its address is made from the repository and revision of the package's writes, where one has a permalink."""
    return Link(clean(f"{within(path, owner.path)}:{line}"), _borrowed(owner, path, line))


def _borrowed(package: Package, path: str, line: int) -> str | None:
    for record in package.records:
        for write in record.writes:
            whole, evidence = (write.evidence.permalink or "").rpartition("#L")[0], write.evidence
            if evidence.path and whole.endswith(f"/{evidence.path}"):
                return safe_url(f"{whole.removesuffix(evidence.path)}{path}#L{line}")
    return None
