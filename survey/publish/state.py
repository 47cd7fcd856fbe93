"""What is remembered of an export, so that the next one goes on with it: ids, an address and fingerprints, never a secret."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from survey.model.errors import UsageError
from survey.view.sentences import sentence

FILENAME = "feishu.json"


class Exported(BaseModel):
    """One document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str | None = None
    creating_since: float | None = None
    """Seconds since 1970 at which a document was asked for whose id is not known yet."""
    place: str = ""
    """The folder or wiki that it was made in, '' for the app's own space."""
    phase: Literal["new", "clearing", "writing", "written"] = "new"
    content: str = ""
    """SHA-256 of the blocks that are being or have been written."""
    nonce: str = ""
    """Makes this writing's idempotency keys differ from those of every other one."""
    url: str = ""
    shared: tuple[str, ...] = ()
    """Members and the link setting that are in force."""
    told: dict[str, str] = {}
    """Receiver and kind of message -> `content` of the document it told of."""


class State(BaseModel):
    """The file beside the report."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    version: Literal["survey-feishu/v1"] = "survey-feishu/v1"
    documents: dict[str, Exported] = {}
    """By app and language."""

    def to_bytes(self) -> bytes:
        """The file's content."""
        return self.model_dump_json(indent=1, exclude_defaults=False).encode() + b"\n"


def read_state(data: bytes | None, name: str) -> State:
    """The state in a file's content, None where there is no file; raises `UsageError` for anything else."""
    if data is None:
        return State()
    try:
        return State.model_validate_json(data)
    except ValidationError as error:
        raise UsageError(sentence("feishu.state.foreign", file=name), hint=sentence("feishu.do.state_delete")) from error
