"""What a Word document is made of, as WordprocessingML (ECMA-376, transitional, nothing after Word 2010).

Each function gives XML as text, its elements in the order of the schema: Word calls any other order
unreadable. All words pass through `escaped`. Lengths are in twips, twentieths of a point, unless named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from analytics.papers.columns import LONGEST_WORD, MARGIN, PAGE_HEIGHT, TABLE_SIZES, TEXT_WIDTH, Columns

Xml = str

# From one level of a list to the next.
STEP = 357
EMU_PER_TWIP = 635
# Of the height between the margins, what a picture may take: its title and its notes need the rest.
MOST_OF_PAGE = 0.75
# What the names of the styles of tables end in, by the size of their letters.
TABLE_STYLES = dict(zip(TABLE_SIZES, ("", "Small", "Least"), strict=True))
# Lines of a table that is kept on one page, and the rows of a longer one that stay with what is around it.
KEPT_LINES, KEPT_ENDS = 20, 3

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FROM_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
FROM_RIGHT = re.compile(f"([{_FROM_RIGHT}]+(?:\\s+[{_FROM_RIGHT}]+)*)")
HEBREW = re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]")
LETTERS = re.compile(r"[^\W\d_]")


def escaped(text: str) -> Xml:
    r"""Escape for text and attributes; what XML cannot hold is replaced by the sign for that.

    >>> escaped("a < b & \x07")
    'a &lt; b &amp; �'
    """
    return escape(allowed(text))


def allowed(text: str) -> str:
    """Replace what XML cannot hold, control characters and halves of letters, by the sign for that."""
    return FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def run(text: str, style: str = "", properties: Xml = "") -> Xml:
    """Give text as runs in a character style; what is written from the right is marked so.

    `properties` may hold `w:b` and `w:i`, which stand between the style and that mark.
    """
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    parts = [text] if text.isascii() else FROM_RIGHT.split(text)
    return "".join(
        _run(part, named + properties + (_from_right(part) if place % 2 else ""))
        for place, part in enumerate(parts)
        if part
    )


def _run(text: str, properties: Xml) -> Xml:
    styled = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = (
        "<w:tab/>".join(
            f'<w:t xml:space="preserve">{part}</w:t>' if part else "" for part in line.split("\t")
        )
        for line in escaped(text).split("\n")
    )
    return f"<w:r>{styled}{'<w:br/>'.join(lines)}</w:r>"


def _from_right(text: str) -> Xml:
    language = "he-IL" if HEBREW.match(text) else "ar-SA"
    return f'<w:rtl/><w:lang w:bidi="{language}"/>'


def begins_from_right(text: str) -> bool:
    """Say whether the first letter is one that is written from the right."""
    first = LETTERS.search(text)
    return bool(first and FROM_RIGHT.match(first.group()))


def paragraph(
    style: str,
    content: Xml,
    *,
    keep_next: bool = False,
    new_page: bool = False,
    numbering: tuple[int, int] | None = None,
    indent: int = 0,
    from_right: bool = False,
) -> Xml:
    """Give a paragraph of runs; `numbering` is the level, from 0, and the list."""
    properties = f'<w:pStyle w:val="{style}"/>'
    properties += "<w:keepNext/>" if keep_next else ""
    properties += "<w:pageBreakBefore/>" if new_page else ""
    if numbering:
        properties += f'<w:numPr><w:ilvl w:val="{numbering[0]}"/><w:numId w:val="{numbering[1]}"/></w:numPr>'
    properties += "<w:bidi/>" if from_right else ""
    properties += f'<w:ind w:left="{indent}"/>' if indent else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def text_paragraph(style: str, text: str, *, keep_next: bool = False) -> Xml:
    """Give a paragraph of plain text."""
    return paragraph(style, run(text), keep_next=keep_next, from_right=begins_from_right(text))


def field(instruction: str, result: str) -> Xml:
    """Give a field with the result that stands until it is updated."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escaped(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"{run(result)}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmark(number: int, name: str, content: Xml) -> Xml:
    """Give runs that can be pointed at by name."""
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    return f'{start}{content}<w:bookmarkEnd w:id="{number}"/>'


def table(
    texts: Sequence[Sequence[str]],
    cells: Sequence[Sequence[Xml]],
    numeric: Sequence[bool],
    columns: Columns,
    *,
    caption: str,
    description: str,
) -> Xml:
    """Give a table: a header row repeated on each page, no row split between two.

    Args:
        texts: the header and the rows as words.
        cells: the same as runs; the first cell of a row names it.
        numeric: for each column, whether it is set right.
        columns: the size of the letters and the widths.
        caption: the title of its alt text.
        description: the alt text.
    """
    widths, suffix = columns.widths, TABLE_STYLES[columns.size]
    styles = [("TableNumber" if number else "TableText") + suffix for number in numeric]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    kept = _kept(len(cells), columns.lines)
    rows = "".join(
        _row(row, styles, widths, keep, repeated=place == 0)
        for place, (row, keep) in enumerate(zip(cells, kept, strict=True))
    )
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Figures"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="{_layout(texts)}"/>'
        '<w:tblLook w:val="06A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0"'
        ' w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{escaped(caption)}"/>'
        f'<w:tblDescription w:val="{escaped(description)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _layout(texts: Sequence[Sequence[str]]) -> str:
    """Let Word widen a column for a word, but not for an address: that would press all others together."""
    longest = max((len(word) for row in texts for text in row for word in text.split()), default=0)
    return "autofit" if longest <= LONGEST_WORD else "fixed"


def _kept(rows: int, lines: float) -> list[bool]:
    """Say of each row whether it stays with what follows: all of a short table, the ends of a long one."""
    if rows * lines <= KEPT_LINES:
        return [True] * rows
    return [place < KEPT_ENDS or place >= rows - KEPT_ENDS for place in range(rows)]


def _row(
    cells: Sequence[Xml],
    styles: Sequence[str],
    widths: Sequence[int],
    keep: bool,
    repeated: bool = False,
) -> Xml:
    properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if repeated else "")
    set_cells = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{paragraph(style, cell, keep_next=keep)}</w:tc>"
        for style, width, cell in zip(styles, widths, cells, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(set_cells)}</w:tr>"


def picture_size(png: bytes) -> tuple[int, int]:
    """Give width and height on the page, in EMU: as wide as the text, unless it would be too tall.

    Raises:
        ValueError: this is no PNG.
    """
    if png[:8] != b"\x89PNG\r\n\x1a\n" or png[12:16] != b"IHDR":
        raise ValueError("no PNG")
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    most_high = MOST_OF_PAGE * (PAGE_HEIGHT - 2 * MARGIN)
    scale = min(TEXT_WIDTH / width, most_high / height) * EMU_PER_TWIP
    return round(width * scale), round(height * scale)


def picture(number: int, relation: str, size: tuple[int, int], *, title: str, alt: str) -> Xml:
    """Give a run with a picture in line; `number` is its own in the document, `size` is in EMU."""
    extent = f'cx="{size[0]}" cy="{size[1]}"'
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {extent}/><wp:docPr id="{number}" name="Chart {number}" descr="{escaped(alt)}"'
        f' title="{escaped(title)}"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/>'
        "</wp:cNvGraphicFramePr><a:graphic><a:graphicData"
        ' uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="chart-{number}.png"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
