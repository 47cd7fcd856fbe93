"""What stdout can show."""

import os
import shutil
import sys

_PLAIN_WIDTH = 132


def color() -> bool:
    """Whether escape sequences belong on stdout."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def width(plain: int = _PLAIN_WIDTH) -> int:
    """Columns of the terminal; elsewhere `plain`, wide enough that names of packages and switches stay in one piece, for grep."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() or "COLUMNS" in os.environ else plain
