"""What every document of a paper has to say, from its contents."""

from __future__ import annotations

from analytics.papers.contents import Contents
from analytics.papers.prose import Block, plain_text, read_prose
from papers.read_back import ReadBack, Rows, words

CAPTION = ("measure", "population", "geography", "period", "source")


def sentences_of(paper: Contents) -> list[str]:
    """Give front matter, text cells, sentences, titles, captions and notes, without spaces."""
    texts = [paper.front["title"], paper.front["subtitle"], *(text for _, text in paper.front["details"])]
    for piece in paper.pieces:
        match piece["type"]:
            case "prose":
                texts += [text for block in read_prose(piece["text"]) for text in _texts(block)]
            case "passage":
                one = piece["kind"] == "paragraph"
                texts += [" ".join(piece["sentences"])] if one else piece["sentences"]
            case "exhibit":
                texts += [piece["title"], *(piece[part] for part in CAPTION), *piece["notes"]]
    return [words(text) for text in texts]


def _texts(block: Block) -> list[str]:
    if "content" in block:
        return [plain_text(block["content"])]
    within = [*block.get("blocks", []), *(one for item in block.get("items", []) for one in item)]
    return [text for one in within for text in _texts(one)]


def rows_of(paper: Contents) -> list[Rows]:
    """Give the tables shown, each with its header, without spaces."""
    shown = [exhibit["shown"] for exhibit in paper.exhibits if exhibit["shown"]]
    return [[[words(cell) for cell in row] for row in (one["columns"], *one["rows"])] for one in shown]


def missing(paper: Contents, read: ReadBack) -> list[str]:
    """Give the sentences of a paper that a document does not have, be it over the end of a page."""
    everything = "".join(read.texts)
    return [text for text in sentences_of(paper) if text not in everything]
