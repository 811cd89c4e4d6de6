"""The styles, lists and settings of a Word document, as WordprocessingML.

Sizes are in half points, lengths in twips. What is written from the right takes the sizes and weights
that end in Cs, so each stands twice.
"""

from __future__ import annotations

from analytics.papers.columns import PADDING, TEXT_WIDTH
from analytics.papers.word_parts import STEP, Xml

FONT = "Arial"
INK, BLUE, GREY, LINE, SHADE = "0B0C0C", "12436D", "505A5F", "B1B4B6", "F3F5F8"

BULLETS, NUMBERS, MESSAGES, NOTES = 1, 2, 3, 4
# How far the lists begin from the left.
INSETS = {BULLETS: 0, NUMBERS: 0, MESSAGES: 227, NOTES: 0}
LEVELS = 9

BOLD = "<w:b/><w:bCs/>"
KEPT = "<w:keepNext/><w:keepLines/>"
TOGETHER = "<w:contextualSpacing/>"
RIGHT_TAB = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'


def _size(half_points: int) -> Xml:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _colour(colour: str) -> Xml:
    return f'<w:color w:val="{colour}"/>'


def _spacing(before: int, after: int, line: int = 264) -> Xml:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _indent(left: int, hanging: int = 0) -> Xml:
    return f'<w:ind w:left="{left}" w:hanging="{hanging}"/>'


def _list(number: int) -> Xml:
    return f'<w:numPr><w:numId w:val="{number}"/></w:numPr>'


def _outline(level: int) -> Xml:
    return f'<w:outlineLvl w:val="{level - 1}"/>'


def _heading(level: int, size: int, before: int, after: int) -> tuple[str, str, str, Xml, Xml]:
    return (
        f"Heading{level}",
        f"heading {level}",
        "Normal",
        KEPT + _spacing(before, after, 252) + _outline(level),
        BOLD + _colour(BLUE) + _size(size),
    )


MESSAGE = (
    f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{BLUE}"/></w:pBdr>'
    f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>'
)
# Identifier, name (that of Word for its own), what it is based on, properties of paragraph and of text.
PARAGRAPHS: tuple[tuple[str, str, str, Xml, Xml], ...] = (
    ("Title", "Title", "Normal", KEPT + _spacing(2400, 160, 252), BOLD + _colour(BLUE) + _size(48)),
    ("Subtitle", "Subtitle", "Normal", _spacing(0, 200), _colour(GREY) + _size(26)),
    _heading(1, 40, 0, 120),
    _heading(2, 28, 320, 120),
    _heading(3, 23, 240, 100),
    *(_heading(level, 22, 200, 80) for level in (4, 5, 6)),
    ("Heading2Small", "Heading 2 Small", "Heading2", _spacing(140, 60, 240), _size(22)),
    ("Heading3Small", "Heading 3 Small", "Heading3", _spacing(60, 40, 240), _size(18)),
    ("TOCHeading", "TOC Heading", "Normal", KEPT + _spacing(0, 160), BOLD + _colour(BLUE) + _size(40)),
    ("TOC1", "toc 1", "Normal", RIGHT_TAB + _spacing(160, 40, 252), BOLD),
    ("TOC2", "toc 2", "Normal", RIGHT_TAB + _spacing(0, 40, 252) + _indent(STEP), ""),
    ("Details", "Details", "Normal", _spacing(0, 40) + _indent(2268, 2268), ""),
    ("ListBullet", "List Bullet", "Normal", _list(BULLETS) + _spacing(0, 80), ""),
    ("ListNumber", "List Number", "Normal", _list(NUMBERS) + _spacing(0, 80), ""),
    ("ListContinue", "List Continue", "Normal", _spacing(0, 80) + _indent(STEP), ""),
    (
        "KeyMessage",
        "Key Message",
        "Normal",
        "<w:keepLines/>" + _list(MESSAGES) + MESSAGE + _spacing(0, 100),
        "",
    ),
    ("KeyMessageSmall", "Key Message Small", "KeyMessage", _spacing(0, 30, 245), _size(16)),
    ("Quote", "Quote", "Normal", _spacing(0, 120) + '<w:ind w:left="567" w:right="567"/>', _colour(GREY)),
    ("Notes", "Notes", "Normal", _list(NOTES) + _spacing(0, 60), _size(18)),
    ("Figure", "Figure", "Normal", _spacing(0, 80, 240), ""),
    ("Caption", "caption", "Normal", KEPT + _spacing(60, 80, 240), BOLD + _size(18)),
    ("CaptionSmall", "Caption Small", "Caption", _spacing(30, 50, 240), _size(16)),
    ("Source", "Source", "Normal", "<w:keepLines/>" + _spacing(100, 120, 252), _colour(GREY) + _size(17)),
    ("SourceSmall", "Source Small", "Source", _spacing(60, 40, 240), _size(15)),
    ("SourceNotes", "Source Notes", "Source", _list(NOTES) + _spacing(0, 140, 252) + TOGETHER, ""),
    ("TableText", "Table Text", "Normal", _spacing(40, 40, 245), _size(18)),
    ("TableNumber", "Table Number", "TableText", '<w:jc w:val="right"/>', ""),
    ("TableTextSmall", "Table Text Small", "TableText", _spacing(40, 40, 240), _size(16)),
    ("TableNumberSmall", "Table Number Small", "TableTextSmall", '<w:jc w:val="right"/>', ""),
    ("TableTextLeast", "Table Text Least", "TableText", _spacing(30, 30, 240), _size(15)),
    ("TableNumberLeast", "Table Number Least", "TableTextLeast", '<w:jc w:val="right"/>', ""),
    (
        "Rule",
        "Rule",
        "Normal",
        f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="{LINE}"/></w:pBdr>'
        + _spacing(0, 120, 240),
        "",
    ),
    ("Footer", "footer", "Normal", RIGHT_TAB + _spacing(0, 0, 240), _colour(GREY) + _size(16)),
)
CHARACTERS: tuple[tuple[str, str, Xml], ...] = (
    ("Strong", "Strong", BOLD),
    ("Emphasis", "Emphasis", "<w:i/><w:iCs/>"),
    (
        "Code",
        "Code",
        '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/><w:noProof/>' + _size(19),
    ),
    ("Hyperlink", "Hyperlink", _colour(BLUE) + '<w:u w:val="single"/>'),
)


