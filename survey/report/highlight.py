"""Excerpts of surveyed code in the page: highlighted, cut, escaped, and each range of lines only once."""

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers import PythonLexer, TypeScriptLexer
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType

from survey.model.vocabulary import Language
from survey.report.said import Said
from survey.view.drawer import Drawer, RecordDrawer, told_steps
from survey.view.excerpts import Excerpts, WayId
from survey.view.explanation import CodeLine
from survey.view.text import clean_code

_LEXERS: dict[Language, type[Lexer]] = {Language.PYTHON: PythonLexer, Language.TYPESCRIPT: TypeScriptLexer}
_CLASSES = ((Keyword, "k"), (String, "s"), (Comment, "c"), (Name.Function, "f"), (Name.Class, "f"), (Name.Decorator, "f"), (Number, "n"))
_WIDEST = 160
"""Characters of a line."""
_TALLEST = 9
"""Lines of one excerpt."""

Show = Callable[[Drawer, RecordDrawer, int, int], Markup]
"""Drawer, record, number of the way, number of the step, to what shows the step's code."""


def shower(excerpts: Excerpts, said: Said) -> Show:
    """Shows each range of a file where it is met first, and points there from then on."""
    lexers = {language: lexer(stripnl=False, ensurenl=False) for language, lexer in _LEXERS.items()}
    numbers: dict[tuple[str, str, int, int], int] = {}

    def show(opened: Drawer, told: RecordDrawer, way: int, step: int) -> Markup:
        record, package, target = told.record, opened.row.package, opened.row.target_id
        lines = excerpts.get(WayId(target, package.name, package.path, record.channel, record.role, way), ())
        shown = lines[step][:_TALLEST] if step < len(lines) else ()
        if not shown:
            return Markup()
        path = told_steps(told.ways[way].write)[step].path
        place = (target, path, shown[0].number, shown[-1].number)
        if place in numbers:
            return Markup(' <a data-code href="#c{}">{}</a>').format(numbers[place], said("drawer.code_above"))
        numbers[place] = len(numbers) + 1
        return Markup("<pre id=c{}>{}</pre>").format(numbers[place], _lines(shown, lexers[package.language]))

    return show


def _lines(shown: Sequence[CodeLine], lexer: Lexer) -> Markup:
    texts = [clean_code(line.text, _WIDEST) for line in shown]
    indent = min((len(text) - len(text.lstrip()) for text in texts if text), default=0)
    rows = (
        Markup("<span{}><em>{}</em>{}</span>").format(
            Markup(" class=m") if line.marked else "", line.number, _coloured(text[indent:], lexer)
        )
        for line, text in zip(shown, texts, strict=True)
    )
    return Markup().join(rows)


def _coloured(line: str, lexer: Lexer) -> Markup:
    """One line, escaped, with a class around what has a colour; by itself, as an excerpt may begin amid a string."""
    parts = []
    for kind, text in lexer.get_tokens(line):
        name = _class_of(kind)
        parts.append(Markup("<b class={}>{}</b>").format(name, text) if name else escape(text))
    return Markup().join(parts)


def _class_of(kind: _TokenType) -> str:
    return next((name for token, name in _CLASSES if token in kind.split()), "")
