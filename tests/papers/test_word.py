"""A Word document read back: styles, alt text, header rows, contents, order of elements, and its bytes."""

from __future__ import annotations

import struct
import time
import zlib
from io import BytesIO
from zipfile import ZipFile

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from lxml import etree

from analytics.errors import InputError
from analytics.exhibits import Passage
from analytics.papers.columns import PAGE_HEIGHT, TEXT_WIDTH
from analytics.papers.document import Document, heading, paper_document, set_pieces
from analytics.papers.word import render_word
from analytics.papers.word_parts import picture_size
from papers.pieces import ALT, ODD, SHOWN, contents, document, exhibit, front, full_contents

# ECMA-376, part 1, 17: the children in the only order that Word reads.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr "
    "shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi "
    "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
    "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText "
    "vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
    "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "trPr": "cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing "
    "jc hidden",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "tbl": "tblPr tblGrid tr",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders "
    "lnNumType pgNumType cols",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed "
    "qFormat locked rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "tblStylePr": "pPr rPr tblPr trPr tcPr",
    "styles": "docDefaults latentStyles style",
    "docDefaults": "rPrDefault pPrDefault",
    "numbering": "numPicBullet abstractNum num",
    "abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol "
    "listSeparator",
}  # fmt: skip
WIDE, HIGH = 640, 200


def png(width: int = WIDE, height: int = HIGH) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\xff" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def rendered(of: Document) -> bytes:
    return render_word(of, dict.fromkeys(of.charts, png()))


def opened(of: Document) -> docx.document.Document:
    return docx.Document(BytesIO(rendered(of)))


def parts(written: bytes) -> dict[str, etree._Element]:
    with ZipFile(BytesIO(written)) as package:
        names = [name for name in package.namelist() if not name.endswith(".png")]
        return {name: etree.fromstring(package.read(name)) for name in names}


def pack() -> Document:
    papers = [full_contents(details=(("Board", "Improvement Board"),)), full_contents(study="caseloads")]
    head = {"title": "Two papers", "subtitle": "Of 2025", "details": [["Board", "Improvement Board"]]}
    whole = paper_document(papers[0])
    cover = {"type": "cover", **head}
    summary = [
        {"type": "prose", "blocks": [heading(1, "Summary"), heading(2, "Messages")], "compact": True},
        *(
            {**piece, "compact": True}
            for piece in set_pieces([exhibit("summary", svg="", alt="").payload()], "s-")
        ),
        {"type": "passage", "kind": "messages", "sentences": ["One message."], "compact": True},
    ]
    other = paper_document(papers[1])
    second = [
        {**piece, "anchor": f"second-{piece['anchor']}"} if piece["type"] == "exhibit" else piece
        for piece in other.pieces
    ]
    return Document("Two papers", "Foot", (cover, {"type": "contents"}, *summary, *whole.pieces, *second))


@pytest.fixture(scope="module")
def paper() -> docx.document.Document:
    details = (("Board", "Improvement Board"), ("Agenda item", "7"))
    return opened(document(details=details, reference="Agenda item 7, 3 March 2026"))


@pytest.fixture(scope="module")
def packed() -> docx.document.Document:
    return opened(pack())


def styled(of: docx.document.Document, *names: str) -> list[str]:
    return [one.text for one in of.paragraphs if one.style.name in names]


def test_headings_are_real_and_in_order(paper):
    names = [f"Heading {level}" for level in range(1, 7)]
    found = [(one.style.name, one.text) for one in paper.paragraphs if one.style.name in names]
    assert found == [
        ("Heading 1", "Do referrals come back?"),
        ("Heading 2", "Key messages"),
        ("Heading 2", "Where the area stands"),
        ("Heading 3", "Bury's rate rose"),
        ("Heading 3", "One in five came back"),
        ("Heading 2", "How this paper was made"),
    ]
    for name in names:
        style = paper.styles[name]
        assert style.paragraph_format.keep_with_next
        assert str(style.font.color.rgb) == "12436D"
        assert style.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == str(int(name[-1]) - 1)


