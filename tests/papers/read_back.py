"""What a reader finds in a document: its passages and tables, whatever its format."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import docx
import html5lib
import pypdfium2
import pypdfium2.raw as pdfium
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

Rows = list[list[str]]
# What pdfium makes of a hyphen at the end of a line.
HYPHEN_AT_END = "\x02"
# The number of what is not content, such as the foot of a page.
UNMARKED = -1


@dataclass
class ReadBack:
    """Paragraphs, list items and headings in order; each table as rows, its header first; no spaces."""

    texts: list[str] = field(default_factory=list)
    tables: list[Rows] = field(default_factory=list)


def words(text: str) -> str:
    """Take away all space: a PDF places letters and has none."""
    return "".join(text.replace("\N{ZERO WIDTH SPACE}", "").split())


def from_html(page: str) -> ReadBack:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = ReadBack()
    for node in [*tree.iterfind(".//header"), tree.find(".//main"), tree.find(".//footer")]:
        for one in node.iter():
            if one.tag in {"p", "li", "dd", "h1", "h2", "h3", "h4"}:
                found.texts.append(words("".join(one.itertext())))
            if one.tag == "table":
                rows = [[words("".join(cell.itertext())) for cell in row] for row in one.iter("tr")]
                found.tables.append(rows)
    return found


def from_word(word: bytes) -> ReadBack:
    found = ReadBack()
    for block in docx.Document(BytesIO(word)).iter_inner_content():
        if isinstance(block, Paragraph):
            found.texts.append(words(block.text))
        if isinstance(block, WordTable):
            found.tables.append([[words(cell.text) for cell in row.cells] for row in block.rows])
    return found


def from_pdf(pdf: bytes) -> ReadBack:
    """Read a PDF by its tags, as a screen reader does."""
    found = ReadBack()
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            marked = _marked_words(page)
            tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
            for number in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                _read(pdfium.FPDF_StructTree_GetChildAtIndex(tree, number), marked, found)
            pdfium.FPDF_StructTree_Close(tree)
    return found


def _marked_words(page: pypdfium2.PdfPage) -> dict[int, str]:
    """Give the words of a page by the number of the marked content that they are in."""
    text, marked = page.get_textpage(), dict[int, str]()
    for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        size = pdfium.FPDFTextObj_GetText(one.raw, text.raw, None, 0)
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFTextObj_GetText(
            one.raw, text.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size
        )
        number = pdfium.FPDFPageObj_GetMarkedContentID(one.raw)
        if number == UNMARKED:
            continue
        words_of_it = buffer.raw.decode("utf-16-le").rstrip("\0").replace(HYPHEN_AT_END, "-")
        marked[number] = f"{marked.get(number, '')} {words_of_it}"
    return marked


def _tag(element: Any) -> str:
    size = pdfium.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_StructElement_GetType(element, buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def _children(element: Any) -> Iterator[Any]:
    for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
        if child:
            yield child


def _words_of(element: Any, marked: dict[int, str]) -> str:
    parts = []
    for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
        if child:
            parts.append(_words_of(child, marked))
        else:
            parts.append(marked.get(pdfium.FPDF_StructElement_GetChildMarkedContentID(element, number), ""))
    return words(" ".join(parts))


def _read(element: Any, marked: dict[int, str], found: ReadBack) -> None:
    tag = _tag(element)
    if tag == "TR":
        found.tables[-1].append([_words_of(cell, marked) for cell in _children(element)])
        return
    if tag == "THead":
        found.tables.append([])
    if tag in {"P", "LBody", "H1", "H2", "H3", "H4"}:
        found.texts.append(_words_of(element, marked))
    for child in _children(element):
        _read(child, marked, found)
