"""The formats in which a paper is printed, and which of them were asked for."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.errors import InputError, closest
from analytics.papers.contents import Contents
from analytics.papers.document import Document, paper_document
from analytics.papers.page import render_page

# In the order in which a reader is offered them.
FORMATS = ("html", "docx", "pdf")


def read_formats(text: str) -> tuple[str, ...]:
    """Read a list such as `html,pdf`, in any order.

    Raises:
        InputError: one of them is none of ours, or none is named.

    >>> read_formats("pdf, HTML")
    ('html', 'pdf')
    """
    named = [part.strip().lower() for part in text.split(",") if part.strip()]
    for unknown in [name for name in named if name not in FORMATS]:
        raise InputError(
            f"format {unknown!r}: there is none of that name. Nearest: {closest(unknown, FORMATS)}. "
            f"Choose from {', '.join(FORMATS)}, with commas between."
        )
    if not named:
        raise InputError(
            f"format {text!r}: none is named. Choose from {', '.join(FORMATS)}, with commas between."
        )
    return tuple(name for name in FORMATS if name in named)


def render_paper(contents: Contents, formats: Sequence[str] = FORMATS) -> dict[str, str | bytes]:
    """Print a paper in each format: `paper.html` as text, `paper.docx` and `paper.pdf` as bytes.

    Raises:
        InputError: it cannot be printed; see `render_page`, `paper_document` and `render_pdf`.
    """
    printed: dict[str, str | bytes] = {"paper.html": render_page(contents)} if "html" in formats else {}
    if set(formats) != {"html"}:
        printed |= render_document(paper_document(contents), "paper", formats)
    return printed


def render_document(document: Document, name: str, formats: Sequence[str] = FORMATS) -> dict[str, bytes]:
    """Print a document as Word and PDF, those asked for, under `name`."""
    printed = {}
    # Imported when asked for: each brings a large library.
    if "docx" in formats:
        from analytics.papers.pictures import draw_pictures
        from analytics.papers.word import render_word

        printed[f"{name}.docx"] = render_word(document, draw_pictures(document.charts))
    if "pdf" in formats:
        from analytics.papers.pdf import render_pdf

        printed[f"{name}.pdf"] = render_pdf(document)
    return printed