def test_it_says_its_title_and_its_language(paper):
    core = paper.core_properties
    assert (core.title, core.language) == ("Do referrals come back? – Bury, 2025", "en-GB")
    assert core.author == "Children's services analytics"
    assert (core.created, core.modified) == (None, None)
    defaults = paper.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert defaults.find(qn("w:lang")).get(qn("w:val")) == "en-GB"
    assert {*defaults.find(qn("w:rFonts")).attrib.values()} == {"Arial"}
    assert defaults.find(qn("w:sz")).get(qn("w:val")) == "22"


def test_the_page_is_a4_and_its_foot_counts_pages(paper):
    (section,) = paper.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert {round(side.mm) for side in (section.left_margin, section.right_margin, section.top_margin)} == {
        20
    }
    foot = section.footer.paragraphs[0]
    assert foot.text == "Agenda item 7, 3 March 2026 · Bury: Do referrals come back?\tPage 1 of 1"
    codes = [node.text.strip() for node in foot._p.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert foot.style.name == "Footer"


def test_a_chart_has_its_alt_text_and_the_width_of_the_text(paper):
    (drawn,) = paper.inline_shapes
    properties = drawn._inline.docPr
    assert (properties.get("descr"), properties.get("title")) == (ALT, "Bury's rate rose")
    assert drawn.width == TEXT_WIDTH * 635
    assert drawn.height == pytest.approx(drawn.width * HIGH / WIDE, abs=1)


def test_a_tall_chart_leaves_room_for_its_title():
    width, height = picture_size(png(100, 400))
    assert height == pytest.approx(0.75 * (PAGE_HEIGHT - 2 * 1134) * 635, abs=1)
    assert width == pytest.approx(height / 4, abs=1)


def test_tables_repeat_their_header_and_do_not_split_rows(paper):
    assert len(paper.tables) == 2
    for table in paper.tables:
        rows = table._tbl.tr_lst
        assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True] + [False] * (
            len(rows) - 1
        )
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val")).endswith(".")
        assert not list(table._tbl.iter(qn("w:gridSpan"), qn("w:vMerge")))
        assert all(cell.text.strip() for row in table.rows for cell in row.cells)


def test_a_table_of_an_exhibit_has_its_words_its_numbers_to_the_right_and_its_caption(paper):
    table = paper.tables[1]
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert cells == [[*SHOWN.columns], *SHOWN.to_numpy().tolist()]
    names = [[cell.paragraphs[0].style.name for cell in row.cells] for row in table.rows]
    assert names == [["Table Text", "Table Text", "Table Text"]] * 3  # half of the figures is "c"
    caption = paper.paragraphs[[one.text for one in paper.paragraphs].index("Bury's rate rose") + 2]
    assert (caption.style.name, caption.text) == (
        "Caption",
        "Re-referrals within 12 months (%): year to 31 March 2025",
    )
    assert caption.style.paragraph_format.keep_with_next


def test_columns_of_numbers_are_set_right_with_their_headers():
    shown = pd.DataFrame({"Area": ["Bury", "Kent"], "Rate (%)": ["21.4", "20.0"]})
    table = opened(paper_document(contents("## One", exhibit(shown=shown)))).tables[0]
    for row in table.rows:
        assert [cell.paragraphs[0].style.name for cell in row.cells] == ["Table Text", "Table Number"]
    number = table.rows[0].cells[1].paragraphs[0].style
    assert number.element.pPr.find(qn("w:jc")).get(qn("w:val")) == "right"


def test_under_an_exhibit_stands_what_was_counted_and_where_from(paper):
    source = styled(paper, "Source")[0]
    assert source == (
        "Measure: Re-referrals within 12 months (%). Who is counted: referrals in the year. "
        "Where: Bury and Kent. Period: year to 31 March 2025. "
        "Source: Department for Education, Children in need."
    )
    paragraph = next(one for one in paper.paragraphs if one.style.name == "Source")
    labels = [run.text for run in paragraph.runs if run.style.name == "Strong"]
    assert labels == ["Measure:", "Who is counted:", "Where:", "Period:", "Source:"]
    assert styled(paper, "Source Notes") == ["c: suppressed", "A second note."]


