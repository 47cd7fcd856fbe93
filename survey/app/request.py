"""What a run is asked for and what it gives back."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from survey.app.speech import SpeechNote
from survey.model.document import Document
from survey.sources.options import SourceOptions
from survey.speech.engines import Wanted
from survey.view.wording import LANGUAGES


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One survey, as the user asked for it."""

    out: Path
    """Folder that gets the report files."""
    only: tuple[str, ...] = ()
    """Ids of the catalog; all of them when neither this nor `adhoc` nor `path` is given."""
    adhoc: tuple[str, ...] = ()
    """Targets that need no catalog entry."""
    path: Path | None = None
    """A local folder to survey."""
    catalog: Path | None = None
    sources: SourceOptions = field(default_factory=SourceOptions)
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    """Packages analysed at the same time."""
    timeout: float = 600.0
    """Seconds for fetching one target, and again for analysing one package."""
    pins: Path | None = None
    """An earlier `survey.json` whose commits and versions are read again."""
    packages: tuple[str, ...] = ()
    """Names of the packages to analyse; all of every target's when empty."""
    keep: bool = False
    """Write a dated copy beside `out` too."""
    language: str = LANGUAGES[0]
    """Of the files for people, one of `LANGUAGES`."""
    speech: bool = False
    """Write the one-minute script too."""
    audio: bool = False
    """Speak it."""
    voices: Mapping[str, Wanted] = field(default_factory=dict)
    """With which voice, by language; the best one that is here where there is none."""
    code: bool = False
    """Show excerpts of the surveyed code in the page."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that went wrong without stopping the run."""

    target: str
    package: str
    """'' where the whole target failed."""
    reason: str
    hint: str
    trace: str
    """The traceback, for `-v`; '' where there is nothing to learn from it."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """The finished survey."""

    document: Document
    files: tuple[Path, ...]
    """What was written."""
    failures: tuple[Failure, ...]
    """In the document's order."""
    notes: tuple[SpeechNote, ...] = ()
    """Of the speech, where it was asked for."""
