"""What no paper may print, whatever its format: checked before anything is rendered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from analytics.errors import InputError
from analytics.exhibits import check_parts
from analytics.papers.prose import plain_text, read_prose

Piece = dict[str, Any]

PLAIN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# What a missing number looks like when it was printed by mistake; "None of them" is English.
NO_NUMBER = re.compile(r"\b(?:nan|NaN|NaT|inf|None(?! of\b))\b|<NA>")


def check_names(front: Piece, pieces: Sequence[Piece], notebook: str) -> None:
    """Refuse what cannot name a folder or a file: paths are made of these and of nothing else.

    Raises:
        InputError: a name stands twice or holds other signs than letters, digits, - and _.
    """
    exhibits = Counter(piece["name"] for piece in pieces if piece["type"] == "exhibit")
    for exhibit, times in exhibits.items():
        if times > 1:
            raise InputError(
                f"{notebook}: {times} exhibits are named {exhibit!r}; each needs a name of its own."
            )
    for text in (front["slug"], front["study"], *exhibits):
        if not PLAIN.fullmatch(text):
            raise InputError(f"{notebook}: {text!r} cannot name a file. Use small letters, digits, - and _.")
    year = front["year"]
    if not isinstance(year, int):
        raise InputError(f"{notebook}: the year of the front matter is {year!r}; a whole number is expected.")


def check_pieces(front: Piece, pieces: Sequence[Piece]) -> None:
    """Refuse missing parts and numbers, and headings out of order.

    Raises:
        InputError: the message names the study and the exhibit, passage or heading.
    """
    study = front["study"]
    for piece in (front, *pieces):
        where = f"{study}, {_name(piece)}"
        if piece["type"] == "exhibit":
            _check_exhibit(study, piece)
        for text in _texts(piece):
            found = NO_NUMBER.search(text)
            if found:
                raise InputError(
                    f"{where}: it would say {found.group()!r}. Say why there is no figure instead."
                )
    _check_order(study, [heading for piece in pieces for heading in _headings(piece)])


def _check_exhibit(study: str, piece: Piece) -> None:
    try:
        check_parts(piece)
    except ValueError as error:
        raise InputError(f"{study}, {error}.") from error


def _name(piece: Piece) -> str:
    match piece["type"]:
        case "front":
            return "the front matter"
        case "exhibit":
            return f"exhibit {piece['name']!r}"
        case "passage":
            return f"the passage that begins {piece['sentences'][0][:40]!r}"
        case _:
            return f"the prose that begins {piece['text'][:40]!r}"


def _texts(piece: Piece) -> Iterator[str]:
    """Give the words of a piece that a reader sees or hears."""
    match piece["type"]:
        case "front":
            yield from (piece["title"], piece["subtitle"])
            yield from (text for pair in piece["details"] for text in pair)
        case "exhibit":
            yield from (
                piece[part] for part in ("title", "alt", "measure", "unit", "population", "geography")
            )
            yield from (piece["period"], piece["source"], Markup(piece["svg"]).striptags(), *piece["notes"])
            shown = piece["shown"] or {"columns": [], "rows": []}
            yield from (cell for row in (shown["columns"], *shown["rows"]) for cell in row)
        case "passage":
            yield from piece["sentences"]
        case _:
            yield piece["text"]


def _headings(piece: Piece) -> Iterator[tuple[int, str]]:
    if piece["type"] == "exhibit":
        yield 3, piece["title"]
    if piece["type"] == "prose":
        for block in read_prose(piece["text"]):
            if block["type"] == "heading":
                yield block["level"], plain_text(block["content"])


def _check_order(study: str, headings: Sequence[tuple[int, str]]) -> None:
    """Hold a paper to one heading of level 1, its title, and to headings that skip no level."""
    for (above, _), (level, text) in pairwise([(1, "the title"), *headings]):
        if not 1 < level <= above + 1:
            raise InputError(
                f"{study}, heading {text!r}: level {level} cannot follow "
                f"level {above}. Sections begin with ##, and exhibits stand in sections."
            )
