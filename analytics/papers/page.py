"""A paper as one HTML page: no code, no script, no request to anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

from markupsafe import Markup

from analytics.errors import InputError
from analytics.exhibits.fragments import BLOCKS, fill_template, markup
from analytics.papers.contents import Contents
from analytics.papers.document import closing
from analytics.papers.prose import markdown

MOST_BYTES = 400_000
TEMPLATES = ("analytics.papers", BLOCKS)


@dataclass(frozen=True)
class Section:
    """A section of the page; `anchor` is its address in it."""

    text: str
    anchor: str


@dataclass(frozen=True)
class Part:
    """A piece of a paper as HTML, and the sections that begin in it."""

    html: str
    sections: tuple[Section, ...] = ()


def render_page(contents: Contents) -> str:
    """Render a paper.

    Raises:
        InputError: the page is larger than may be circulated, or a template is missing.
    """
    numbers = count(1)
    parts = [_part(piece, numbers) for piece in contents.pieces]
    page = fill_template(
        "paper.html.j2",
        TEMPLATES,
        front=contents.front,
        head=markup(contents.front),
        body=[part.html for part in parts],
        sections=[section for part in parts for section in part.sections],
        closing=closing(contents.front),
    )
    size = len(page.encode())
    if size > MOST_BYTES:
        study = contents.front["study"]
        raise InputError(f"{study}: the page would be {size:,} bytes; the most is {MOST_BYTES:,}.")
    return page


def _part(piece: dict[str, Any], numbers: Iterator[int]) -> Part:
    return _prose(piece["text"], numbers) if piece["type"] == "prose" else Part(markup(piece))


def _prose(text: str, numbers: Iterator[int]) -> Part:
    tokens = markdown().parse(text)
    sections = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            anchor = f"section-{next(numbers)}"
            token.attrSet("id", anchor)
            if token.tag == "h2":
                words = Markup(markdown().renderInline(inline.content)).striptags()
                sections.append(Section(words, anchor))
    return Part(markdown().renderer.render(tokens, markdown().options, {}), tuple(sections))
