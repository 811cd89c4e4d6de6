"""Each rule finds the fault that it is for on a small bad page, and nothing on a small good one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser import axe_rules, browsing, document_rules, layout_rules
from browser.browsing import Visit, find_chromium, visiting
from browser.document_rules import words_at_fault

pytestmark = pytest.mark.browser

ALT = "The rate rose from 19.8% in 2024 to 21.4% in 2025."
LABEL = '<text x="10" y="40" font-size="14">Bury 21.4</text>'
CHART = (
    '<figure class="exhibit" id="trend"><h3>It rose</h3>'
    '<svg role="img" aria-labelledby="t d" viewBox="0 0 200 100"'
    f' width="200"><title id="t">Rate</title><desc id="d">{ALT}</desc>'
    f'<rect y="50" width="200" height="50" fill="#12436D"/>{LABEL}</svg></figure>'
)
TABLE = (
    '<table id="rates"><caption>Rates</caption>'
    '<thead><tr><th scope="col">Area</th><th scope="col">Rate</th></tr></thead>'
    '<tbody><tr><th scope="row">Bury</th><td>21.4</td></tr></tbody></table>'
)
LINK = '<p>The tables are <a href="tables/a.csv">beside it</a>, and <a href="#rates">below</a>.</p>'
BOX = '<div role="region" tabindex="0" aria-label="Rates" style="width: 9em; overflow-x: auto">'
GOOD = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>A paper</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>body {{ margin: 1rem; overflow-wrap: break-word; }} :focus {{ outline: 3px solid #000; }}
.skip:not(:focus) {{ position: absolute; left: -99rem; }}
@media print {{ .skip {{ display: none; }} div {{ overflow: visible !important; }} }}
@page {{ size: A4; margin: 18mm; }}</style></head>
<body><a class="skip" href="#main">Skip to the paper</a><header><h1>Question?</h1></header>
<main id="main" tabindex="-1"><h2>Answer</h2><p>It rose, and none of the others did.</p>{LINK}{CHART}{TABLE}
{BOX}<p style="width: 20em">{ALT}</p></div>
</main></body></html>"""
LONG = "Gwasanaethau" * 40

Find = Callable[[Visit], list[str]]


def axe_finds(visit: Visit) -> list[str]:
    found = axe_rules.run_axe(visit.at(320))
    return axe_rules.violations(found) + axe_rules.left_open(found)


def links(visit: Visit) -> list[str]:
    return document_rules.links_without_ends(visit.page, visit.path)


def heard(visit: Visit) -> list[str]:
    return visit.strangers + visit.said


def pdf(visit: Visit) -> list[str]:
    page = visit.at(658, media="print")
    return layout_rules.missing_from_pdf(page, layout_rules.print_page(page))


def shown(rule: document_rules.Rule, width: int = 320, media: str = "screen") -> Find:
    return lambda visit: rule(visit.at(width, media=media))


