"""Which backends show prompts and completions, and from which channel and keys: `backends.yaml`, checked."""

import re
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from survey.knowledge.keys import covers
from survey.knowledge.loader import parse_file
from survey.model.errors import KnowledgeError
from survey.model.vocabulary import Channel, Role

ANY_KEY = "**"


def _public(url: str) -> str:
    if not re.match(r"https://[\w.-]+/", url):
        raise ValueError("not a public https address")
    return url


class Reading(BaseModel):
    """One channel that a backend reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    channel: Channel
    input: tuple[str, ...] = Field(min_length=1)
    output: tuple[str, ...] = Field(min_length=1)

    def reads(self, role: Role, key: str) -> bool:
        """Whether content of `role`, which is input or output, is read under `key`."""
        return any(covers(pattern, key) for pattern in (self.input if role is Role.INPUT else self.output))


class Backend(BaseModel):
    """One backend, and where that stands."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(pattern=r"^[a-z0-9]+$")
    name: str
    reads: tuple[Reading, ...] = Field(min_length=1)
    source: Annotated[str, AfterValidator(_public)]
    seen: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    """The day the source was read."""


@cache
def load_backends() -> tuple[Backend, ...]:
    """All of them, read once a process; raises KnowledgeError for an invalid file."""
    name = "backends.yaml"
    found = parse_file(TypeAdapter(tuple[Backend, ...]), name, (files("survey.knowledge") / name).read_bytes())
    if len({backend.id for backend in found}) != len(found):
        raise KnowledgeError(f"knowledge file {name}: two backends have one id", hint="Give each its own.")
    return found