def test_lists_are_lists_and_each_ordered_one_begins_at_1():
    read = opened(paper_document(contents("## One\n\n1. one\n   - within\n2. two\n\nThen.\n\n1. again")))
    numbers = {}
    for one in read.paragraphs:
        if one.style.name in ("List Number", "List Bullet"):
            found = one._p.pPr.numPr
            numbers[one.text] = (one.style.name, found.ilvl.val, found.numId.val)
    assert numbers["one"][:2] == numbers["two"][:2] == ("List Number", 0)
    assert numbers["within"][:2] == ("List Bullet", 1)
    assert numbers["one"][2] == numbers["two"][2] != numbers["again"][2]
    given = read.part.numbering_part.element
    for number in {numbers["one"][2], numbers["again"][2]}:
        override = given.num_having_numId(number).lvlOverride_lst[0]
        assert override.find(qn("w:startOverride")).get(qn("w:val")) == "1"


def test_key_messages_are_a_list_set_off(paper):
    assert styled(paper, "Key Message") == ["First < message.", "Second message."]
    properties = paper.styles["Key Message"].element.pPr
    assert properties.numPr is not None
    assert properties.find(qn("w:pBdr")).find(qn("w:left")) is not None
    assert styled(paper, "Notes") == ["Source: https://example.org/a."]


def test_prose_keeps_its_styles_and_its_links(paper):
    prose = next(one for one in paper.paragraphs if one.text.startswith("It matters"))
    assert [
        (run.text, run.style.name) for run in prose.runs if run.style.name != "Default Paragraph Font"
    ] == [
        ("matters", "Strong"),
        ("so", "Emphasis"),
    ]
    assert [(one.text, one.address) for one in prose.hyperlinks] == [
        ("the law", "https://www.legislation.gov.uk/")
    ]
    assert "said" in styled(paper, "Quote")
    assert styled(paper, "Rule") == [""]
    code = next(one for one in paper.paragraphs if one.text == "And this.")
    assert code.runs[1].style.name == "Code"


def test_links_that_are_no_addresses_and_addresses_in_notes_are_text():
    text = "## One\n\n[file](paper.json) [bad](http://) [script](javascript:x) **[both](https://a.example/)**"
    read = opened(paper_document(contents(text, Passage(("See https://example.org/.",), kind="notes"))))
    assert [link.address for one in read.paragraphs for link in one.hyperlinks] == [
        "https://a.example/",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ]
    assert "file bad [script](javascript:x) both" in [one.text for one in read.paragraphs]


def test_details_are_read_label_first(paper):
    assert styled(paper, "Details") == ["Board:\tImprovement Board", "Agenda item:\t7"]


def test_each_paper_begins_a_page_but_the_first(paper, packed):
    def breaks(of: docx.document.Document) -> list[tuple[str, bool]]:
        return [
            (one.text, bool(one.paragraph_format.page_break_before))
            for one in of.paragraphs
            if one.style.name == "Heading 1"
        ]

    assert breaks(paper) == [("Do referrals come back?", False)]
    assert breaks(packed) == [
        ("Summary", True),
        ("Do referrals come back?", True),
        ("Do referrals come back?", True),
    ]
    assert styled(packed, "Title") == ["Two papers"]


def test_what_follows_the_contents_without_a_heading_begins_a_page():
    passage = {"type": "passage", "kind": "paragraph", "sentences": ["Text."]}
    read = opened(Document("T", "F", ({"type": "contents"}, passage)))
    body = read.element.body
    assert [br.get(qn("w:type")) for br in body.iter(qn("w:br"))] == ["page"]


