"""The pieces of a document as paragraphs, tables and pictures of Word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urlsplit

from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.parts.document import DocumentPart

from analytics.errors import InputError
from analytics.papers import word_parts as parts
from analytics.papers.columns import Columns
from analytics.papers.document import Piece
from analytics.papers.prose import Block, Run, plain_text
from analytics.papers.word_parts import Xml
from analytics.papers.word_styles import BULLETS, LEVELS, NOTES

# The levels of headings that the contents list.
LISTED = 2
EXHIBIT_LEVEL = 3


@dataclass(frozen=True)
class Heading:
    """A heading that the contents list."""

    level: int
    text: str
    bookmark: str
    small: bool


@dataclass
class Book:
    """A document being written: its package, and what is counted from its first page to its last."""

    part: DocumentPart
    pictures: Mapping[str, bytes]
    headings: list[Heading] = field(default_factory=list)
    charts: int = 0
    ordered: int = 0
    # Whether there is something before the piece being set, and what its styles' names end in.
    begun: bool = False
    small: str = ""

    def relation(self, address: str) -> str:
        """Give the relation to an address."""
        return self.part.relate_to(parts.allowed(address), RELATION.HYPERLINK, is_external=True)


def set_piece(piece: Piece, book: Book) -> Xml:
    """Set a piece; `contents` are set when all headings are known, by `analytics.papers.word`.

    Raises:
        InputError: the picture of a chart is missing or no PNG.
    """
    book.small = "Small" if piece.get("compact") else ""
    written = _piece(piece, book)
    book.begun = True
    return written


def _piece(piece: Piece, book: Book) -> Xml:
    match piece["type"]:
        case "cover":
            return parts.text_paragraph("Title", piece["title"]) + _head(piece)
        case "front":
            return _heading(1, parts.run(piece["title"]), piece["title"], book) + _head(piece)
        case "prose":
            return _blocks(piece["blocks"], book)
        case "passage":
            return _passage(piece, book)
        case "exhibit":
            return _exhibit(piece, book)
    return ""


def _head(piece: Piece) -> Xml:
    """Set what stands under the title of a cover or a paper."""
    # Pairs and no table: a table without a header row is read aloud as a riddle.
    details = "".join(
        parts.paragraph("Details", parts.run(f"{label}:", "Strong") + parts.run(f"\t{text}"))
        for label, text in piece["details"]
    )
    return parts.text_paragraph("Subtitle", piece["subtitle"]) + details


def _heading(level: int, content: Xml, text: str, book: Book) -> Xml:
    style = f"Heading{level}" + (book.small if level > 1 else "")
    new_page = level == 1 and book.begun
    if level <= LISTED:
        number = len(book.headings) + 1
        name = f"_Toc{number:08d}"
        book.headings.append(Heading(level, text, name, bool(book.small)))
        content = parts.bookmark(number, name, content)
    from_right = parts.begins_from_right(text)
    return parts.paragraph(style, content, new_page=new_page, from_right=from_right)


def _passage(piece: Piece, book: Book) -> Xml:
    if piece["kind"] == "paragraph":
        return parts.text_paragraph("Normal", " ".join(piece["sentences"]))
    style = f"KeyMessage{book.small}" if piece["kind"] == "messages" else "Notes"
    return "".join(parts.text_paragraph(style, sentence) for sentence in piece["sentences"])


def _exhibit(piece: Piece, book: Book) -> Xml:
    title = _heading(EXHIBIT_LEVEL, parts.run(piece["title"]), piece["title"], book)
    chart = _chart(piece, book) if piece["svg"] else ""
    shown = _shown(piece, book) if piece["shown"] else ""
    labelled = {
        "Measure": f"{piece['measure']} ({piece['unit']})",
        "Who is counted": piece["population"],
        "Where": piece["geography"],
        "Period": piece["period"],
        "Source": piece["source"],
    }
    source = parts.run(" ").join(
        parts.run(f"{label}:", "Strong") + parts.run(f" {text}.") for label, text in labelled.items()
    )
    notes = piece["notes"]
    written = title + chart + shown + parts.paragraph(f"Source{book.small}", source, keep_next=bool(notes))
    return written + "".join(
        parts.text_paragraph("SourceNotes", note, keep_next=place < len(notes))
        for place, note in enumerate(notes, start=1)
    )


def _chart(piece: Piece, book: Book) -> Xml:
    png = book.pictures.get(piece["anchor"], b"")
    try:
        size = parts.picture_size(png)
    except ValueError as error:
        found = "a picture that is no PNG" if png else "no picture"
        where = f"exhibit {piece['anchor']!r}"
        raise InputError(f"{where}: {found} was given for its chart. Draw it as PNG first.") from error
    relation, _ = book.part.get_or_add_image(BytesIO(png))
    book.charts += 1
    drawing = parts.picture(book.charts, relation, size, title=piece["title"], alt=piece["alt"])
    # With a table it would often be too long for the rest of a page.
    return parts.paragraph("Figure", drawing, keep_next=not piece["shown"])


def _shown(piece: Piece, book: Book) -> Xml:
    columns = piece["shown"]["columns"]
    texts = [columns, *piece["shown"]["rows"]]
    caption = f"{piece['measure']} ({piece['unit']}): {piece['period']}"
    return parts.text_paragraph(f"Caption{book.small}", caption) + parts.table(
        texts,
        [[parts.run(text) for text in row] for row in texts],
        piece["numeric"],
        Columns(**piece["columns"]),
        caption=caption,
        description=f"{piece['title']}. Columns: {'; '.join(columns)}.",
    )


def _blocks(blocks: Sequence[Block], book: Book, style: str = "Normal") -> Xml:
    return "".join(_block(block, book, style) for block in blocks)


def _block(block: Block, book: Book, style: str) -> Xml:
    match block["type"]:
        case "heading":
            content = block["content"]
            return _heading(block["level"], _runs(content, book), plain_text(content), book)
        case "paragraph":
            return _paragraph(block["content"], book, style)
        case "list":
            return _list(block, book, 0)
        case "quote":
            return _blocks(block["blocks"], book, "Quote")
    return parts.paragraph("Rule", "")


def _paragraph(content: Sequence[Run], book: Book, style: str, *, indent: int = 0) -> Xml:
    from_right = parts.begins_from_right(plain_text(content))
    return parts.paragraph(style, _runs(content, book), indent=indent, from_right=from_right)


def _list(block: Block, book: Book, level: int) -> Xml:
    if block["ordered"]:
        book.ordered += 1
    style, number = ("ListNumber", NOTES + book.ordered) if block["ordered"] else ("ListBullet", BULLETS)
    return "".join(_item(item, book, style, (min(level, LEVELS - 1), number)) for item in block["items"])


def _item(blocks: Sequence[Block], book: Book, style: str, numbering: tuple[int, int]) -> Xml:
    """Set an item: its first paragraph has the sign, what else it holds stands below."""
    level, written = numbering[0], ""
    for block in blocks:
        if block["type"] == "list":
            written += _list(block, book, level + 1)
        elif block["type"] != "paragraph":
            written += _block(block, book, "ListContinue")
        elif not written:
            written = parts.paragraph(style, _runs(block["content"], book), numbering=numbering)
        else:
            indent = parts.STEP * (level + 1)
            written += _paragraph(block["content"], book, "ListContinue", indent=indent)
    return written


def _runs(content: Sequence[Run], book: Book) -> Xml:
    return "".join(_run(run, book) for run in content)


def _run(run: Run, book: Book) -> Xml:
    linked = _is_address(run["link"])
    style = "Hyperlink" if linked else "Code" if run["code"] else ""
    # A run has one style: what a second one would say is said beside it.
    strong, emphasis = run["strong"], run["emphasis"]
    if strong and not style:
        style, strong = "Strong", False
    elif emphasis and not style:
        style, emphasis = "Emphasis", False
    properties = ("<w:b/><w:bCs/>" if strong else "") + ("<w:i/><w:iCs/>" if emphasis else "")
    words = parts.run(run["text"], style, properties)
    if not linked:
        return words
    return f'<w:hyperlink r:id="{book.relation(run["link"])}" w:history="1">{words}</w:hyperlink>'


def _is_address(link: str) -> bool:
    try:
        return urlsplit(link).scheme in ("http", "https") and bool(urlsplit(link).hostname)
    except ValueError:
        return False
