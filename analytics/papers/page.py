"""A paper as one HTML page: no code, no script, no request to anywhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count, pairwise
from typing import Any

from jinja2 import ChoiceLoader, PackageLoader, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from analytics import __version__
from analytics.errors import InputError
from analytics.exhibits.fragments import environment_of, markup
from analytics.papers.contents import Contents

MOST_BYTES = 400_000
# What a missing number looks like when it was printed by mistake; "None of them" is English.
NO_NUMBER = re.compile(r"\b(?:nan|NaN|NaT|inf|None(?! of\b))\b|<NA>")


@dataclass(frozen=True)
class Heading:
    """A heading of the page; `anchor` is its address in it."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Part:
    """A piece of a paper as HTML, and the headings in it."""

    html: str
    headings: tuple[Heading, ...] = ()


def render_page(contents: Contents) -> str:
    """Render a paper.

    Raises:
        InputError: a missing number would be printed, headings are out of order, or the page is
            larger than may be circulated.
    """
    front = contents.front
    study = front["study"]
    numbers = count(1)
    pieces = (front, *contents.pieces)
    parts = [_part(piece, numbers) for piece in pieces]
    for piece, part in zip(pieces, parts, strict=True):
        _check_text(f"{study}, {_name(piece)}", part.html)
    headings = [heading for part in parts for heading in part.headings]
    _check_order(study, headings)
    page = _template().render(
        front=front,
        head=parts[0].html,
        body=[part.html for part in parts[1:]],
        sections=[heading for heading in headings if heading.level == 2],
        command=_command(front),
        version=__version__,
    )
    size = len(page.encode())
    if size > MOST_BYTES:
        raise InputError(f"{study}: the page would be {size:,} bytes; the most is {MOST_BYTES:,}.")
    return page


def _command(front: dict[str, Any]) -> str:
    """Give the command that makes the paper again."""
    options = "".join(f" -p {name}={shlex.quote(text)}" for name, text in front["options"])
    area = shlex.quote(front["area"])
    return f"analytics paper --study {front['study']} --area {area} --year {front['year']}{options}"


@cache
def _template() -> Template:
    folders = [PackageLoader(name) for name in ("analytics.papers", "analytics.exhibits")]
    return environment_of(ChoiceLoader(folders)).get_template("paper.html.j2")


@cache
def _markdown() -> MarkdownIt:
    # An image would be a request to elsewhere.
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _part(piece: dict[str, Any], numbers: Iterator[int]) -> Part:
    match piece["type"]:
        case "prose":
            return _prose(piece["text"], numbers)
        case "exhibit":
            return Part(markup(piece), (Heading(3, piece["title"], piece["name"]),))
        case _:
            return Part(markup(piece))


def _prose(text: str, numbers: Iterator[int]) -> Part:
    tokens = _markdown().parse(text)
    headings = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            words = Markup(_markdown().renderInline(inline.content)).striptags()
            headings.append(Heading(int(token.tag[1]), words, f"section-{next(numbers)}"))
            token.attrSet("id", headings[-1].anchor)
    return Part(_markdown().renderer.render(tokens, _markdown().options, {}), tuple(headings))


def _name(piece: dict[str, Any]) -> str:
    match piece["type"]:
        case "front":
            return "the front matter"
        case "exhibit":
            return f"exhibit {piece['name']!r}"
        case "passage":
            return f"the passage that begins {piece['sentences'][0][:40]!r}"
        case _:
            return f"the prose that begins {piece['text'][:40]!r}"


def _check_text(where: str, html: str) -> None:
    found = NO_NUMBER.search(Markup(html).striptags())
    if found:
        raise InputError(f"{where}: it would say {found.group()!r}. Say why there is no figure instead.")


def _check_order(study: str, headings: list[Heading]) -> None:
    """Hold the page to one h1, its title, and to headings that skip no level."""
    title = Heading(1, "the title", "")
    for above, heading in pairwise([title, *headings]):
        if not 1 < heading.level <= above.level + 1:
            raise InputError(
                f"{study}, heading {heading.text!r}: level {heading.level} cannot follow "
                f"level {above.level}. Sections begin with ##, and exhibits stand in sections."
            )
