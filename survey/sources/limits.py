"""Bounds on what a source may bring in: surveyed repositories are hostile input, and a survey must end."""

from survey.model.errors import SourceError

MAX_FILE_BYTES = 2 * 1024 * 1024
"""A larger file is omitted as `too large`; hand-written modules stay far below."""

MAX_TOTAL_BYTES = 512 * 1024 * 1024
"""All kept files of one snapshot together."""

MAX_FILES = 100_000
"""Kept files of one snapshot."""

MAX_ENTRIES = 1_000_000
"""Entries of a local folder that are looked at, kept or not."""

MAX_LISTING_BYTES = 128 * 1024 * 1024
"""What git may list, some million entries: ends the listing of a tree that repeats itself without end."""


def too_much(what: str) -> SourceError:
    """The error for a source that exceeds a bound as a whole; `what` completes "the source holds …"."""
    return SourceError(f"the source holds {what}, more than a survey reads", hint="narrow the target with `scope`")