RULES: dict[str, Find] = {
    "axe": axe_finds,
    "links": links,
    "heard": heard,
    "pdf": pdf,
    "skip": shown(document_rules.skip_link_at_fault),
    "focus": shown(layout_rules.focus_unseen),
    "paper": shown(layout_rules.wrong_on_paper, 658, "print"),
    **{
        name: shown(rule)
        for name, rule in {
            "faint": axe_rules.faint_texts,
            "charts": document_rules.charts_without_words,
            "tables": document_rules.tables_without_headers,
            "headings": document_rules.headings_out_of_order,
            "head": document_rules.head_at_fault,
            "wide": layout_rules.wider_than_window,
            "spaced": layout_rules.spaced_out,
            "regions": layout_rules.regions_without_keys,
            "edge": layout_rules.texts_outside_charts,
            "small": layout_rules.texts_too_small,
            "overlap": layout_rules.texts_over_texts,
            "broken": layout_rules.words_broken_in_tables,
        }.items()
    },
}
# A rule, what is replaced on the good page and by what, and words of the fault that it has to find.
BAD = [
    ("axe", '<main id="main" tabindex="-1">', '<main id="main" tabindex="5">', "tabindex"),
    ("axe", "<p>It rose", '<p style="color: #aaa">It rose', "color-contrast"),
    ("axe", "<p>It rose", '<p style="background: linear-gradient(red, blue)">It rose', "color-contrast"),
    ("faint", "<p>It rose", '<p style="color: #777">It rose', "contrast 4.48"),
    ("faint", 'y="40"', 'y="80"', "contrast 2.0"),
    ("faint", 'y="40"', 'y="40" fill="#28A197"', "contrast 3"),
    ("charts", f">{ALT}</desc>", ">Chart of the rate</desc>", "fewer than five words"),
    ("charts", f">{ALT}</desc>", ">Image of chart goes here: alt text needed</desc>", "a placeholder"),
    ("charts", '<title id="t">Rate</title>', f'<title id="t">{ALT}</title>', "repeats its title"),
    ("charts", '<title id="t">Rate</title>', "", "no title"),
    ("charts", ' role="img"', "", "no role=img"),
    ("tables", "<td>21.4</td>", "<td> </td>", "an empty td"),
    ("tables", '<th scope="col">Rate</th>', '<th scope="col"></th>', "an empty th"),
    ("tables", "<caption>Rates</caption>", "<caption> </caption>", "no caption"),
    ("tables", '<th scope="col">Rate', "<th>Rate", "no scope=col"),
    ("tables", '<th scope="row">', "<th>", "no th scope=row"),
    ("headings", "<h2>Answer</h2>", "<h2>Answer</h2><h4>Deep</h4>", "h4 'Deep' follows h2"),
    ("headings", "<h2>Answer</h2>", "<h1>Answer</h1>", "2 headings of level 1"),
    ("headings", "<h2>Answer</h2>", "<h2></h2>", "an empty heading"),
    ("head", 'lang="en-GB"', 'lang="en"', 'lang is "en"'),
    ("head", "<title>A paper</title>", "<title></title>", "no title"),
    ("head", '<main id="main" tabindex="-1">', '<div id="main">', "0 main landmarks"),
    ("head", '<table id="rates">', '<table id="trend">', '"trend" stands twice'),
    ("skip", 'href="#main"', 'href="#nowhere"', "not in main"),
    ("skip", ".skip:not(:focus)", ".skip", "cannot be seen"),
    ("skip", '<a class="skip"', '<a href="#rates">First</a><a class="skip"', "the first stop is a"),
    ("links", "tables/a.csv", "tables/b.csv", "tables/b.csv: there is no such file"),
    ("links", "#rates", "#rat", "#rat: there is no such place"),
    ("links", "#rates", "javascript:alert(1)", "of the kind 'javascript'"),
    ("heard", "<p>It rose", '<img alt="" src="https://example.org/x.png"><p>It rose', "example.org"),
    ("heard", "<p>It rose", '<img alt="" src="../x.png"><p>It rose', "x.png"),
    ("heard", "<p>It rose", "<script>console.warn('old')</script><p>It rose", "warning: old"),
    ("heard", "<p>It rose", "<script>throw Error('broken')</script><p>It rose", "page error: broken"),
    ("wide", "<p>It rose", '<p style="width: 40em">It rose', "wide in 320"),
    ("wide", "<p>It rose", f'<p style="overflow-wrap: normal">{LONG}', "out of the window: p"),
    ("wide", "<p>It rose", f'<p style="overflow: hidden; overflow-wrap: normal">{LONG}', "cut off: p"),
    ("spaced", "<p>It rose", '<p style="white-space: nowrap">It rose more than once', "with text spaced out"),
    ("regions", 'tabindex="0" ', "", "no keyboard reaches div"),
    ("regions", ' aria-label="Rates"', "", "no name on div"),
    ("regions", 'role="region" ', "", "no role=region on div"),
    ("focus", "outline: 3px", "outline: 1px", "no visible focus on a"),
    ("focus", "outline: 3px solid #000", "outline: none", "no visible focus on div"),
    ("edge", 'x="10"', 'x="150"', "runs"),
    ("edge", 'y="40"', 'y="-5"', "runs"),
    ("small", 'font-size="14"', 'font-size="8"', "letters of 8.0 px"),
    ("small", 'width="200">', 'width="100">', "letters of 7.0 px"),
    ("overlap", LABEL, f'{LABEL}<text x="30" y="42" font-size="14">Kent 19.8</text>', "overlap by"),
    ("broken", "<td>", '<td style="display: block; width: 1em; overflow-wrap: anywhere">', 'is broken in'),
    ("paper", ".skip { display: none; }", "", "printed for nobody"),
    ("paper", '<table id="rates">', '<table id="rates" style="width: 700px">', "cut off at the right: table"),
    ("paper", "@media print {", "@media print { table { display: none; }", "not printed: table"),
    ("pdf", "<td>21.4</td>", '<td style="position: relative; left: 99rem">Far away</td>', "'Far away'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def window(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Give a window on a file that has a table beside it."""
    path = tmp_path_factory.mktemp("small") / "paper.html"
    (path.parent / "tables").mkdir()
    (path.parent / "tables" / "a.csv").touch()
    path.write_text(GOOD, encoding="utf-8")
    with visiting(browser, path) as visit:
        yield visit


def show(window: Visit, text: str) -> Visit:
    """Show another page in a window."""
    window.path.write_text(text, encoding="utf-8")
    window.strangers.clear()
    window.said.clear()
    window.anew(320)
    return window


@pytest.mark.parametrize("rule", RULES)
def test_a_good_page_has_no_fault(rule: str, window: Visit) -> None:
    assert RULES[rule](show(window, GOOD)) == []


@pytest.mark.parametrize(("rule", "good", "bad", "said"), BAD)
def test_a_bad_page_is_found(rule: str, good: str, bad: str, said: str, window: Visit) -> None:
    assert good in GOOD
    faults = RULES[rule](show(window, GOOD.replace(good, bad, 1)))
    assert any(said in fault for fault in faults), faults


def test_every_rule_has_a_bad_page() -> None:
    assert {rule for rule, *_ in BAD} == set(RULES)


@pytest.mark.parametrize(
    ("added", "faults"),
    [
        ("('h2').textContent = 'By script'", ["gone without scripts: 'By script'"]),
        ("('table').hidden = false", ["hidden without scripts: rates"]),
        ("('[role=search]').hidden = false", []),
    ],
)
def test_what_scripts_add_is_found(added: str, faults: list[str], browser: Browser, window: Visit) -> None:
    script = f"<script>document.querySelector{added}</script>"
    text = GOOD.replace("</main>", f'<p role="search" hidden>Find</p>{script}</main>')
    if "table" in added:
        text = text.replace('id="rates"', 'id="rates" hidden')
    show(window, text)
    with visiting(browser, window.path, scripts=False) as without:
        found = document_rules.lost_without_scripts(window.page, without.page)
    assert [fault for fault in faults if fault not in found] == []
    assert bool(found) == bool(faults)


@pytest.mark.parametrize("text", ["image", "Chart", "A plot of 1.", "TODO", "alt text", "[figure]"])
def test_placeholders_are_known(text: str) -> None:
    assert f"a placeholder: {text!r}" in words_at_fault("img", "Rate", text)


def test_words_that_begin_like_one_are_no_placeholder() -> None:
    assert words_at_fault("img", "Rate", "Image and plan differ in 2025") == []
    assert words_at_fault("img", "Chart of accounts of Bury", ALT) == []


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LookupError, match="apt-get install chromium"):
        find_chromium()
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(LookupError, match=r"looked for .*none"):
        browsing.find_chromium()
