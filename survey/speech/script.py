"""A survey's view -> its one-minute script: the slots of the text, in the order in which they are said, and what may fill each.

What a minute has no room for is said shorter or left out, and what it has room to spare for is explained; `fit` decides, at least cost.
"""

import re
from collections import Counter
from collections.abc import Callable
from itertools import product
from typing import Any

from survey.model.vocabulary import Role
from survey.speech.counting import BOUNDS, length
from survey.speech.fit import Option, choose
from survey.speech.model import Script, Sentence
from survey.speech.spoken import say_name, say_number, say_project, say_switch
from survey.speech.surprises import Surprise, candidates, most_surprising
from survey.speech.tally import Guess, Tally, count, record_id
from survey.speech.wording import load_speech_wording
from survey.view.model import ReportView, Row
from survey.view.wording import Message, Wording, say

_ANSWER, _FACTS, _ADVICE = range(3)
_WORDS_OF_COUNT = ("none", "one", "two", "three")
_OFF = frozenset({"false", "0", "no", "off"})
_LOST_FACT = 50
"""What it costs to leave out a surprising fact: more than all explanations together."""
_LOST_NUMBER = 6
_LOST_QUESTION = 10
"""What the minute begins with: who does not hear it does not know what the guesses are about."""
_EXPLANATIONS = (
    ("method", _ANSWER),
    ("why", _ADVICE),
    ("report", _ADVICE),
    ("default", _ANSWER),
    ("span", _ANSWER),
    ("log", _ANSWER),
    ("open", _ADVICE),
    ("release", _ADVICE),
    ("stack", _ADVICE),
    ("doubt", _ADVICE),
    ("switch", _ANSWER),
    ("repeat", _ADVICE),
)
"""What is told where there is room, the most useful first."""
_WITHOUT_PACKAGES = (
    *(("reasons", _ADVICE), ("why", _ANSWER), ("span", _ANSWER), ("log", _ANSWER), ("default", _ANSWER), ("switch", _ANSWER)),
    *(("stack", _ADVICE), ("repeat", _ADVICE), ("aim", _ANSWER), ("proof", _ANSWER), ("open", _ADVICE)),
)
"""The same where nothing was read."""
_MARK = "\u3001\u3002\uff0c\uff1f"
_NEEDLESS_SPACE = re.compile(rf"(?<=[\u4e00-\u9fff{_MARK}]) +(?=[\u4e00-\u9fff{_MARK}])|(?<=[{_MARK}]) +|(?<=\S) +(?=[{_MARK}])")
_START = re.compile(r"(?:^|(?<=[.?] ))[a-z]")


def write_script(view: ReportView, language: str) -> Script:
    """The script of `view` in `zh` or `en`; the same view gives the same script."""
    return _Writer(view, language).script()