# How the names begin that are not Word's own.
OURS = ("Details", "Key", "Notes", "Figure", "Source", "Table", "Rule", "Code")


def _named(kind: str, identifier: str, name: str) -> Xml:
    ours = ' w:customStyle="1"' if name.startswith(OURS) or name.endswith("Small") else ""
    return f'<w:style w:type="{kind}"{ours} w:styleId="{identifier}"><w:name w:val="{name}"/>'


def styles() -> Xml:
    """Give the children of `w:styles`."""
    fonts = " ".join(f'w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/>{_colour(INK)}{_size(22)}"
        '<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{_spacing(0, 140)}</w:pPr></w:pPrDefault></w:docDefaults>"
    )
    basic = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        '</w:style><w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    )
    paragraphs = "".join(_paragraph_style(*style) for style in PARAGRAPHS)
    characters = "".join(
        _named("character", identifier, name)
        + f'<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/><w:rPr>{text}</w:rPr></w:style>'
        for identifier, name, text in CHARACTERS
    )
    return defaults + basic + paragraphs + characters + _table_styles()


def _paragraph_style(identifier: str, name: str, base: str, paragraph: Xml, text: Xml) -> Xml:
    following = '<w:next w:val="Normal"/>' if "Heading" in identifier or "itle" in identifier else ""
    shaped = f"<w:rPr>{text}</w:rPr>" if text else ""
    return (
        _named("paragraph", identifier, name)
        + f'<w:basedOn w:val="{base}"/>{following}<w:qFormat/><w:pPr>{paragraph}</w:pPr>{shaped}</w:style>'
    )


def _table_styles() -> Xml:
    margins = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="{}" w:type="dxa"/></w:tblCellMar>'
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>' for side in ("bottom", "insideH")
    )
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"{margins.format(108)}</w:tblPr></w:style>"
        + _named("table", "Figures", "Figures")
        + '<w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders>{margins.format(PADDING)}</w:tblPr>"
        f'<w:tblStylePr w:type="firstRow"><w:rPr>{BOLD}</w:rPr><w:tcPr><w:tcBorders>'
        f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders>'
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>'
    )


def numbering(ordered: int) -> Xml:
    """Give the children of `w:numbering`: four lists, and one that begins at 1 for each ordered list.

    The ordered lists are numbered from 5, `NOTES` + 1.
    """
    kinds = {BULLETS: "ListBullet", NUMBERS: "ListNumber", MESSAGES: "KeyMessage", NOTES: ""}
    kinds_xml = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="hybridMultilevel"/>'
        + "".join(_level(level, number == NUMBERS, style, INSETS[number]) for level in range(LEVELS))
        + "</w:abstractNum>"
        for number, style in kinds.items()
    )
    fixed = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in kinds)
    restart = "".join(
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>'
        for level in range(LEVELS)
    )
    restarted = "".join(
        f'<w:num w:numId="{NOTES + 1 + n}"><w:abstractNumId w:val="{NUMBERS}"/>{restart}</w:num>'
        for n in range(ordered)
    )
    return kinds_xml + fixed + restarted


def _level(level: int, ordered: bool, style: str, start: int) -> Xml:
    kind, sign = ("decimal", f"%{level + 1}.") if ordered else ("bullet", "•–"[level % 2])
    named = f'<w:pStyle w:val="{style}"/>' if style and level == 0 else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{named}'
        f'<w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
        f"<w:pPr>{_indent(start + STEP * (level + 1), STEP)}</w:pPr></w:lvl>"
    )


def settings() -> Xml:
    """Give the children of `w:settings`: today's layout, so that Word opens it as no old document."""
    address = "http://schemas.microsoft.com/office/word"
    return (
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{address}" w:val="15"/>'
        f'<w:compatSetting w:name="overrideTableStyleFontSizeAndJustification" w:uri="{address}" w:val="1"/>'
        '</w:compat><w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
    )
