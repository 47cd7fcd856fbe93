"""What a fixture's comments expect, and whether a surveyed package says the same.

Comments sit on the line that must be primary evidence, or on lines of their own just above it:

    # survey: <channel> <role> <key, quoted where it has spaces> [gate=env:NAME | gate=option:NAME | gate=none]... [default=on] [nested]
              [off=NAME=VALUE[,NAME=VALUE]]... [leaves=NAME=VALUE[,NAME=VALUE]]... [limit=VALUE:UNIT:STRATEGY[:SWITCH] | limit=none]...
              [hook=NAME | hook=NAME@export | hook=none]...
    # survey-none: why nothing is written here (on the first line of a file: nowhere in it)
    # survey-todo: <as survey>         a known gap: passing makes the test fail, so that it gets promoted
    # survey-todo-none: why            a known false positive, likewise
    # covers: OL:A5 OI:E36 VE:2.6      which collected real patterns (openllmetry, openinference, vendors) the fixture stands for

Gates, limits and hooks are exact where one is stated: `gate=none` says that no switch decides, a
limit's VALUE is ? where it is set elsewhere. `off` says that the write is certainly not made
under that setting, `leaves` that it certainly is.
"""

import io
import re
import shlex
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from survey.model.document import Gate, Limit, Package, Record, Write
from survey.model.vocabulary import Channel, Default, Role
from survey.verdicts.conditions import evaluate, setting
from survey.verdicts.defaults import default_of_writes, gates_of, nothing_set
from survey.verdicts.package import key_of

NEAR = 1
"""Lines by which evidence may miss its comment: a call's first line is not always where its key stands."""
_COMMENT = re.compile(r"#\s*(survey|survey-none|survey-todo|survey-todo-none|covers):\s*(.*\S)\s*")
_ANY = re.compile(r"#\s*(survey[\w-]*|covers)\b")
_NEXT = re.compile(r",(?=[^,=]*=)")
_OWNER = re.compile(r"^.*[(](?=.*=[)]$)")
_PATTERN = re.compile(r"(OL|OI):[A-G]\d{1,2}|VE:[1-4]\.\d{1,2}")


