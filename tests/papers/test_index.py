"""The index pages of a folder of papers, on small folders made here."""

from __future__ import annotations

import json
import threading
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import html5lib
import pytest

import analytics.papers.index
from analytics.errors import InputError
from analytics.papers.index import Entry, File, Unread, read_entries, write_indexes
from analytics.papers.record import Paper, write_paper
from papers.small_folder import ALL, put, record

NAMES = [
    'Łódź "Ŵyn" <b>&amp;</b> O\'Neil 🙂',
    "ירושלים",
    "{{ 7 * 7 }} {% raw %}",
    "</title><script>alert(1)</script>",
]


def parsed(path: Path) -> Element:
    """Parse a page as a browser does, and fail on what the standard calls an error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(path.read_text("utf-8"))


def words(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())


def links(tree: Element) -> dict[str, str]:
    """Map the text of each link to its address, and hold every text to be one link's alone."""
    pairs = [(words(node), node.get("href", "")) for node in tree.iter("a")]
    assert len(pairs) == len(dict(pairs)), pairs
    return dict(pairs)


def cells(tree: Element) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in tree.iter("tr")]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Give a folder of two authorities: Bury has all that there can be, Wigan one paper."""
    for study in ("workforce", "care_leavers", "repeat_plans", "rereferrals", "caseloads", "pack"):
        put(tmp_path, study)
    put(tmp_path, "caseloads", year=2024)
    put(tmp_path, "caseloads", year=2023, docs=["pdf"])
    put(tmp_path, "pack", year=2024)
    (tmp_path / "bury" / "caseloads-2025" / "tables" / "trend.csv").write_text("a,b\n")
    put(tmp_path, "rereferrals", area="Wigan", region="")
    return tmp_path


def test_the_whole_index_has_a_row_for_each_authority_and_a_column_for_each_study(out: Path) -> None:
    path = write_indexes(out)
    tree = parsed(path)
    assert path == out / "index.html"
    assert tree.findtext(".//h1") == "Children's services papers"
    assert words(tree.find(".//caption")) == "The newest papers: 2 authorities, 6 papers, 1 pack"
    studies = ["Caseloads", "Re-referrals", "Repeat plans", "Workforce", "Care leavers"]
    bury = [f"{study}, Bury, 2025" for study in studies]
    none = "no paper"
    assert cells(tree) == [
        ["Authority", "Region", *studies, "Pack"],
        ["Bury", "North West", *bury, "Pack, Bury, 2025, Word Pack, Bury, 2025, PDF"],
        ["Wigan", "not stated", none, "Re-referrals, Wigan, 2025", none, none, none, "no pack"],
    ]
    assert [node.get("scope") for node in tree.iter("th")] == ["col"] * 8 + ["row"] * 2


def test_what_is_read_by_ear_only_is_the_name_and_not_the_year(out: Path) -> None:
    link = parsed(write_indexes(out)).find(".//td/a")
    assert words(link.find("span")) == "Caseloads, Bury,"
    assert link.find("span").tail == "2025"
    assert link.find("span").get("class") == "unseen"


def test_every_link_of_every_index_leads_to_a_file(out: Path) -> None:
    put(out, "caseloads", area="Odd", at="a:b c#d?é%41")
    write_indexes(out)
    followed = set()
    for page in (out / "index.html", *out.glob("*/index.html")):
        addresses = [node.get("href", "") for node in parsed(page).iter("a")]
        for address in addresses:
            if not address.startswith(("#", "https:")):
                target = (page.parent / unquote(address)).resolve()
                assert ":" not in address
                assert target.is_file(), address
                followed.add(target)
    papers = {path.resolve() for kind in ALL for path in out.glob(f"*/*/*.{kind}")}
    assert papers <= followed


def test_an_areas_index_has_the_pack_and_then_the_newest_paper_of_each_study(out: Path) -> None:
    write_indexes(out)
    tree = parsed(out / "bury" / "index.html")
    headings = [words(node) for node in tree.iter() if node.tag in {"h1", "h2"}]
    studies = ["Caseloads", "Re-referrals", "Repeat plans", "Workforce", "Care leavers"]
    assert headings == ["Bury", "Pack", *studies, "Earlier papers"]
    assert tree.findtext(".//title") == "Bury – Children's services papers"
    assert [words(node) for node in tree.iter("h3")][:2] == ["About pack?", "About caseloads?"]
    assert "Bury, year to 31 March 2025" in words(tree)
    assert [words(node) for node in tree.find(".//ul[@class='messages']")] == ["It rose.", "It is high."]
    found = links(tree)
    assert found["All authorities"] == "../index.html"
    assert found["Pack, 2025: PDF, 310 kB"] == "pack-2025/pack.pdf"
    assert "Pack, 2025: Web page, 310 kB" not in found
    assert found["Caseloads, 2025: Web page, 310 kB"] == "caseloads-2025/paper.html"
    assert found["Caseloads, 2025: Word, 310 kB"] == "caseloads-2025/paper.docx"
    assert found["Caseloads, 2025: trend.csv (CSV, 1 kB)"] == "caseloads-2025/tables/trend.csv"
    assert [row[:2] for row in cells(tree)[1:]] == [
        ["Pack, 2024", "About pack?"],
        ["Caseloads, 2024", "About caseloads?"],
        ["Caseloads, 2023", "About caseloads?"],
    ]


def test_what_is_on_the_disk_is_linked_whatever_the_record_says(tmp_path: Path) -> None:
    put(tmp_path, "caseloads", docs=["pdf"])
    put(tmp_path, "rereferrals", docs=[])
    put(tmp_path, "workforce", documents=[])
    put(tmp_path, "pack", docs=[])
    found = links(parsed(write_indexes(tmp_path)))
    assert found["Caseloads, Bury, 2025"] == "bury/caseloads-2025/paper.pdf"
    assert found["Workforce, Bury, 2025"] == "bury/workforce-2025/paper.html"
    row = cells(parsed(tmp_path / "index.html"))[1]
    assert (row[3], row[-1]) == ("2025 (no document)",) * 2
    area = parsed(tmp_path / "bury" / "index.html")
    assert [text for text in links(area) if text.startswith("Caseloads")] == ["Caseloads, 2025: PDF, 310 kB"]
    assert "no document" in words(area)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "paper.json is not JSON"),
        ("\xff", "paper.json is not JSON"),
        ("[" * 100_000, "paper.json is not JSON"),
        ("[]", "the record in paper.json is not usable"),
        (None, "there is no paper.json"),
        ({"title": ""}, "the title in paper.json is not usable"),
        ({"title": "half a pair \udc80"}, "the title in paper.json is not usable"),
        ({"year": "2025"}, "the year in paper.json is not usable"),
        ({"year": True}, "the year in paper.json is not usable"),
        ({"area": " "}, "the area in paper.json is not usable"),
        ({"key_messages": [1]}, "the key_messages in paper.json is not usable"),
        ("title", "paper.json has no title"),
        ("region", "paper.json has no region"),
        ("key_messages", "paper.json has no key_messages"),
    ],
)
def test_a_record_that_cannot_be_read_is_said_and_stops_no_other(
    out: Path, text: str | dict[str, Any] | None, fault: str
) -> None:
    broken = out / "bury" / "workforce-2025" / "paper.json"
    shape = record("workforce", "Bury", 2025)
    broken.unlink()
    if isinstance(text, dict):
        broken.write_text(json.dumps({**shape, **text}))
    elif text in shape:
        broken.write_text(json.dumps({key: value for key, value in shape.items() if key != text}))
    elif text is not None:
        broken.write_bytes(text.encode("latin-1"))
    write_indexes(out)
    for page in (out / "index.html", out / "bury" / "index.html"):
        tree = parsed(page)
        said = words(tree.find(".//main/div[@class='unread']/ul/li"))
        assert said.startswith(
            f"The paper in the folder bury/workforce-2025 could not be read: {fault}. Make"
        )
        assert not [address for address in links(tree).values() if "workforce" in address]
        assert [address for address in links(tree).values() if "caseloads-2025" in address]


def test_a_pack_that_cannot_be_read_is_said_too(out: Path) -> None:
    (out / "bury" / "pack-2025" / "pack.json").write_text("")
    tree = parsed(write_indexes(out))
    assert "The pack in the folder bury/pack-2025 could not be read: pack.json is not JSON." in words(tree)
    assert "Pack, Bury, 2024, Word" in links(tree)
    assert "Pack, Bury, 2025, Word" not in links(tree)


def test_a_pack_of_another_study_is_refused(out: Path) -> None:
    path = out / "bury" / "pack-2025" / "pack.json"
    path.write_text(json.dumps({**record("pack", "Bury", 2025), "study": "caseloads"}))
    assert Unread("bury", "pack-2025", "the study in pack.json is not usable") in read_entries(out)


def test_an_area_of_which_nothing_can_be_read_has_an_index_and_no_row(out: Path) -> None:
    (out / "wigan" / "rereferrals-2025" / "paper.json").unlink()
    assert len(cells(parsed(write_indexes(out)))) == 2
    tree = parsed(out / "wigan" / "index.html")
    assert tree.findtext(".//h1") == "wigan"
    assert links(tree).keys() == {"Skip to the papers", "All authorities", "Open Government Licence v3.0"}


def test_a_folder_of_which_nothing_can_be_read_does_not_say_that_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "bury" / "caseloads-2025").mkdir(parents=True)
    tree = parsed(write_indexes(tmp_path))
    assert "there is no paper.json" in words(tree)
    assert "There are no papers" not in words(tree)


def test_a_region_is_taken_from_the_newest_paper_that_states_one(tmp_path: Path) -> None:
    for year, region in ((2023, "North East"), (2024, "North West"), (2025, "")):
        put(tmp_path, "caseloads", year=year, region=region)
    assert cells(parsed(write_indexes(tmp_path)))[1][1] == "North West"


def test_what_is_no_paper_is_passed_over(out: Path) -> None:
    before = read_entries(out)
    put(out, "caseloads", area="Kent", at=".kent-x1")
    (out / "bury" / ".workforce-2025-x1" / "new").mkdir(parents=True)
    (out / "bury" / "notes").mkdir()
    (out / "drafts" / "old").mkdir(parents=True)
    (out / "README-2025").write_text("a file")
    (out / "bury" / "plan-2025").write_text("a file")
    write_indexes(out)
    assert read_entries(out) == before
    assert not (out / "drafts" / "index.html").exists()
    assert not (out / ".kent-x1" / "index.html").exists()


def test_a_paper_is_read_once_with_its_sizes(tmp_path: Path) -> None:
    put(tmp_path, "caseloads", docs=["docx"])
    (tmp_path / "bury" / "workforce-2025").mkdir()
    entry, unread = read_entries(tmp_path)
    assert isinstance(entry, Entry)
    assert (entry.slug, entry.folder, entry.pack) == ("bury", "caseloads-2025", False)
    assert entry.documents == (File("paper.docx", 310_400),)
    assert unread == Unread("bury", "workforce-2025", "there is no paper.json")


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("x.csv", 0, "CSV, 1 kB"),
        ("paper.docx", 310_400, "Word, 310 kB"),
        ("paper.html", 999_499, "Web page, 999 kB"),
        ("pack.pdf", 999_501, "PDF, 1.0 MB"),
        ("pack.PDF", 12_340_000, "PDF, 12.3 MB"),
    ],
)
def test_sizes_are_said_in_thousands_and_millions(name: str, size: int, said: str) -> None:
    assert File(name, size).words == said


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_as_they_stand(tmp_path: Path, name: str) -> None:
    put(tmp_path, "caseloads", area=name, region=name, title=name, key_messages=[name])
    put(tmp_path, "caseloads", area=name, year=2024, title=name)
    put(tmp_path, "pack", area=name, region=name)
    put(tmp_path, "workforce", area="Wigan")
    tree = parsed(write_indexes(tmp_path))
    rows = cells(tree)[1:]
    assert [name, name, f"Caseloads, {name}, 2025"] in [row[:3] for row in rows]
    (area,) = {path for path in tmp_path.glob("*/index.html") if path.parent.name != "wigan"}
    page = parsed(area)
    assert page.findtext(".//h1") == name
    assert page.findtext(".//title").startswith(name)
    assert [words(node) for node in page.iter("h3")][1] == name
    assert words(page.find(".//ul[@class='messages']/li")) == name
    assert len([*tree.iter("script")]) == 1
    assert not [*page.iter("script")]


def test_the_pages_state_their_language_and_landmarks_and_refer_to_what_is_there(out: Path) -> None:
    (out / "bury" / "workforce-2025" / "paper.json").unlink()
    write_indexes(out)
    for page in (out / "index.html", out / "bury" / "index.html"):
        tree = parsed(page)
        ids = [node.get("id") for node in tree.iter() if node.get("id")]
        assert tree.get("lang") == "en-GB"
        assert len([*tree.iter("h1")]) == len([*tree.iter("main")]) == 1
        assert len(ids) == len(set(ids))
        wanted = [node.get("href", "")[1:] for node in tree.iter("a") if node.get("href", "").startswith("#")]
        wanted += [
            node.get(name) for node in tree.iter() for name in ("for", "aria-labelledby") if node.get(name)
        ]
        assert set(wanted) <= set(ids)
        levels = [int(node.tag[1]) for node in tree.iter() if node.tag in {"h1", "h2", "h3"}]
        assert all(below <= above + 1 for above, below in pairwise(levels))


def test_the_pages_ask_nothing_of_anyone(out: Path) -> None:
    write_indexes(out)
    for page in (out / "index.html", out / "bury" / "index.html"):
        text, tree = page.read_text("utf-8"), parsed(page)
        assert not [node for node in tree.iter() if node.get("src") or node.get("style")]
        assert not [name for node in tree.iter() for name in node.attrib if name.startswith("on")]
        assert [node.get("href") for node in tree.iter("link")] == ["data:,"]
        assert not [word for word in ("@import", "url(", "fetch(", "XMLHttp") if word in text]


def test_the_search_is_hidden_until_its_script_shows_it_and_no_row_is(out: Path) -> None:
    tree = parsed(write_indexes(out))
    search = tree.find(".//div[@role='search']")
    assert search.get("hidden") is not None
    assert search.find("label").get("for") == search.find("input").get("id")
    assert search.find("p").get("role") == "status"
    assert not [row for row in tree.iter("tr") if row.get("hidden") is not None]
    assert len(tree.findtext(".//script").splitlines()) < 40


def test_the_index_of_one_area_has_no_search(tmp_path: Path) -> None:
    put(tmp_path, "caseloads")
    tree = parsed(write_indexes(tmp_path))
    assert words(tree.find(".//caption")) == "The newest papers: 1 authority, 1 paper"
    assert cells(tree) == [
        ["Authority", "Region", "Caseloads"],
        ["Bury", "North West", "Caseloads, Bury, 2025"],
    ]
    assert not [*tree.iter("script"), *tree.iter("input")]


def test_a_folder_without_papers_says_so(tmp_path: Path) -> None:
    tree = parsed(write_indexes(tmp_path))
    assert "There are no papers here yet. Make one with analytics paper." in words(tree)
    assert not [*tree.iter("table")]


def test_the_same_papers_give_the_same_bytes_and_nothing_is_left_over(out: Path) -> None:
    write_indexes(out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    write_indexes(out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    made = {path.relative_to(out).as_posix() for path in out.rglob("*.html") if path.name != "paper.html"}
    assert made == {"index.html", "bury/index.html", "wigan/index.html"}


def test_a_paper_written_meanwhile_waits_for_the_index(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render = analytics.papers.index.render_index
    kent = Paper(
        PurePosixPath("kent/caseloads-2025"), {"paper.json": json.dumps(record("caseloads", "Kent", 2025))}
    )
    writer = threading.Thread(target=write_paper, args=(kent, out))

    def slow(found: Any) -> str:
        writer.start()
        writer.join(0.3)
        assert not (out / "kent").exists()
        return render(found)

    with monkeypatch.context() as patch:
        patch.setattr(analytics.papers.index, "render_index", slow)
        write_indexes(out)
    writer.join()
    assert "Kent" in words(parsed(write_indexes(out)))
    assert (out / "kent" / "index.html").is_file()


def test_two_writers_at_once_do_no_harm(out: Path) -> None:
    page = write_indexes(out).read_text("utf-8")
    raised: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(5):
                write_indexes(out)
        except Exception as error:
            raised.append(error)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert (out / "index.html").read_text("utf-8") == page
    assert not raised
    assert [path.name for path in out.rglob(".*")] == [".lock"]


def test_an_index_can_be_read_by_whoever_may_read_the_papers(out: Path) -> None:
    index = write_indexes(out)
    assert index.stat().st_mode == (out / "bury" / "caseloads-2025" / "paper.json").stat().st_mode


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"reports: this folder cannot be read \(No such file or directory\)"
    ):
        write_indexes(tmp_path / "reports")


def test_an_index_that_cannot_be_written_is_named_and_the_old_one_stays(out: Path) -> None:
    (out / "bury" / "index.html").mkdir()
    (out / "index.html").write_text("as it was")
    with pytest.raises(InputError, match=r"bury/index\.html: this cannot be written"):
        write_indexes(out)
    assert (out / "index.html").read_text() == "as it was"
    assert [path.name for path in out.rglob(".*")] == [".lock"]
