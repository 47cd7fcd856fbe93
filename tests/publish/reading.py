"""The tree that the fake holds, as text: read from its blocks alone, the way a person would see the document."""

from collections.abc import Iterator
from urllib.parse import unquote

from tests.publish.docx_rules import CONTENT_KEYS, Document, Json

_LANGUAGES = {1: "plain", 7: "bash", 28: "json", 49: "python"}
_LEADS = {3: "# ", 4: "## ", 5: "### ", 12: "- "}


def tree_text(document: Document) -> str:
    """One line a block, one a table row."""
    return "\n".join(line for id_ in document.root for line in _lines(document, document.blocks[id_], ""))


def texts(document: Document) -> list[str]:
    """The text of every block that has one, in order."""
    return [_words(block, links=False) for block in document.listed()[1:] if "elements" in block[CONTENT_KEYS[block["block_type"]]]]


def _lines(document: Document, block: Json, indent: str) -> Iterator[str]:
    below = [document.blocks[id_] for id_ in block.get("children", [])]
    type_ = block["block_type"]
    if type_ == 31:
        columns = block["table"]["property"]["column_size"]
        yield f"{indent}[table {len(below) // columns} x {columns}]"
        cells = [" / ".join(_words(document.blocks[id_]) for id_ in cell["children"]) for cell in below]
        for start in range(0, len(cells), columns):
            yield f"{indent}| " + " | ".join(cells[start : start + columns]) + " |"
        return
    if type_ == 14:
        yield f"{indent}[code {_LANGUAGES[block['code']['style']['language']]}]"
        yield from (f"{indent}    {line}" for line in _words(block).split("\n"))
        return
    yield f"{indent}[callout]" if type_ == 19 else f"{indent}{_LEADS.get(type_, '')}{_words(block)}".rstrip()
    for child in below:
        yield from _lines(document, child, f"{indent}  ")


def _words(block: Json, *, links: bool = True) -> str:
    said = ""
    for element in block[CONTENT_KEYS[block["block_type"]]]["elements"]:
        run = element["text_run"]
        url = run.get("text_element_style", {}).get("link", {}).get("url")
        said += f"{run['content']} <{unquote(url)}>" if url and links else run["content"]
    return said
