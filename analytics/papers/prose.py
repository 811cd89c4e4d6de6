"""The text cells of a notebook as plain data, for the formats that cannot print HTML.

Blocks are dictionaries with a `type`: heading (`level`, `content`), paragraph (`content`), list
(`ordered`, `items`, each a list of blocks), quote (`blocks`) and rule. A content is a list of runs:
`text` with `strong`, `emphasis`, `code` and `link`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from analytics.errors import InputError

Run = dict[str, Any]
Block = dict[str, Any]

PLAIN: Run = {"strong": False, "emphasis": False, "code": False, "link": ""}


@cache
def markdown() -> MarkdownIt:
    """Give the one reader of text cells: CommonMark without HTML and images."""
    # An image would be a request to elsewhere. A table is known, so that it can be refused.
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def read_prose(text: str) -> list[Block]:
    """Read a text cell.

    Raises:
        InputError: it holds something that a paper does not print, such as a block of code.

    >>> read_prose("It **matters**.")[0]["content"][1]
    {'strong': True, 'emphasis': False, 'code': False, 'link': '', 'text': 'matters'}
    """
    return _blocks(SyntaxTreeNode(markdown().parse(text)).children)


def plain_text(content: Sequence[Run]) -> str:
    """Give the words of a content without their styles."""
    return "".join(run["text"] for run in content)


def _blocks(nodes: list[SyntaxTreeNode]) -> list[Block]:
    return [_block(node) for node in nodes]


def _block(node: SyntaxTreeNode) -> Block:
    match node.type:
        case "heading":
            return {"type": "heading", "level": int(node.tag[1]), "content": _content(node)}
        case "paragraph":
            return {"type": "paragraph", "content": _content(node)}
        case "bullet_list" | "ordered_list":
            items = [_blocks(item.children) for item in node.children]
            return {"type": "list", "ordered": node.type == "ordered_list", "items": items}
        case "blockquote":
            return {"type": "quote", "blocks": _blocks(node.children)}
        case "hr":
            return {"type": "rule"}
    begins, kind = node.content.strip()[:40], node.type.replace("_", " ")
    raise InputError(
        f"the text cell with {begins!r}: a paper does not print a {kind}. "
        "Write headings, paragraphs, lists and quotations; show a table as an exhibit, with its source."
    )


def _content(node: SyntaxTreeNode) -> list[Run]:
    return [run for inline in node.children for child in inline.children for run in _runs(child, PLAIN)]


def _runs(node: SyntaxTreeNode, style: Run) -> Iterator[Run]:
    match node.type:
        case "text":
            if node.content:
                yield {**style, "text": node.content}
        case "softbreak":
            yield {**style, "text": " "}
        case "hardbreak":
            yield {**style, "text": "\n"}
        case "code_inline":
            yield {**style, "code": True, "text": node.content}
        case "strong" | "em" | "link":
            for child in node.children:
                yield from _runs(child, {**style, **_style(node)})
        case _:
            raise InputError(f"the text cell with {node.content[:40]!r}: a paper does not print {node.type}.")


def _style(node: SyntaxTreeNode) -> Run:
    match node.type:
        case "strong":
            return {"strong": True}
        case "em":
            return {"emphasis": True}
        case _:
            return {"link": str(node.attrs.get("href", ""))}
