"""The rules of findings, by what they are about. A rule is one function; its docstring says what it means, to readers too."""