class _Writer:
    def __init__(self, view: ReportView, language: str) -> None:
        self._language = language
        self._words: Wording = load_speech_wording(language)
        self._tally: Tally = count(view)
        self._facts = most_surprising(view)
        self._named = Counter(say_name(row.package.name, language) for row in self._tally.rows)
        """How many packages a listener hears by the same name."""
        self._any_found = bool(view.findings) or any(True for _ in candidates(view))

    def script(self) -> Script:
        bounds = BOUNDS[self._language]
        slots = [
            self._intro(),
            *self._guesses(),
            *self._also(_ANSWER),
            *self._numbers(),
            self._told(),
            self._advice(),
            *self._also(_ADVICE),
        ]
        chosen = choose(slots, bounds.least, bounds.most)
        return Script(self._language, tuple(sentence for option in chosen for sentence in option.content))

    def _intro(self) -> tuple[Option, ...]:
        tally = self._tally
        if not tally.rows:
            return self._either("intro.nothing", "intro.nothing.short", _LOST_QUESTION, _ANSWER)
        kind = "many" if len(tally.projects) > 1 else "project" if len(tally.rows) > 1 else "package"
        project = say_project(tally.projects[0].name, self._language) or say("this.project")
        shown = {"packages": self._number(len(tally.rows)), "projects": self._number(len(tally.projects)), "project": project}
        packages = tuple(f"{row.target_id}/{row.package.name}" for row in tally.rows)
        return self._either(f"intro.{kind}", f"intro.{kind}.short", _LOST_QUESTION, _ANSWER, shown, packages=packages)

    def _guesses(self) -> list[tuple[Option, ...]]:
        if not self._tally.rows:
            return [(self._option(0, [self._sentence("figures.nothing", _ANSWER)]),)]
        if not self._tally.writers:
            return [(self._option(0, [self._sentence("figures.nobody", _ANSWER, packages=_packages(self._tally.rows))]),)]
        span, log = self._tally.guesses
        first = [self._sentence("guess.span", _ANSWER), self._figures(span)]
        leads = [(0, "guess.log"), (3, "guess.log.short")]
        briefly = 1 < log.yes < log.of or (not log.yes and log.of > 1)
        figures = [(1, self._figures(log)), *([(0, self._figures(log, brief=True))] if briefly else [])]
        second = [self._option(a + b, [self._sentence(lead, _ANSWER), told]) for (a, lead), (b, told) in product(leads, figures)]
        return [(self._option(0, first),), tuple(second)]

    def _figures(self, guess: Guess, *, brief: bool = False) -> Sentence:
        if not guess.yes:
            shape = "single_none" if guess.of == 1 else "brief.none" if brief else "none"
        elif guess.yes == 1:
            shape = "one" if guess.of > 1 else "single"
        else:
            whole = "both" if guess.of == 2 else "every"
            shape = "brief" if brief else whole if guess.yes == guess.of else "part"
        if guess.open and guess.default < guess.yes:
            shape += ".open"
        elif 1 < guess.yes == guess.default:
            shape += ".always"
        spoken = {"yes": self._number(guess.yes), "of": self._number(guess.of), "on": self._number(guess.default)}
        return self._sentence(f"figures.{shape}", _ANSWER, {**spoken, "default": guess.default}, records=guess.records)

    def _numbers(self) -> list[tuple[Option, ...]]:
        tally = self._tally
        told: list[tuple[int, Sentence]] = []
        if tally.failed:
            shown = {"projects": len(tally.failed), "count": self._number(len(tally.failed))}
            told.append((_LOST_NUMBER, self._sentence("also.failed", _ANSWER, shown, projects=tally.failed)))
        if tally.undecided and tally.rows:
            shown = {"packages": len(tally.undecided), "count": self._number(len(tally.undecided))}
            told.append((_LOST_NUMBER, self._sentence("also.undecided", _ANSWER, shown, packages=_packages(tally.undecided))))
        if tally.escaping and len(tally.rows) > 1:
            shown = {"packages": len(tally.escaping), "count": self._number(len(tally.escaping))}
            records = tuple(dict.fromkeys(each for _, some in tally.escaping for each in some))
            told.append((1, self._sentence("also.escaping", _ANSWER, shown, records=records)))
        return [(self._option(0, [sentence]), self._option(cost, [])) for cost, sentence in told]

    def _told(self) -> tuple[Option, ...]:
        if not self._facts:
            if not self._tally.writers or self._any_found:
                return (self._option(0, []),)
            records = tuple(dict.fromkeys(each for guess in self._tally.guesses for each in guess.records))
            return (self._option(0, [self._sentence("told.none", _FACTS, records=records)]), self._option(3, []))
        options = []
        for size in range(len(self._facts), 0, -1):
            opening = self._sentence(f"told.{_WORDS_OF_COUNT[size]}", _FACTS)
            for ways in product((False, True), repeat=size):
                told = zip(self._facts, ways, strict=False)
                sentences = [self._fact(fact, f"nth.{n if size > 1 else 'only'}", short=short) for n, (fact, short) in enumerate(told, 1)]
                options.append(self._option(_LOST_FACT * (len(self._facts) - size) + 2 * sum(ways), [opening, *sentences]))
        return tuple(options)

    def _fact(self, fact: Surprise, nth: str, *, short: bool) -> Sentence:
        form, value = fact.form, ""
        if form == "leak.channel":
            value = say_switch(fact.value, self._language)
            form += ".off" if fact.value.strip().lower() in _OFF else ".value" if value else ".other"
        elif fact.unmasked:
            form += ".unmasked"
        switch = say_switch(fact.switch, self._language)
        limit = int(fact.limit) if fact.limit.isdecimal() and len(fact.limit) < 6 else 128
        roles = set(fact.roles)
        both = {Role.INPUT, Role.OUTPUT} <= roles
        role = next((each for each in (Role.INPUT, Role.OUTPUT, *Role) if each in roles), Role.UNKNOWN)
        meant = {Role.INPUT, Role.OUTPUT} if both else {role}
        shown = {
            "nth": say(nth),
            "where": self._own(fact) if form == "against.home" else self._where(fact, short=short),
            "switch": say(f"switch.{'option' if fact.switch.endswith('=)') else 'variable'}", name=switch)
            if switch
            else say("switch.unnamed"),
            "value": value,
            "role": say("role.conversation" if both else f"role.{role}"),
            "channel": say(f"channel.{fact.channel}"),
            "limit": self._number(limit),
        }
        told = fact.records if fact.kind in ("dead", "limit") else tuple(each for each in fact.records if each.role in meant)
        records = tuple(dict.fromkeys(record_id(fact.row, each) for each in told))
        return self._sentence(form, _FACTS, shown, records=records, rule=fact.rule, evidence=fact.evidence)

    def _where(self, fact: Surprise, *, short: bool) -> Message:
        project = say_project(fact.group.name, self._language)
        package = say_name(fact.row.package.name, self._language)
        alone = len(fact.group.rows) == 1 or package == project
        if project and (alone or not package):
            return say("where.project", project=project)
        if package:
            short = len(self._tally.projects) == 1 or (short and self._named[package] == 1)
            return say("where.short", package=package) if short or not project else say("where.package", package=package, project=project)
        return say("where.unnamed")

    def _own(self, fact: Surprise) -> Message:
        package = say_name(fact.row.package.name, self._language)
        return say("where.own", package=package) if package else say("where.own_unnamed")

    def _advice(self) -> tuple[Option, ...]:
        tally = self._tally
        if not tally.rows:
            kind = "again"
        elif not tally.writers:
            kind = "none"
        elif tally.escaping or any(fact.kind in ("leak", "dead") for fact in self._facts):
            kind = "leak"
        else:
            kind = "default" if any(guess.default for guess in tally.guesses) else "off"
        return self._either(f"advice.{kind}", f"advice.{kind}.short", 2, _ADVICE)

    def _also(self, paragraph: int) -> list[tuple[Option, ...]]:
        wanted = [
            (4 + rank, f"also.{name}")
            for rank, (name, place) in enumerate(_EXPLANATIONS if self._tally.rows else _WITHOUT_PACKAGES)
            if place == paragraph
        ]
        return [(self._option(0, []), self._option(cost, [self._sentence(id_, paragraph)])) for cost, id_ in wanted]

    def _either(
        self, long: str, short: str, cost: int, paragraph: int, params: dict[str, Any] | None = None, **shown: Any
    ) -> tuple[Option, ...]:
        return tuple(self._option(each, [self._sentence(id_, paragraph, params, **shown)]) for each, id_ in ((0, long), (cost, short)))

    def _option(self, cost: int, sentences: list[Sentence]) -> Option:
        totals = [length(sentence.text, self._language) for sentence in sentences]
        return Option((sum(low for low, _ in totals), sum(high for _, high in totals)), cost, tuple(sentences))

    def _sentence(self, id_: str, paragraph: int, params: dict[str, Any] | None = None, **shown: Any) -> Sentence:
        text = self._words(id_, **(params or {}))
        polish: Callable[[str], str] = _chinese if self._language == "zh" else _english
        return Sentence(id_, polish(text), paragraph, **shown)

    def _number(self, number: int) -> str:
        return say_number(number, self._language)


def _packages(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(f"{row.target_id}/{row.package.name}" for row in rows)


def _english(text: str) -> str:
    """Every sentence begins with a capital, whatever fills it."""
    return _START.sub(lambda match: match[0].upper(), text)


def _chinese(text: str) -> str:
    """Spaces only where a Latin word stands beside a Han character."""
    return _NEEDLESS_SPACE.sub("", text)
