"""Whole numbers as they are said."""

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_LARGE = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
_DIGITS = "零一二三四五六七八九"
_PLACES = ((10**8, "亿"), (10**4, "万"), (10**3, "千"), (10**2, "百"), (10, "十"))


def english(number: int) -> str:
    """`number` (0 or more) in words without hyphens: `sixty six`, `one hundred twenty eight`."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return f"{_TENS[tens]} {_SMALL[ones]}" if ones else _TENS[tens]
    for size, name in (*_LARGE, (100, "hundred")):
        if number >= size:
            count, rest = divmod(number, size)
            return f"{english(count)} {name} {english(rest)}" if rest else f"{english(count)} {name}"
    raise AssertionError(number)


def chinese(number: int) -> str:
    """`number` (0 or more) as it is said before a measure word: 两 for 2, 六十六, 两百零三."""
    return "两" if number == 2 else _count(number).removeprefix("一") if 10 <= number < 20 else _count(number)


def _count(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    for size, name in _PLACES:
        if number >= size:
            count, rest = divmod(number, size)
            head = ("两" if count == 2 and size > 10 else _count(count)) + name
            gap = "零" if rest and rest < size // 10 else ""
            return head + gap + (_count(rest) if rest else "")
    raise AssertionError(number)
