"""A document as PDF/UA-1, set by Typst from a template and fonts of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name

from analytics.errors import InputError
from analytics.exhibits.fragments import read_template
from analytics.papers.document import Document
from analytics.papers.fonts import FAMILIES, font_folders, in_family, printable

Value = Any
DRAWING = "svg"
# What no reader sees as words.
NOT_WORDS = {DRAWING, "link", "type", "kind"}


def render_pdf(document: Document) -> bytes:
    """Set a document as tagged PDF: PDF/UA-1, in which every letter has a shape and every chart a text.

    Raises:
        InputError: it cannot be set, as where a chart has no alt text.
    """
    data = {
        "title": document.title,
        "footer": document.footer,
        "fonts": FAMILIES,
        "pieces": [_drawn(piece) for piece in document.pieces],
    }
    try:
        pdf = typst.compile(
            read_template("document.typ", "analytics.papers").encode(),
            format="pdf",
            pdf_standards="ua-1",
            font_paths=font_folders(),
            sys_inputs={"document": json.dumps(_printable(data), ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise InputError(f"{document.title[:60]!r} cannot be set as PDF: {error.message}.") from error
    return _mend_tables(pdf)


def _drawn(piece: Mapping[str, Value]) -> Mapping[str, Value]:
    """Give an exhibit with its chart in a font that the document has, and without what is not printed."""
    if piece["type"] != "exhibit":
        return piece
    return {**piece, DRAWING: in_family(piece[DRAWING]), "table": ""}


def _printable(value: Value) -> Value:
    match value:
        case str():
            return printable(value)
        case Mapping():
            return {key: one if key in NOT_WORDS else _printable(one) for key, one in value.items()}
        case list() | tuple():
            return [_printable(one) for one in value]
        case _:
            return value


def _mend_tables(pdf: bytes) -> bytes:
    """Put right what Typst does not tag, or not always: headers of rows, and captions within their tables."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        elements = [one for one in opened.objects if isinstance(one, Dictionary) and "/S" in one]
        for element in elements:
            if element.S == Name.TR:
                _name_row(element)
            elif Name.Caption == element.S and Name.Table != element.P.S:
                _move_caption(element)
        written = BytesIO()
        opened.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _name_row(row: Dictionary) -> None:
    """Make the first cell of a row its header.

    A data cell's list of headers names those of its column alone, so that it would hide the row's;
    without it a reader goes by the headers' scopes (ISO 14289-1, 7.5).
    """
    for position, cell in enumerate(_listed(row.K)):
        if cell.S != Name.TD:
            continue
        attributes = [one for one in _listed(cell.get("/A")) if Name.Table != one.O]
        if position == 0:
            cell.S = Name.TH
            attributes.append(Dictionary(O=Name.Table, Scope=Name.Row))
        cell.A = Array(attributes)


def _move_caption(caption: Dictionary) -> None:
    """Bring a caption into its table: at the foot of a page Typst groups the two instead."""
    group = caption.P
    table = next(one for one in _within(group) if Name.Table == one.S)
    group.K = Array([one for one in _listed(group.K) if one.objgen != caption.objgen])
    table.K = Array([caption, *_listed(table.K)])
    caption.P = table


def _within(element: Value) -> Iterator[Value]:
    for child in _listed(element.get("/K")):
        if isinstance(child, Dictionary) and "/S" in child:
            yield child
            yield from _within(child)


def _listed(value: Value) -> list[Value]:
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]
