"""What a key says of itself: whether it carries the message, or something that goes with it."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from survey.knowledge.loader import parse_file
from survey.knowledge.switches import words_of
from survey.model.vocabulary import Role


class KeyWords(BaseModel):
    """One role of `headline.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    tells: tuple[tuple[str, ...], ...]
    other: tuple[str, ...] = Field(alias="else")

    def is_beside(self, key: str) -> bool:
        """Whether the key names something beside the message, or is no key but a text."""
        return " " in key or not words_of(key).isdisjoint(self.other)

    def distance(self, key: str) -> int:
        """How far from naming the message the key is; 0 for the plainest."""
        words = words_of(key)
        return next((at for at, those in enumerate(self.tells) if not words.isdisjoint(those)), len(self.tells))


@cache
def load_headline() -> Mapping[Role, KeyWords]:
    """The words for each role that has some, read once a process; raises KnowledgeError for an invalid file."""
    name = "headline.yaml"
    data = (files("survey.knowledge") / name).read_bytes()
    found = parse_file(TypeAdapter(dict[Role, KeyWords]), name, data)
    return MappingProxyType(found)
