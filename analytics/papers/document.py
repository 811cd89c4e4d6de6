"""What Word and PDF print: the same pieces as the page, in one order, ready to be set."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analytics import __version__
from analytics.exhibits.fragments import numeric_columns
from analytics.papers.columns import TABLE_SIZES, fit_columns
from analytics.papers.contents import Contents
from analytics.papers.prose import PLAIN, Run, read_prose

Piece = dict[str, Any]

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
# The foot of a page is one line.
MOST_IN_FOOTER = 100


@dataclass(frozen=True)
class Document:
    """A document to be set: its name, what stands at the foot of each page, and its pieces.

    A piece is a dictionary with a `type`:

    - `cover`: `title`, `subtitle`, `details` (label and text pairs); the name of a pack, no heading.
    - `contents`: the list of headings of levels 1 and 2, on a page of its own.
    - `front`: `title` (the one heading of level 1 of a paper), `subtitle`, `details`; starts a page.
    - `prose`: `blocks`, see `analytics.papers.prose`; its headings are of levels 1 to 6.
    - `passage`: `kind` (paragraph, messages or notes) and `sentences`.
    - `exhibit`: what `analytics.exhibits.Exhibit.payload` gives, its `title` a heading of level 3, with
      `numeric`, which says of each column shown whether it is of numbers, `columns`, how they are set
      (`analytics.papers.columns.Columns`, as a dictionary), and `anchor`, a name that is its own in the
      whole document.

    A piece with `compact` set is part of a summary, printed small to fit a page.
    """

    title: str
    footer: str
    pieces: tuple[Piece, ...]

    @property
    def charts(self) -> dict[str, str]:
        """Give the charts as SVG, by the anchors of their exhibits."""
        exhibits = [piece for piece in self.pieces if piece["type"] == "exhibit"]
        return {piece["anchor"]: piece["svg"] for piece in exhibits if piece["svg"]}


@dataclass(frozen=True)
class Closing:
    """The last words of a paper, about itself: a heading and paragraphs of runs."""

    heading: str
    paragraphs: tuple[tuple[Run, ...], ...]


def paper_document(contents: Contents) -> Document:
    """Give a paper as a document.

    Raises:
        InputError: a text cell holds what a paper does not print.
    """
    front = contents.front
    return Document(
        title=f"{front['title']} – {front['area']}, {front['year']}",
        footer=footer(front["reference"], f"{front['area']}: {front['title']}"),
        pieces=paper_pieces(contents),
    )


def paper_pieces(contents: Contents, prefix: str = "") -> tuple[Piece, ...]:
    """Give a paper's pieces from its front to its last words; see `set_pieces`."""
    last = closing(contents.front)
    blocks: list[Piece] = [heading(2, last.heading)]
    blocks += [{"type": "paragraph", "content": list(runs)} for runs in last.paragraphs]
    return (*set_pieces((contents.front, *contents.pieces), prefix), {"type": "prose", "blocks": blocks})


def heading(level: int, text: str) -> Piece:
    """Give a heading as a block of prose; its text is not read as markdown."""
    return {"type": "heading", "level": level, "content": [_run(text)]}


def footer(*parts: str) -> str:
    """Join what is given and shorten it to one line.

    >>> footer("Agenda item 7", "Bury: Are repeat referrals in line?")
    'Agenda item 7 · Bury: Are repeat referrals in line?'
    """
    text = " · ".join(part for part in parts if part)
    return text if len(text) <= MOST_IN_FOOTER else text[: MOST_IN_FOOTER - 1].rstrip() + "…"


def closing(front: Piece) -> Closing:
    """Say how a paper was made and how to make it again, and under which licence its figures are."""
    options = "".join(f" -p {name}={shlex.quote(text)}" for name, text in front["options"])
    area = shlex.quote(front["area"])
    command = f"analytics paper --study {front['study']} --area {area} --year {front['year']}{options}"
    data = f"; data {front['data_sha256'][:12]}" if front["data_sha256"] else ""
    return Closing(
        heading="How this paper was made",
        paragraphs=(
            (
                _run("It was computed from published figures. The tables behind it are in the folder "),
                _run("tables", code=True),
                _run(" that comes with it, and "),
                _run("paper.json", link="paper.json"),
                _run(" records its settings. An analyst makes it again with "),
                _run(command, code=True),
                _run("."),
            ),
            (
                _run("Contains public sector information licensed under the "),
                _run("Open Government Licence v3.0", link=LICENCE),
                _run("."),
            ),
            (_run(f"Version {__version__} of the code{data}."),),
        ),
    )


def _run(text: str, **style: Any) -> Run:
    return {**PLAIN, **style, "text": text}


def set_pieces(pieces: Sequence[Piece], prefix: str = "", compact: bool = False) -> tuple[Piece, ...]:
    """Make blocks as a notebook keeps them ready to be set; `prefix` keeps two papers' names apart.

    Raises:
        InputError: a text cell holds what a paper does not print.
    """
    sizes = TABLE_SIZES[1:] if compact else TABLE_SIZES
    ready = (_set(piece, prefix, sizes) for piece in pieces)
    return tuple({**piece, "compact": True} if compact else piece for piece in ready)


def _set(piece: Piece, prefix: str, sizes: Sequence[float]) -> Piece:
    match piece["type"]:
        case "prose" if "text" in piece:
            return {"type": "prose", "blocks": read_prose(piece["text"])}
        case "exhibit":
            shown = piece["shown"] or {"columns": [], "rows": []}
            fitted = fit_columns([shown["columns"], *shown["rows"]], sizes) if piece["shown"] else None
            return {
                **piece,
                "numeric": numeric_columns(shown["rows"]),
                "columns": asdict(fitted) if fitted else {},
                "anchor": f"{prefix}{piece['name']}",
            }
        case _:
            return piece
