"""Blocks as a tree that people can read: what `--dry-run` prints."""

from collections.abc import Iterable, Iterator

from survey.publish.blocks import Block, Kind, Run

_LEADS = {Kind.HEADING1: "# ", Kind.HEADING2: "## ", Kind.HEADING3: "### ", Kind.BULLET: "- ", Kind.TEXT: "", Kind.DIVIDER: "---"}


def outline(blocks: Iterable[Block]) -> str:
    """One line a block, a table row on one line; links follow their text in angle brackets."""
    return "\n".join(line for block in blocks for line in _lines(block, ""))


def _lines(block: Block, indent: str) -> Iterator[str]:
    if block.kind is Kind.TABLE:
        columns = len(block.widths)
        rows = [block.children[start : start + columns] for start in range(0, len(block.children), columns)]
        yield f"{indent}[table {len(rows)} x {columns}]"
        for row in rows:
            yield f"{indent}| " + " | ".join(" / ".join(_words(child.runs) for child in cell.children) for cell in row) + " |"
        return
    if block.kind is Kind.CODE:
        yield f"{indent}[code {block.language}]"
        yield from (f"{indent}    {line}" for line in block.text.split("\n"))
        return
    if block.kind is Kind.CALLOUT:
        yield f"{indent}[callout]"
    else:
        yield f"{indent}{_LEADS.get(block.kind, f'[{block.kind}] ')}{_words(block.runs)}".rstrip()
    for child in block.children:
        yield from _lines(child, f"{indent}  ")


def _words(runs: tuple[Run, ...]) -> str:
    return "".join(f"{run.text} <{run.link}>" if run.link else run.text for run in runs)
