"""`report.html`: one self-contained page that works from a file, with no network, and is complete without its script."""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from survey.model.vocabulary import Channel, Role
from survey.report.base import OneFile, ReportInput
from survey.report.columns import COLUMNS, column_names
from survey.report.markup import environment
from survey.report.page_names import page_names
from survey.report.said import Said
from survey.view.filters import FILTERS, PRESETS
from survey.view.phrases import PARTS, recognisers
from survey.view.wording import LANGUAGES, load_wording

_SCRIPT_SAYS = (
    "title", "page.copied", "page.close", "page.as_text", "page.copy.link", "page.copy.markdown", "page.copy.json",
    "page.copy.value", "page.wrong", "page.shown", "page.shown.only", "page.theme.light", "page.theme.dark",
    "filter.default", "filter.backend", *(f"preset.{preset}" for preset in PRESETS), *(f"filter.{token}" for token in FILTERS),
    "wrong.title", "wrong.record", "wrong.source", "wrong.evidence", "wrong.says", "wrong.tool", "wrong.instead", "wrong.to",
    *(f"channel.{channel}" for channel in Channel), *(f"role.{role}" for role in Role),
)  # fmt: skip
"""Messages that the script shows."""


class HtmlReport(OneFile):
    """The page for people."""

    filename = "report.html"

    def render(self, source: ReportInput) -> bytes:
        """UTF-8 HTML with style, script and the catalogs of all languages inlined."""
        said = Said(source.words)
        templates = environment(html=True)
        body = templates.get_template("page.html.jinja").render({**page_names(source, said), "columns": COLUMNS})
        said.used.update(dict.fromkeys(_SCRIPT_SAYS))
        style, script = _inlined("report.css") + column_names(source), _inlined("report.js")
        shell: Mapping[str, Any] = {
            "w": said,
            "body": Markup(body),  # noqa: S704 - made by a template that escapes
            "style": style,
            "script": script,
            "catalogs": _json(
                {
                    "words": {language: said.forms(load_wording(language)) for language in LANGUAGES},
                    "phrases": recognisers(said.language),
                    "parts": PARTS,
                }
            ),
            "policy": f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'",
        }
        return templates.get_template("report.html.jinja").render(shell).encode()


def _inlined(name: str) -> Markup:
    return Markup((files("survey.report") / "templates" / name).read_text(encoding="utf-8"))  # noqa: S704 - the package's own file


def _hash(text: str) -> str:
    """What a content security policy calls exactly this script or style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _json(data: object) -> Markup:
    """JSON that no HTML parser can leave."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704
