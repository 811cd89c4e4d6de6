"""What every document of a paper has to say, from its contents."""

from __future__ import annotations

from analytics.papers.contents import Contents
from papers.read_back import ReadBack, Rows, words


def sentences_of(paper: Contents) -> list[str]:
    """Give front matter, sentences, titles of exhibits and notes, without spaces."""
    texts = [paper.front["title"], paper.front["subtitle"], *(text for _, text in paper.front["details"])]
    for piece in paper.pieces:
        if piece["type"] == "passage":
            one = piece["kind"] == "paragraph"
            texts += [" ".join(piece["sentences"])] if one else piece["sentences"]
        if piece["type"] == "exhibit":
            texts += [piece["title"], *piece["notes"]]
    return [words(text) for text in texts]


def rows_of(paper: Contents) -> list[Rows]:
    """Give the tables shown, each with its header, without spaces."""
    shown = [exhibit["shown"] for exhibit in paper.exhibits if exhibit["shown"]]
    return [[[words(cell) for cell in row] for row in (one["columns"], *one["rows"])] for one in shown]


def missing(paper: Contents, read: ReadBack) -> list[str]:
    """Give the sentences of a paper that a document does not have, be it over the end of a page."""
    everything = "".join(read.texts)
    return [text for text in sentences_of(paper) if text not in everything]
