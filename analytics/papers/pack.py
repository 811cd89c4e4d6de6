"""A pack: the papers of an area as one document, with a contents page and a summary in front."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from analytics import __version__
from analytics.charts import tabulate_position
from analytics.errors import InputError
from analytics.exhibits import Caption
from analytics.papers.contents import Contents
from analytics.papers.document import Document, Piece, footer, heading, paper_pieces, set_pieces
from analytics.papers.formats import FORMATS, render_document
from analytics.papers.record import Paper, as_json, folder_name

POSITION = "position"
# The rest of the rows, intervals and counts are in the papers: the summary is to fit a page.
IN_SUMMARY = ("area", "neighbours_pooled", "region", "england")
RECORD = "pack.json"


def compose_pack(papers: Sequence[Contents], title: str = "", formats: Sequence[str] = FORMATS) -> Paper:
    """Set the papers of an area as one document in Word and PDF, those asked for.

    Args:
        papers: the contents of each, all of one area.
        title: the pack's; one is made where it is empty.
        formats: of these, `html` is the area's index (`analytics.papers.index`) and not made here.

    Raises:
        InputError: there is no paper, or they are of several areas, or cannot be set.
    """
    areas = {paper.front["area"] for paper in papers}
    if len(areas) != 1:
        raise InputError(f"a pack is of one area; {len(areas)} were given.")
    front, year = papers[0].front, max(paper.front["year"] for paper in papers)
    head = {
        "study": "pack",
        "area": front["area"],
        "slug": front["slug"],
        "region": front["region"],
        "year": year,
        "title": title or f"Children's services in {front['area']}: {len(papers)} papers",
        "subtitle": f"From figures published to {year}",
        "details": front["details"],
    }
    documents = render_document(pack_document(papers, head), "pack", formats)
    record = {
        **head,
        "papers": [folder_name(paper.front) for paper in papers],
        "documents": list(documents),
        "data_sha256": front["data_sha256"],
        "code_version": __version__,
    }
    return Paper(
        folder=PurePosixPath(front["slug"]) / folder_name(head), files={**documents, RECORD: as_json(record)}
    )


def pack_document(papers: Sequence[Contents], head: dict[str, Any]) -> Document:
    """Give cover, contents, summary and papers in one; `head` is the pack's title, subtitle and details."""
    cover = {"type": "cover", **{key: head[key] for key in ("title", "subtitle", "details")}}
    bodies = [piece for paper in papers for piece in paper_pieces(paper, f"{paper.front['study']}-")]
    return Document(
        title=head["title"],
        footer=footer(papers[0].front["reference"], head["title"]),
        pieces=(cover, {"type": "contents"}, *_summary(papers), *bodies),
    )


def _summary(papers: Sequence[Contents]) -> tuple[Piece, ...]:
    """Put the position and every key message on one page."""
    opening = {"type": "prose", "blocks": [heading(1, "Summary"), heading(2, "Where the authority stands")]}
    messages = [
        piece
        for paper in papers
        for piece in (
            {"type": "prose", "blocks": [heading(2, paper.front["title"])]},
            {"type": "passage", "kind": "messages", "sentences": paper.key_messages},
        )
    ]
    return set_pieces([opening, _position(papers), *messages], "summary-", compact=True)


def _position(papers: Sequence[Contents]) -> Piece:
    """Lay the papers' tables of position side by side, each measure once."""
    exhibits = [exhibit for paper in papers for exhibit in paper.exhibits if exhibit["name"] == POSITION]
    tables = [
        pd.read_csv(StringIO(exhibit["table"]), dtype={"status": "str", "areas_missing": "str"})
        for exhibit in exhibits
    ]
    table = pd.concat(tables, ignore_index=True).drop_duplicates(["measure", "kind"])
    table = table[table["kind"].isin(IN_SUMMARY)].assign(lower=float("nan"), upper=float("nan"))
    caption = Caption(
        **{
            part: "; ".join(dict.fromkeys(text for one in exhibits for text in one[part].split("; ")))
            for part in ("measure", "unit", "population", "geography", "period", "source")
        }
    )
    return tabulate_position(table.fillna({"status": "", "areas_missing": ""}), caption).payload()