def test_the_contents_are_filled_and_point_at_the_headings(packed):
    body = packed.element.body
    marks = {mark.get(qn("w:name")): mark.getparent() for mark in body.iter(qn("w:bookmarkStart"))}
    entries = [link for link in body.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    words = ["".join(node.text for node in mark.iter(qn("w:t"))) for mark in marks.values()]
    assert words[:4] == ["Summary", "Messages", "Do referrals come back?", "Key messages"]
    for link, (name, paragraph) in zip(entries, marks.items(), strict=True):
        assert link.get(qn("w:anchor")) == name
        texts = [node.text for node in link.iter(qn("w:t"))]
        assert "".join(texts) == "".join(node.text for node in paragraph.iter(qn("w:t")))
        level = paragraph.pPr.pStyle.val[len("Heading")]
        assert link.getparent().pPr.pStyle.val == f"TOC{level}"
    codes = [node.text.split()[0] for node in body.iter(qn("w:instrText"))]
    assert codes == ["TOC"]
    kinds = [node.get(qn("w:fldCharType")) for node in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == len(codes)


def test_nothing_is_asked_of_a_reader_at_opening():
    for name, root in parts(rendered(pack())).items():
        assert not list(root.iter(qn("w:updateFields"))), name
        assert not [one for one in root.iter(qn("w:fldChar")) if one.get(qn("w:dirty"))], name


def test_names_and_numbers_that_have_to_differ_do(packed):
    body = packed.element.body
    for path, key in (("w:bookmarkStart", "w:id"), ("w:bookmarkStart", "w:name")):
        found = [one.get(qn(key)) for one in body.iter(qn(path))]
        assert len(found) == len({*found}) > 5
    drawn = [one.get("id") for one in body.iter(qn("wp:docPr"))]
    assert len(drawn) == len({*drawn}) == 2
    ends = [one.get(qn("w:id")) for one in body.iter(qn("w:bookmarkEnd"))]
    assert ends == [one.get(qn("w:id")) for one in body.iter(qn("w:bookmarkStart"))]


def test_elements_stand_in_the_order_of_the_schema():
    read = parts(rendered(pack()))
    seen = set()
    for name, root in read.items():
        for node in root.iter():
            kind = etree.QName(node).localname
            if kind in ORDER:
                seen.add(kind)
                children = [etree.QName(child).localname for child in node]
                order = ORDER[kind].split()
                assert {*children} <= {*order}, (name, kind, children)
                assert children == sorted(children, key=order.index), (name, kind, children)
    assert seen == {*ORDER}


def test_every_style_and_list_that_is_used_exists(packed):
    for of in (packed, opened(document())):
        styles = {one.style_id for one in of.styles}
        used = {
            node.get(qn("w:val"))
            for root in (of.element, of.styles.element, of.sections[0].footer._element)
            for node in root.iter(
                qn("w:pStyle"), qn("w:rStyle"), qn("w:tblStyle"), qn("w:basedOn"), qn("w:next")
            )
        }
        assert used <= styles
        lists = {one.get(qn("w:numId")) for one in of.part.numbering_part.element.iter(qn("w:num"))}
        used = {
            one.get(qn("w:val"))
            for root in (of.element, of.styles.element)
            for one in root.iter(qn("w:numId"))
        }
        assert used <= lists


def test_nothing_of_the_template_is_left():
    names = {*parts(rendered(paper_document(contents("## One"))))}
    assert names == {
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/styles.xml",
        "word/_rels/document.xml.rels", "word/settings.xml", "word/numbering.xml", "word/footer1.xml",
    }  # fmt: skip


def test_the_same_paper_gives_the_same_bytes(monkeypatch):
    first = rendered(pack())
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 86_400 * 400)
    assert rendered(pack()) == first
    with ZipFile(BytesIO(first)) as package:
        assert {member.date_time[0] for member in package.infolist()} == {1980}


def test_what_a_person_typed_is_shown_as_it_stands():
    odd = front(title=ODD, subtitle=ODD, details=((ODD, ODD),), reference=ODD)
    shown = pd.DataFrame({ODD: [ODD], "Rate (%)": ["1.0"]})
    one = exhibit(title=ODD, measure=ODD, alt=f"The words {ODD}", shown=shown, notes=(ODD,))
    read = opened(paper_document(contents("## One", one, Passage((ODD,), kind="messages"), head=odd)))
    texts = [paragraph.text for paragraph in read.paragraphs]
    assert texts.count(ODD) == 5
    assert f"{ODD}:\t{ODD}" in texts
    assert read.tables[0].rows[0].cells[0].text == ODD
    (drawn,) = read.inline_shapes
    assert drawn._inline.docPr.get("descr") == f"The words {ODD}"
    assert read.core_properties.title.startswith(ODD)


def test_words_from_the_right_are_marked():
    hebrew = "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}"
    arabic = "\N{ARABIC LETTER SEEN}\N{ARABIC LETTER LAM}"
    sentences = (f"In {hebrew} {hebrew} and {arabic}.", f"{arabic} first.")
    read = opened(paper_document(contents("## One", Passage(sentences, kind="messages"))))
    mixed, whole = (one for one in read.paragraphs if one.style.name == "Key Message")
    marked = {
        run.text: run._r.rPr.find(qn("w:lang")).get(qn("w:bidi"))
        for run in mixed.runs
        if run._r.rPr is not None and run._r.rPr.find(qn("w:rtl")) is not None
    }
    assert marked == {f"{hebrew} {hebrew}": "he-IL", arabic: "ar-SA"}
    assert mixed._p.pPr.find(qn("w:bidi")) is None
    assert whole._p.pPr.find(qn("w:bidi")) is not None


def test_what_xml_cannot_hold_is_replaced():
    bad = "a\x00b\x0bc\ud800d\ufffee\r\nf\tg"
    head = front(title=bad, subtitle=bad, details=((bad, bad),), reference=bad)
    one = exhibit(title=bad, alt=f"five words and {bad} here")
    read_in = contents("## One", one, Passage((bad,)), head=head)
    read_in.pieces[1]["shown"] = {"columns": [bad, "b"], "rows": [[bad, bad]]}
    read = opened(paper_document(read_in))
    good = "a\ufffdb\ufffdc\ufffdd\ufffde\nf\tg"
    assert [one.text for one in read.paragraphs].count(good) == 4
    assert read.core_properties.title.startswith("a\ufffdb")


@pytest.mark.parametrize("title", ["word " * 80, "w" * 400])
def test_a_title_of_400_letters_is_set(title):
    read = opened(document(title=title))
    assert styled(read, "Heading 1") == [title]
    assert len(read.core_properties.title) == 255


def test_the_ends_of_a_table_of_153_rows_stay_with_what_is_around_them():
    rows = [[f"Authority {number}", *[f"{number}.5"] * 7] for number in range(153)]
    shown = pd.DataFrame(rows, columns=["Area", *[f"Rate {number} (%)" for number in range(7)]])
    paper = paper_document(contents("## All", exhibit("all", shown=shown, svg="", alt="")))
    table = opened(paper).tables[0]._tbl
    kept = [row.tc_lst[0].p_lst[0].pPr.keepNext is not None for row in table.tr_lst]
    assert kept == [True] * 3 + [False] * 148 + [True] * 3


def test_a_chart_needs_its_picture():
    with pytest.raises(InputError, match=r"exhibit 'trend': no picture was given .*Draw it as PNG first"):
        render_word(document(), {})
    with pytest.raises(InputError, match=r"exhibit 'trend': a picture that is no PNG"):
        render_word(document(), {"trend": b"<svg/>"})


def test_styles_that_are_not_of_word_are_marked(paper):
    ours = {one.name for one in paper.styles if not one.builtin}
    assert {"Key Message", "Key Message Small", "Source", "Table Number", "Figures", "Code"} <= ours
    assert not ours & {
        "Heading 1",
        "Title",
        "List Bullet",
        "Caption",
        "toc 1",
        "Strong",
        "Quote",
        "Hyperlink",
    }
