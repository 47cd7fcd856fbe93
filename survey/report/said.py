"""Words in the page: every element that the catalog made says which message it is, so that the script can say it in another language.

A message's parameters stand inside its element as children of their own, so that nothing is written twice and any may be a link.
Elements name their message by a number, since there are thousands of them.
"""

from collections.abc import Mapping

from markupsafe import Markup, escape

from survey.view.filters import links_of
from survey.view.phrases import FAMILIES, recognisers, told
from survey.view.text import clean
from survey.view.wording import LISTED, Code, Message, Wording


class Said:
    """The words of one page in one language; `used` is every message that is asked for by its id."""

    def __init__(self, words: Wording) -> None:
        self._words = words
        self._known: dict[str, Markup] = {}
        self._numbers: dict[str, str] = {}
        """Of the messages that elements say, by id."""
        self.used: dict[str, None] = {LISTED.id: None}
        self.language = words.language

    def __call__(self, message: Message | str, tag: str = "i", **params: object) -> Markup:
        """An element that says `message`; parameters are numbers, text, messages, tuples of them, or markup."""
        if isinstance(message, Message):
            return self._told(message, tag)
        if params:
            return self._told(Message(message, params), tag)
        known = f"{tag}:{message}"
        if known not in self._known:
            self._known[known] = self._told(Message(message), tag)
        return self._known[known]

    def text(self, id_: str) -> str:
        """A message without parameters as bare text, for places that hold no element."""
        self.used[id_] = None
        return self._words(id_)

    def label(self, id_: str) -> Markup:
        """The attributes that name an element to those who do not see it."""
        return Markup('aria-label="{}" data-l={}').format(self.text(id_), id_)

    def hint(self, id_: str) -> Markup:
        """The attributes of a field that tell what may be put into it."""
        return Markup('placeholder="{}" aria-label="{}" data-l={} data-h').format(self.text(id_), self.text(id_), id_)

    def shown(self, value: object) -> Markup:
        """A parameter by itself: a message, markup, a piece of code, or text."""
        if isinstance(value, Message):
            return self._told(value, "i")
        if isinstance(value, Markup):
            return value
        text = escape(clean(str(value)))
        return Markup("<code>{}</code>").format(text) if isinstance(value, Code) else text

    def told(self, text: str, family: str) -> str:
        """What the document says in a phrase of `family`, in the page's language."""
        return told(text, family, self._words)

    def reason(self, text: str) -> Markup:
        """The same of a reason, as an element that the script knows for one."""
        return Markup("<i data-t=reason>{}</i>").format(self.told(text, "reason"))

    def has(self, id_: str) -> bool:
        """Whether the catalog has a message of that id."""
        return self._words.has(id_)

    def forms(self, words: Wording) -> Mapping[str, str | Mapping[str, str]]:
        """Every message that was said, by its number, and what is asked for by id, phrases with it, in another catalog."""
        phrases = [id_ for family in FAMILIES for id_, _ in recognisers(self.language)[family]]
        named = {id_: words.messages[id_] for id_ in sorted({*self.used, *phrases})}
        return {**named, **{number: words.messages[id_] for id_, number in self._numbers.items()}}

    def _told(self, message: Message, tag: str, slot: str = "") -> Markup:
        number = self._numbers.setdefault(message.id, f"{len(self._numbers):x}")
        form, count, by = self._words.messages[message.id], "", ""
        if not isinstance(form, str):
            by = form["by"]
            counted = message.params[by]
            form, count = form.get({0: "zero", 1: "one"}.get(counted, "other"), form["other"]), f" data-n={counted:d}"
        links = links_of(message)
        slots = {name: self._slot(name, value, links.get(name)) for name, value in message.params.items()}
        if by and by not in links:
            slots[by] = escape(message.params[by])  # which the element has in data-n
        inner = escape(form).format_map(slots) if slots else escape(form)
        return Markup(f"<{tag}{slot} data-m={number}{count}>{inner}</{tag}>")  # noqa: S704 - numbers are its own, `inner` is escaped

    def _slot(self, name: str, value: object, token: str | None) -> Markup:
        if isinstance(value, tuple) and len(value) == 1:
            return self._slot(name, value[0], token)
        if isinstance(value, Code):
            return Markup("<code data-s={}>{}</code>").format(name, clean(value))
        if isinstance(value, Message) and token is None:
            return self._told(value, "i", f" data-s={name}")  # one element for both: there are thousands
        inner = self._listed(value) if isinstance(value, tuple) else self.shown(value)
        if token is not None:
            return Markup('<a data-s={} href="#show={}">{}</a>').format(name, token, inner)
        return Markup("<i data-s={}>{}</i>").format(name, inner)

    def _listed(self, values: tuple[object, ...]) -> Markup:
        return Markup("<i class=sep>{}</i>").format(self._words(LISTED)).join(map(self.shown, values))
