"""The languages Survey knows; a new one is one folder and one line here."""

from survey.languages.base import Frontend
from survey.languages.python.frontend import PythonFrontend


def frontends() -> tuple[Frontend, ...]:
    """One frontend a language."""
    return (PythonFrontend(),)
