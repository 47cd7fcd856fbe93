"""Poetry's constraints mean the same in PEP 440."""

import pytest

from survey.languages.python.requirements import poetry_range


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        ("^1.2.3", "<2,>=1.2.3"),
        ("^1.2", "<2,>=1.2"),
        ("^1", "<2,>=1"),
        ("^0.2.3", "<0.3,>=0.2.3"),
        ("^0.0.3", "<0.0.4,>=0.0.3"),
        ("^0.0", "<0.1,>=0.0"),
        ("^0", "<1,>=0"),
        ("^1.0b2", "<2,>=1.0b2"),
        ("~1.2.3", "<1.3,>=1.2.3"),
        ("~1.2", "<1.3,>=1.2"),
        ("~1", "<2,>=1"),
        ("~=1.2", "~=1.2"),
        ("1.2.3", "==1.2.3"),
        ("1.*", "==1.*"),
        (">=1, <2", "<2,>=1"),
        ("*", ""),
        ("", ""),
        ("^1 || ^2", ""),
        ("nonsense", ""),
        ("^", ""),
    ],
)
def test_poetry_range(constraint: str, specifier: str) -> None:
    assert poetry_range(constraint) == specifier
