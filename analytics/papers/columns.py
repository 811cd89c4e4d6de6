"""How wide the columns of a table are set, from how much room their words take.

Measured in Arial, in which Word sets them; the PDF's letters are narrower. Lengths are in twips,
twentieths of a point, unless named.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib as mpl
from fontTools.afmLib import AFM

# Adobe's measures of Helvetica, which come with matplotlib: Arial was drawn to the same widths.
MEASURES = {False: "phvr8a.afm", True: "phvb8a.afm"}
EM = 1000
# Of a letter that is not measured.
USUAL = 600
WIDE = {"W", "F"}
TWIPS = 20
# Of an A4 page.
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 11906, 16838, 1134
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
# Of the letters of a table, in points.
TABLE_SIZES = (9.0, 8.0, 7.5)
# Of a column's right side, in twips; its left has none.
PADDING = 130
# Letters are set a little wider or closer on a screen and on paper.
SLACK = 40
# A longer word, such as an address, is broken.
LONGEST_WORD = 24
HEADER_LINES = 3
# Cells that are not broken: short ones, and figures with their intervals, of few letters.
SHORT, FIGURES, FEW = 16, 26, 2
ROUNDS = 40
# Lines of a row, on average, and columns: with more, letters are smaller.
MOST_LINES, MANY = 2.2, 7


@cache
def _letters(bold: bool) -> dict[str, int]:
    measures = AFM(Path(mpl.get_data_path()) / "fonts" / "afm" / MEASURES[bold])
    coded = (measures[name][:2] for name in measures.chars())
    return {chr(code): width for code, width in coded if 32 <= code < 127}


@cache
def _letter(letter: str, bold: bool) -> int:
    letters = _letters(bold)
    if letter in letters:
        return letters[letter]
    if unicodedata.combining(letter):
        return 0
    base = unicodedata.normalize("NFKD", letter)[0]
    return letters.get(base, EM if unicodedata.east_asian_width(letter) in WIDE else USUAL)


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Give the width of a text in one line, in points, at a size in points.

    >>> width_of("To", 10)
    11.67
    """
    return sum(_letter(letter, bold) for letter in text) * size / EM


@dataclass(frozen=True)
class Columns:
    """How a table is set: the size of its letters, the widths of its columns, the mean lines of a row."""

    size: float
    widths: list[int]
    lines: float


def fit_columns(table: Sequence[Sequence[str]], sizes: Sequence[float] = TABLE_SIZES) -> Columns:
    """Choose a size of letters and share the page among columns: no word broken, rows as low as may be.

    A table that needs less than the width of the page takes less.

    Args:
        table: the header and the rows.
        sizes: of the letters, in points, the largest first; the first at which no short cell breaks.
    """
    columns = list(zip(*table, strict=True))
    for size in sizes:
        shorts = [_widest(column, size, True) for column in columns]
        if sum(shorts) <= TEXT_WIDTH:
            fitted = _fitted(table, _share(columns, shorts, size), size)
            # Long texts are no better in the smallest letters; many columns are.
            smaller = [one for one in sizes if one < size][: 1 if size == sizes[0] else len(columns) > MANY]
            if not smaller or fitted.lines <= MOST_LINES:
                return fitted
    words = [_widest(column, sizes[-1], False) for column in columns]
    return _fitted(table, _share(columns, words, sizes[-1]), sizes[-1])


def _fitted(table: Sequence[Sequence[str]], widths: list[int], size: float) -> Columns:
    lines = [
        max(width_of(text, size) * TWIPS / (width - PADDING) for text, width in zip(row, widths, strict=True))
        for row in table[1:]
    ]
    return Columns(size, widths, sum(math.ceil(line) for line in lines) / max(1, len(lines)))


def _widest(column: Sequence[str], size: float, whole: bool) -> int:
    """Give what a column needs for its words, and for its short cells as a `whole`, in twips."""
    header, *cells = column
    # What is longer than the longest word is broken anyhow.
    words = (word[:LONGEST_WORD] for text in cells for word in text.split())
    parts = [*words, *(text for text in cells if whole and _stays_whole(text))]
    in_header = max([width_of(word, size, True) for word in header.split()], default=0)
    needed = max([in_header, *(width_of(part, size) for part in parts)])
    if whole:
        needed = max(needed, width_of(header, size, True) // HEADER_LINES)
    return round(needed * TWIPS) + PADDING + SLACK


def _stays_whole(text: str) -> bool:
    return len(text) <= SHORT or (len(text) <= FIGURES and sum(map(str.isalpha, text)) <= FEW)


def _share(columns: Sequence[Sequence[str]], least: Sequence[int], size: float) -> list[int]:
    """Give each column what it needs at least, and of the rest so much that the cells take few lines.

    The sum of the squares of the lines of all cells is least where widths are as the cube roots of the
    sums of the squares of their texts.
    """
    if sum(least) >= TEXT_WIDTH:
        return [width * TEXT_WIDTH // sum(least) for width in least]
    texts = [[width_of(text, size) * TWIPS for text in column[1:]] for column in columns]
    headers = [width_of(column[0], size, True) * TWIPS / 2 for column in columns]
    most = [
        max(low, round(max([header, *column])) + PADDING + SLACK)
        for low, header, column in zip(least, headers, texts, strict=True)
    ]
    roots = [sum(width**2 for width in column) ** (1 / 3) for column in texts]
    scale, step = 0.0, float(TEXT_WIDTH)
    for _ in range(ROUNDS):
        step /= 2
        if sum(_clamped(roots, least, most, scale + step)) <= TEXT_WIDTH:
            scale += step
    return _clamped(roots, least, most, scale)


def _clamped(roots: Sequence[float], least: Sequence[int], most: Sequence[int], scale: float) -> list[int]:
    return [
        min(high, max(low, int(scale * root))) for root, low, high in zip(roots, least, most, strict=True)
    ]