@dataclass(frozen=True, slots=True)
class Expected:
    """One write that a fixture's comment promises."""

    path: str
    line: int
    channel: Channel
    role: Role
    key: str
    gates: frozenset[str] | None
    """`kind:name`; None where the comment does not say."""
    default: Default | None
    nested: bool
    todo: bool
    under: tuple[tuple[Mapping[str, str], bool], ...] = ()
    """Settings, and whether the write is made under each."""
    limits: frozenset[str] | None = None
    """`value:unit:strategy`, with the switch where there is one; None where the comment does not say."""
    hooks: frozenset[str] | None = None
    """What may change the content on its way, with `@export` where that is not before the write; None where the comment does not say."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.channel} {self.role} {self.key}"


@dataclass(frozen=True, slots=True)
class Silent:
    """A line, or a whole file where `line` is None, from which nothing may be written."""

    path: str
    line: int | None
    todo: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line or '*'} nothing"

    def holds(self, write: Write) -> bool:
        """Whether `write` has its evidence here."""
        place = write.evidence
        return place.path == self.path and (self.line is None or place.line <= self.line <= max(place.line, place.end_line))


@dataclass(frozen=True, slots=True)
class Annotations:
    """Everything the comments of one fixture say."""

    expected: tuple[Expected, ...]
    silent: tuple[Silent, ...]
    covers: tuple[str, ...]


def read_folder(folder: Path) -> Annotations:
    """The comments of every Python file below `folder`; raises ValueError for one that is not understood."""
    expected: list[Expected] = []
    silent: list[Silent] = []
    covers: list[str] = []
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        for line, word, rest in _comments(name, path.read_text("utf-8")):
            if word == "covers":
                covers += rest.split()
            elif word in ("survey", "survey-todo"):
                expected.append(_expected(name, line or 1, rest, todo=word == "survey-todo"))
            else:
                silent.append(Silent(name, line, todo=word == "survey-todo-none"))
    wrong = [code for code in covers if not _PATTERN.fullmatch(code)]
    if wrong:
        raise ValueError(f"{folder.name}: no pattern's name: {wrong}")
    return Annotations(tuple(expected), tuple(silent), tuple(covers))


def _comments(path: str, text: str) -> Iterator[tuple[int | None, str, str]]:
    """(line the comment is about, its word, the rest); the line is None for a comment that heads the file."""
    waiting: list[tuple[str, str]] = []
    seen_code = False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            found = _COMMENT.fullmatch(token.string)
            if found is None:
                if _ANY.match(token.string):
                    raise ValueError(f"{path}:{token.start[0]}: not understood: {token.string}")
                continue
            if token.line.lstrip().startswith("#"):
                if found[1] == "covers" or (found[1].endswith("none") and not seen_code):
                    yield None, found[1], found[2]
                else:
                    waiting.append((found[1], found[2]))
            else:
                yield token.start[0], found[1], found[2]
        elif token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            seen_code = True
            for word, rest in waiting:
                yield token.start[0], word, rest
            waiting.clear()
    if waiting:
        raise ValueError(f"{path}: a comment at the end is about no line")


def _expected(path: str, line: int, rest: str, *, todo: bool) -> Expected:
    channel, role, key, *more = shlex.split(rest)
    gates: frozenset[str] | None = None
    default: Default | None = None
    nested = False
    under: list[tuple[Mapping[str, str], bool]] = []
    limits: frozenset[str] | None = None
    hooks: frozenset[str] | None = None
    for word in more:
        name, _, value = word.partition("=")
        if name == "gate" and value:
            gates = (gates or frozenset()) | ({value} if value != "none" else frozenset())
        elif name == "default":
            default = Default(value)
        elif word == "nested":
            nested = True
        elif name == "limit" and value:
            limits = (limits or frozenset()) | ({value} if value != "none" else frozenset())
        elif name == "hook" and value:
            hooks = (hooks or frozenset()) | ({value} if value != "none" else frozenset())
        elif name in ("off", "leaves") and value:
            under.append((dict(each.split("=", 1) for each in _NEXT.split(value)), name == "leaves"))
        else:
            raise ValueError(f"{path}:{line}: not understood: {word}")
    return Expected(path, line, Channel(channel), Role(role), key, gates, default, nested, todo, tuple(under), limits, hooks)


# --- comparing -------------------------------------------------------------------------------------------------------


def complaints(annotations: Annotations, packages: Iterable[Package]) -> list[str]:
    """Every way in which the packages and the comments disagree; empty when they agree."""
    everything = [(package, record) for package in packages for record in package.records]
    found: list[str] = []
    for expected in annotations.expected:
        reason = _missed(expected, everything)
        if reason is None and expected.todo:
            found.append(f"{expected}: a known gap is closed; make it `survey:`")
        elif reason is not None and not expected.todo:
            found.append(f"{expected}: {reason}")
    allowed = {(expected.channel, expected.role, expected.key) for expected in annotations.expected}
    for silent in annotations.silent:
        hits = {named for named, write in _writes(everything) if silent.holds(write) and not (silent.todo and named in allowed)}
        if silent.todo and not hits:
            found.append(f"{silent}: a known false positive is gone; make it `survey-none:`, or drop it beside a `survey:`")
        elif hits and not silent.todo:
            found.append(f"{silent}: but {'; '.join(sorted(map(' '.join, hits)))}")
    excused = [silent for silent in annotations.silent if silent.todo]
    extras = {
        f"{write.evidence.path}:{write.evidence.line} {' '.join(named)}: nobody expects it"
        for named, write in _writes(everything)
        if named not in allowed and not any(silent.holds(write) for silent in excused)
    }
    return found + sorted(extras)


def _writes(everything: list[tuple[Package, Record]]) -> Iterator[tuple[tuple[Channel, Role, str], Write]]:
    for _, record in everything:
        for write in record.writes:
            yield (record.channel, record.role, key_of(write)), write


def _missed(expected: Expected, everything: list[tuple[Package, Record]]) -> str | None:
    """Why `expected` is not met; None where it is."""
    cells = [(p, r) for p, r in everything if (r.channel, r.role) == (expected.channel, expected.role)]
    if not cells:
        return "no such record"
    keyed = [(p, r, w) for p, r in cells for w in r.writes if key_of(w) == expected.key]
    if not keyed:
        return f"keys are {sorted({key for _, r in cells for key in r.keys})}"
    here = [(p, r, w) for p, r, w in keyed if w.evidence.path == expected.path and abs(w.evidence.line - expected.line) <= NEAR]
    if not here:
        return f"evidence is at {sorted({f'{w.evidence.path}:{w.evidence.line}' for _, _, w in keyed})}"
    package, record = here[0][:2]
    if record.nested != expected.nested:
        return f"nested is {record.nested}"
    writes = [write for _, _, write in here]
    if expected.gates is not None and (reason := _wrong_gates(expected.gates, package, writes)):
        return reason
    cut = {_limit(limit) for write in writes for limit in write.limits}
    if expected.limits is not None and cut != expected.limits:
        return f"limits are {sorted(cut)}"
    hooks = {f"{each.hook}@export" if each.stage == "export" else each.hook for write in writes for each in write.redaction}
    if expected.hooks is not None and hooks != expected.hooks:
        return f"hooks are {sorted(hooks)}"
    default = default_of_writes(writes, nothing_set(package.gates, package.activation))
    if expected.default is not None and default is not expected.default:
        return f"default is {default}, {[write.when for write in writes]}"
    for values, made in expected.under:
        lookup = setting(package.gates, values, unknown=frozenset(gate.id for gate in package.activation))
        if any(evaluate(write.when, lookup) is not made for write in writes):
            return f"under {values}: {[write.when for write in writes]}"
    return None


def _limit(limit: Limit) -> str:
    shown = "?" if limit.value is None else str(limit.value)
    return ":".join((shown, limit.unit, limit.strategy, *filter(None, (limit.switch,))))


def _wrong_gates(wanted: frozenset[str], package: Package, writes: list[Write]) -> str | None:
    ids = frozenset[str]().union(*(gates_of(write, package.activation) for write in writes))
    actual = [_names(gate) for gate in package.gates if gate.id in ids]
    if all(any(name in names for names in actual) for name in wanted) and all(names & wanted for names in actual):
        return None
    return f"gates are {sorted(' or '.join(sorted(names)) for names in actual)}"


def _names(gate: Gate) -> frozenset[str]:
    """What a comment may call a gate: an option by its own name, without the class or function that declares it."""
    return frozenset(f"{gate.kind}:{_OWNER.sub('', name).removesuffix('=)')}" for name in (gate.name, *gate.aliases))
