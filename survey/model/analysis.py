"""What the engine hands to the verdicts: the writes of one package, with their conditions, before any summary."""

from dataclasses import dataclass
from typing import Any

from survey.model.document import Gate, Searched, Unresolved, Write
from survey.model.vocabulary import Channel, Confidence, Role


@dataclass(frozen=True, slots=True)
class ContentWrite:
    """One write of one role; a value that carries several roles yields one of these per role."""

    channel: Channel
    role: Role
    nested: bool
    confidence: Confidence
    write: Write
    repeats: bool = False
    """The key repeats what other keys hold: it says nothing of a role that has one of its own."""
    assumed: bool = False
    """Nothing is known of the value's parts: it may repeat a role that has a key of its own, and tells of no other."""


@dataclass(frozen=True, slots=True)
class PackageAnalysis:
    """Everything the engine found in one package."""

    writes: tuple[ContentWrite, ...]
    gates: tuple[Gate, ...]
    """Every gate that a write's condition names, and those named for content that no code looks at (`Effect.NONE`)."""
    others: tuple[tuple[str, Any], ...]
    """What is written that is no content: keys, each with the condition it is written under."""
    unresolved: tuple[Unresolved, ...]
    searched: Searched
    cut: bool
    """A width, depth, budget or time bound was hit: the package is `partial`."""
    silencing: frozenset[str] = frozenset()
    """Ids of the gates that something which does nothing is used under, in place of what writes."""
