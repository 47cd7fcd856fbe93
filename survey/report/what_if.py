"""`survey what-if` on the terminal, and as JSON."""

import json
from typing import Any

from rich.console import Console
from rich.text import Text

from survey.model.document import Write
from survey.report.console import console_of, place_of, trimmed
from survey.report.lines import put
from survey.verdicts.conditions import gates_in
from survey.verdicts.package import key_of
from survey.view.conditions import condition_text
from survey.view.text import clean
from survey.view.what_if import Effect, PackageEffect, WhatIf
from survey.view.wording import LANGUAGES, Wording, load_wording, say

_SHOWN = 3
"""Writes told per cell before the rest is only counted."""
_LONGEST_CONDITION = 300


def what_if_json(answer: WhatIf) -> str:
    """`{"packages": [{"name", "cells": [{"channel", "role", "written": true | false | null, "writes": […]}]}]}`."""
    packages = [
        {
            "name": effect.package.name,
            "target": effect.target,
            "repo": effect.repo,
            "cells": [_cell(each) for each in effect.effects],
        }
        for effect in answer.packages
    ]
    setting = {"env": dict(answer.setting.env), "options": dict(answer.setting.options)}
    return json.dumps({"setting": setting, "surveyed_at": answer.surveyed, "packages": packages}, indent=1, ensure_ascii=False)


def _cell(effect: Effect) -> dict[str, Any]:
    writes = [_write(write, made=True) for write in effect.made] + [_write(write, made=None) for write in effect.open]
    return {
        "channel": effect.channel,
        "role": effect.role,
        "nested": effect.nested,
        "written": effect.written,
        "writes": writes,
        "stopped": effect.stopped,
    }


def _write(write: Write, *, made: bool | None) -> dict[str, Any]:
    place = write.evidence
    return {"key": key_of(write), "made": made, "path": place.path, "line": place.line, "permalink": place.permalink, "when": write.when}


def render_what_if(answer: WhatIf, width: int = 80, *, color: bool = False, language: str = LANGUAGES[0]) -> str:
    """The answer as text; escape sequences are in it only when `color` is on."""
    console, out = console_of(width, color=color)
    words = load_wording(language)
    given = tuple(f"{name}={value}" for values in (answer.setting.env, answer.setting.options) for name, value in values.items())
    title = words("whatif.title", setting=given) if given else words("whatif.nothing_set")
    put(console, Text(title, style="bold"))
    quiet = [effect for effect in answer.packages if not effect.effects]
    for effect in answer.packages:
        if effect.effects:
            console.print()
            _package(console, words, effect)
    if quiet:
        console.print()
        put(console, Text(words("whatif.quiet", packages=tuple(effect.package.name for effect in quiet)), style="dim"))
    return trimmed(out)


def _package(console: Console, words: Wording, effect: PackageEffect) -> None:
    put(console, Text(clean(effect.package.name), style="bold"))
    for written, message, style in ((True, "whatif.leaves", "yellow"), (None, "whatif.open", "cyan")):
        for each in effect.effects:
            if each.written is written:
                what = words(message, role=say(f"role.{each.role}"), channel=say(f"channel.{each.channel}"))
                put(console, Text(what, style=style), 2)
                _places(console, words, effect, each)
    stopped = [each for each in effect.effects if each.written is False]
    if stopped:
        cells = tuple(say("whatif.cell", role=say(f"role.{each.role}"), channel=say(f"channel.{each.channel}")) for each in stopped)
        put(console, Text(words("whatif.stopped", cells=cells), style="green"), 2)


def _places(console: Console, words: Wording, effect: PackageEffect, each: Effect) -> None:
    writes = each.made or each.open
    for write in writes[:_SHOWN]:
        put(console, place_of(effect.package, write), 6)
        if not each.made:
            put(console, Text(_why_open(write, effect, words), style="dim"), 8)
    if len(writes) > _SHOWN:
        put(console, Text(words("whatif.more", count=len(writes) - _SHOWN), style="dim"), 6)


def _why_open(write: Write, effect: PackageEffect, words: Wording) -> str:
    """What else decides about a write: its condition, or the switches that decide in a way that was lost."""
    if not gates_in(write.when):
        return words("whatif.lost", switches=tuple(effect.gates[id_].name for id_ in write.gates if id_ in effect.gates))
    return words("whatif.when", condition=clean(condition_text(write.when, effect.gates, words), _LONGEST_CONDITION))
