"""The fonts that documents are set in: ours, so that a paper looks the same wherever it was made.

Source Sans Pro (Adobe, SIL Open Font Licence), and DejaVu, which comes with matplotlib, for the
letters that it lacks.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import font_source_sans_pro
import matplotlib as mpl
import typst
from matplotlib.ft2font import FT2Font

FAMILIES = ("Source Sans Pro", "DejaVu Sans")
STYLES = ("Regular", "It", "Bold", "BoldIt")
FAMILY_OF_SVG = re.compile(r"font-family: [^;\"]*")
BREAK = "\N{ZERO WIDTH SPACE}"
LONG_WORD = re.compile(r"\S{30}(?=\S)")
# Kept by a text setter, though no font has a shape for them.
SPACES = {"\n", "\u00a0", "\u202f", BREAK}


@cache
def font_folders() -> typst.Fonts:
    """Give the fonts to Typst, and no other: what is installed differs between machines."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[_folder().name, str(_dejavu())],
    )


@cache
def _folder() -> TemporaryDirectory[str]:
    """Copy our files to a folder of their own: the package holds each twice, as TrueType and OpenType."""
    folder = TemporaryDirectory(prefix="analytics-fonts-", ignore_cleanup_errors=True)
    for file in _source_sans():
        shutil.copy(file, folder.name)
    return folder


def _source_sans() -> list[Path]:
    files = Path(font_source_sans_pro.__file__).parent / "files"
    return [files / f"SourceSansPro-{style}.ttf" for style in STYLES]


def _dejavu() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _letters() -> frozenset[int]:
    files = (_source_sans()[0], _dejavu() / "DejaVuSans.ttf")
    return frozenset(code for file in files for code in FT2Font(str(file)).get_charmap())


def printable(text: str) -> str:
    """Write out by name what no font of ours can show, and let what is longer than a line be broken.

    >>> printable("Łódź \N{PARTY POPPER}")
    'Łódź (party popper)'
    """
    text = LONG_WORD.sub(rf"\g<0>{BREAK}", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(letter) for letter in text)


def _shown(letter: str) -> str:
    if ord(letter) in _letters() or letter in SPACES:
        return letter
    # Joiners, marks and controls alone have nothing to show.
    if unicodedata.category(letter)[0] in "CM":
        return ""
    return f"({unicodedata.name(letter, 'a character').lower()})"


def in_family(svg: str) -> str:
    """Give a chart with its words in our font instead of the reader's."""
    return FAMILY_OF_SVG.sub(f"font-family: '{FAMILIES[0]}'", svg)
