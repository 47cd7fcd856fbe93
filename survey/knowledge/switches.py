"""What the name of a switch says: whether it is about content, and about which."""

import re

from pydantic import BaseModel, ConfigDict

from survey.model.vocabulary import Role

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


class Side(BaseModel):
    """Words that name some content."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    words: tuple[str, ...]
    own: tuple[Role, ...]
    """The roles it names."""
    foreign: tuple[Role, ...]
    """The roles that such a switch has no business with."""


class SwitchNames(BaseModel):
    """`switches.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    does: tuple[str, ...]
    content: tuple[str, ...]
    other: tuple[str, ...]
    sides: tuple[Side, ...]
    narrower: tuple[str, ...]

    def about_content(self, name: str) -> bool:
        """Whether a switch is, by its name alone, one for content."""
        words = words_of(name)
        return not words.isdisjoint(self.does) and not words.isdisjoint(self.content) and words.isdisjoint(self.other)

    def sides_of(self, name: str) -> tuple[Side, ...]:
        """Which content a switch names."""
        return tuple(side for side in self.sides if not words_of(name).isdisjoint(side.words))

    def is_narrower(self, name: str) -> bool:
        """Whether the name leaves only a part of the content it names to the switch."""
        return not words_of(name).isdisjoint(self.narrower)


def words_of(name: str) -> frozenset[str]:
    """The words of a switch's or a key's name, in lower case; of an option, without the class that declares it."""
    own = name.rpartition("(")[2].removesuffix("=)") if name.endswith("=)") else name
    return frozenset(word.lower() for word in _WORD.findall(own))
