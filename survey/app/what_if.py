"""The use case behind `survey what-if`: a finished survey, evaluated under a setting."""

from dataclasses import dataclass, field
from pathlib import Path

from survey.app.documents import choose_packages, find_report, read_document, targets_called
from survey.catalog.document import close_match
from survey.verdicts.what_if import Setting, unused
from survey.view.what_if import WhatIf, effects_on


@dataclass(frozen=True, slots=True)
class WhatIfRequest:
    """What is asked. The machine's own environment plays no part."""

    target: str
    setting: Setting = field(default_factory=Setting)
    packages: tuple[str, ...] = ()
    report: Path | None = None
    """The folder of a report, or its survey.json; None for the last one."""


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """The answer, the file it comes from, and names that no switch goes by, each with a close one or ''."""

    answer: WhatIf
    file: Path
    unknown: tuple[tuple[str, str], ...]


def ask_what_if(request: WhatIfRequest) -> WhatIfResult:
    """Answer `request`; raises `UsageError` where there is no such report, target or package."""
    file = find_report(request.report)
    document = read_document(file, "the report", hint="give the folder of a report to --report")
    targets = targets_called(document, request.target)
    effects = [effect for target in targets for effect in effects_on(target, request.setting)]
    kept = choose_packages(request.target, (effect.package.name for effect in effects), request.packages)
    chosen = tuple(effect for effect in effects if effect.package.name in kept)
    idle = unused((effect.package for effect in chosen), request.setting)
    unknown = tuple((name, close_match(name, known)) for name, known in idle)
    return WhatIfResult(WhatIf(request.setting, document.generated_at, chosen), file, unknown)
