"""A document as Word: real styles, alt text, header rows and contents, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.document import DocumentPart

from analytics.papers import word_parts as parts
from analytics.papers import word_styles
from analytics.papers.columns import MARGIN, PAGE_HEIGHT, PAGE_WIDTH
from analytics.papers.document import Document, Piece
from analytics.papers.word_parts import Xml
from analytics.papers.word_pieces import Book, Heading, set_piece

NAMESPACES = nsdecls("w", "r", "wp", "a", "pic")
AUTHOR = "Children's services analytics"
# Of a title as a property: python-docx refuses a longer one.
MOST_IN_PROPERTY = 255
# A zip knows no earlier date; the same one always, or the bytes would differ.
EPOCH = (1980, 1, 1, 0, 0, 0)
# What the template of python-docx brings and a paper has no use for.
SPARE = (
    "customXml",
    "extended-properties",
    "fontTable",
    "stylesWithEffects",
    "theme",
    "thumbnail",
    "webSettings",
)


def render_word(document: Document, pictures: Mapping[str, bytes]) -> bytes:
    """Set a document as .docx.

    Args:
        document: what is to be set.
        pictures: the charts as PNG, by the anchors of their exhibits.

    Raises:
        InputError: the picture of a chart is missing or no PNG.
    """
    word = docx.Document()
    book = Book(word.part, pictures)
    written = [set_piece(piece, book) for piece in document.pieces]
    footer, relation = _add_footer(word.part)
    _fill(word.element.body, _body(document.pieces, written, book.headings) + _section(relation))
    _fill(word.styles.element, word_styles.styles())
    _fill(footer, parts.paragraph("Footer", _foot(document.footer)))
    _fill(word.settings.element, word_styles.settings())
    _fill(word.part.numbering_part.element, word_styles.numbering(book.ordered))
    _describe(word.part, document.title)
    return _package(word)


def _fill(root: BaseOxmlElement, children: Xml) -> None:
    """Put these children in the place of those there are."""
    root[:] = list(parse_xml(f"<w:body {NAMESPACES}>{children}</w:body>"))


def _body(pieces: Sequence[Piece], written: Sequence[Xml], headings: Sequence[Heading]) -> Xml:
    before: tuple[Piece | None, ...] = (None, *pieces[:-1])
    return "".join(
        _break_between(previous, piece)
        + (_contents(headings, first=not previous) if piece["type"] == "contents" else xml)
        for previous, piece, xml in zip(before, pieces, written, strict=True)
    )


def _break_between(before: Piece | None, piece: Piece) -> Xml:
    """Begin a page after a cover or contents, unless the piece does so itself."""
    if before is None or before["type"] not in ("cover", "contents") or _starts_page(piece):
        return ""
    return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def _starts_page(piece: Piece) -> bool:
    if piece["type"] == "prose":
        return any(block["type"] == "heading" and block["level"] == 1 for block in piece["blocks"][:1])
    return piece["type"] in ("contents", "front")


def _contents(headings: Sequence[Heading], first: bool) -> Xml:
    """Give the contents as the field that Word makes, filled with links to the headings.

    Only Word knows on which pages they will stand, and writes that when a reader updates the field.
    """
    title = parts.paragraph("TOCHeading", parts.run("Contents"), new_page=not first)
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    last = len(headings) - 1
    entries = "".join(
        parts.paragraph(
            f"TOC{heading.level}",
            (begin if place == 0 else "") + _entry(heading) + (end if place == last else ""),
        )
        for place, heading in enumerate(headings)
    )
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{title}{entries}</w:sdtContent></w:sdt>"
    )


def _entry(heading: Heading) -> Xml:
    return f'<w:hyperlink w:anchor="{heading.bookmark}" w:history="1">{parts.run(heading.text)}</w:hyperlink>'


def _add_footer(part: DocumentPart) -> tuple[BaseOxmlElement, str]:
    """Give an empty foot of all pages, and the relation to it."""
    add: Callable[[], tuple[XmlPart, str]] = part.add_footer_part
    footer, relation = add()
    return footer.element, relation


def _foot(text: str) -> Xml:
    # Counted anew whenever the document is opened.
    page, of = parts.field("PAGE", "1"), parts.field("NUMPAGES", "1")
    return parts.run(f"{text}\tPage ") + page + parts.run(" of ") + of


def _section(footer: str) -> Xml:
    sides = " ".join(f'w:{side}="{MARGIN}"' for side in ("top", "right", "bottom", "left"))
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{footer}"/>'
        f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar {sides} w:header="567" w:footer="567" w:gutter="0"/><w:cols w:space="720"/></w:sectPr>'
    )


def _describe(part: DocumentPart, title: str) -> None:
    """Set the properties of the document: its title, language and author, and no date."""
    properties = part.package.part_related_by(RELATION.CORE_PROPERTIES)
    assert isinstance(properties, XmlPart)
    properties.element[:] = []
    core = part.core_properties
    core.title = parts.allowed(title)[:MOST_IN_PROPERTY]
    core.author = AUTHOR
    core.language = "en-GB"


def _package(word: docx.document.Document) -> bytes:
    """Write the package without its spare parts and without the time of writing."""
    for relations in (word.part.package.rels, word.part.rels):
        for name in [name for name, one in relations.items() if one.reltype.endswith(SPARE)]:
            relations.pop(name)
    written, fixed = BytesIO(), BytesIO()
    word.save(written)
    with ZipFile(written) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = ZipInfo(name, EPOCH)
            member.compress_type = ZIP_DEFLATED
            # Else it would be that of the machine.
            member.create_system = 0
            target.writestr(member, source.read(name))
    return fixed.getvalue()
