"""What a hostile repository may call its files, keys and packages."""

from hypothesis import strategies as st

_FRAGMENTS = st.sampled_from(
    [
        "</script><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "' onmouseover='alert(1)",
        "<!--",
        "{{ 7 * 7 }}",
        "{% include 'x' %}",
        "[click](javascript:alert(1))",
        "![pixel](https://evil.example/p.png)",
        "<https://evil.example>",
        "https://evil.example/",
        "www.evil.example",
        "[ref]: https://evil.example",
        "`", "``", "```\n", "~~~", "|", "\\", "\\|", "*", "**", "__", "_", "~~", "$",
        "&lt;", "&#x3c;", "#", "# ", "- ", "1. ", "===", "---", "> ", "+ ",
        "\n", "\r\n", "\n\n", "\t", "    ", "\u2028",
        "\x1b[31m",
        "\x1b]8;;https://evil.example\x1b\\", "\x9b2J", "\x00", "\x08", "\x7f",
        "\u202e", "\u2066", "\u200b", "\ufeff",
        "[bold]", "[/]", "[link=https://evil.example]",
        "@everyone", ":smile:", "word", " ",
    ]
)  # fmt: skip

hostile_text = st.one_of(
    st.lists(st.one_of(_FRAGMENTS, st.text(st.characters(exclude_categories=["Cs"]), max_size=4)), min_size=1, max_size=8).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
)
"""Never empty; no lone surrogates, which no document can hold."""
