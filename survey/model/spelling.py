"""Whether the text that a switch has is what code compares it with."""

_ON = frozenset({"true", "yes", "on", "1", "t", "y"})
_OFF = frozenset({"false", "no", "off", "0", "f", "n"})


def means(text: str, value: str) -> bool:
    """Whether a switch that is `text` passes a comparison with `value`.

    Lower-case spellings of a boolean pass whatever their case, as most code folds it there; what code spells with capitals must be
    so. Of a text with commas, any of its parts may pass: such switches are lists.
    """
    if text == value or (value in _ON | _OFF and text.casefold() == value):
        return True
    return "," in text and any(means(part.strip(), value) for part in text.split(","))


def as_boolean(text: str) -> str:
    """The `true` or `false` that any spelling of a boolean stands for; other text as it is."""
    return "true" if text.casefold() in _ON else "false" if text.casefold() in _OFF else text
