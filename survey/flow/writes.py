"""One raw write: what a sink received, before roles are decided and the package's records are made."""

from dataclasses import dataclass

from survey.flow.conditions import Cond, GateRef
from survey.flow.values import Site
from survey.model.vocabulary import Channel, Effect


@dataclass(frozen=True, slots=True)
class RawWrite:
    """A key and the hints of its value reaching a sink, relative to the entry of the frame that holds it."""

    channel: Channel
    key: str
    """Attribute key, or path inside the record's body; may hold `HOLE`s."""
    event: str | None
    """Name of the log record or span event."""
    field: str | None
    """`body` or `attributes` of a log record; None elsewhere."""
    hints: frozenset[str]
    cond: Cond
    site: Site
    """Where key and value met."""
    argument: str | None
    """The parameter of the enclosing function that brought the key as it is: the caller is where they met."""
    trace: tuple[Site, ...]
    """From the sink outward: the sink itself, then each call on the way."""
    shape: str
    """`structured` where the package itself built all of the value, else `text`."""
    rewritten: bool = False
    """Nothing but telemetry that was read back reaches the sink."""
    kind: str = ""
    """Words of the span kinds and operation that the write belongs to, as far as they decide about roles."""
    instead: frozenset[tuple[Effect, GateRef]] = frozenset()
    """What stands there instead of the content where a switch says so."""
    entry: str = ""
    """The function handed to code that is not source at hand which makes it, where one does."""
