"""A finished script, as frozen data."""

from dataclasses import dataclass

from survey.model.document import Evidence


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one message says, and what it can be checked by; a sentence that claims nothing of the survey has nothing to show."""

    id: str
    """Of the message."""
    text: str
    paragraph: int
    records: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    """`target/package`, where what is told is how many there are."""
    projects: tuple[str, ...] = ()
    rule: str = ""
    """Of the finding that is told, '' for none."""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class SurveyFile:
    """Which survey a script tells of: what `survey.json` says of itself, and the SHA-256 of that file's bytes."""

    generated_at: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Script:
    """One minute in one language."""

    language: str
    sentences: tuple[Sentence, ...]

    @property
    def paragraphs(self) -> tuple[tuple[Sentence, ...], ...]:
        """The sentences, a paragraph at a time."""
        numbers = sorted({sentence.paragraph for sentence in self.sentences})
        return tuple(tuple(each for each in self.sentences if each.paragraph == number) for number in numbers)

    @property
    def text(self) -> str:
        """The script as plain text: one line a paragraph, an empty line between."""
        gap = "" if self.language == "zh" else " "
        return "\n\n".join(gap.join(sentence.text for sentence in paragraph) for paragraph in self.paragraphs) + "\n"
