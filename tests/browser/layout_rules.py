"""Rules of how a paper looks at a width, in focus and on paper: each gives its faults."""

from __future__ import annotations

import re
import unicodedata

import pypdfium2
from playwright.sync_api import Page

from browser.document_rules import look

# WCAG 2.2, 1.4.12: what a reader may set without losing anything.
SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
SMALLEST = 9.0  # CSS pixels: the letters of a chart on a telephone
COVERED = 0.25  # of the smaller of two texts
STOPS = 15
LONGEST = 20  # letters of a word that a cell has to hold


def wider_than_window(page: Page) -> list[str]:
    """Find a page that scrolls sideways, and text that runs out of the window or is cut off."""
    return look(
        page,
        """
        const root = document.scrollingElement, over = root.scrollWidth > root.clientWidth;
        const own = e => /auto|scroll/.test(getComputedStyle(e).overflowX);
        const scrolls = e => e && (own(e) || scrolls(e.parentElement));
        const off = e => e.matches(".skip, .unseen") || e.closest("thead")?.matches("[role=rowgroup]");
        const texts = all("h1, h2, h3, h4, p, li, dt, dd, caption, figcaption, blockquote, summary, label")
            .filter(e => seen(e) && !off(e));
        const cut = e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline"
            && getComputedStyle(e).overflowX !== "visible" && !scrolls(e);
        const written = e => [...e.childNodes].flatMap(node => node.nodeType === 3 ? [node]
            : node.nodeType === 1 && !node.matches(".unseen") ? written(node) : []);
        const beyond = e => !scrolls(e) && written(e).some(text => {
            const range = document.createRange();
            range.selectNodeContents(text);
            const box = range.getBoundingClientRect();
            return box.right > root.clientWidth + 1 || box.left < -1;
        });
        return [
            ...over ? [`${root.scrollWidth} wide in ${root.clientWidth}`] : [],
            ...texts.filter(cut).map(e => "cut off: " + named(e)),
            ...texts.filter(beyond).map(e => "out of the window: " + named(e)),
        ];
    """,
    )


def spaced_out(page: Page) -> list[str]:
    """Set the spacing of WCAG 1.4.12, look for what it breaks, and take it away again."""
    style = page.add_style_tag(content=SPACING)
    try:
        return [f"with text spaced out: {fault}" for fault in wider_than_window(page)]
    finally:
        style.evaluate("style => style.remove()")


def regions_without_keys(page: Page) -> list[str]:
    """Find boxes that scroll and cannot be reached by keyboard, or have no name."""
    return look(
        page,
        """
        const boxes = all("body *").filter(e => e.scrollWidth > e.clientWidth && seen(e)
            && /auto|scroll/.test(getComputedStyle(e).overflowX) && e.localName !== "input");
        const name = e => e.getAttribute("aria-label") || (e.getAttribute("aria-labelledby") ?? "").split(" ")
            .map(id => document.getElementById(id)?.textContent.trim() ?? "").join(" ").trim();
        return boxes.flatMap(e => [
            ...e.tabIndex >= 0 && e.hasAttribute("tabindex") ? [] : ["no keyboard reaches " + named(e)],
            ...e.getAttribute("role") === "region" ? [] : ["no role=region on " + named(e)],
            ...name(e) ? [] : ["no name on " + named(e)],
        ]);
    """,
    )


def focus_unseen(page: Page) -> list[str]:
    """Press Tab from the top of a page just loaded: each of the first stops needs an outline of 2 px."""
    faults = []
    for stop in range(1, STOPS + 1):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return faults if stop > 1 else ["no stop at all"]
        faults += look(
            page,
            """
            const e = document.activeElement, style = getComputedStyle(e);
            const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            return drawn && inWindow(e) ? [] : [`no visible focus on ${named(e)}`];
        """,
        )
    return faults


def texts_outside_charts(page: Page) -> list[str]:
    """Find words of a chart that run over its edge by more than a pixel."""
    return look(
        page,
        """
        return all("svg").filter(seen).flatMap(svg => {
            const edge = svg.getBoundingClientRect();
            return all("text", svg).filter(text => text.textContent.trim()).flatMap(text => {
                const box = text.getBoundingClientRect();
                const over = Math.max(edge.left - box.left, box.right - edge.right, edge.top - box.top,
                    box.bottom - edge.bottom);
                const fault = `${named(text)} runs ${over.toFixed(1)} px over its edge`;
                return over > 1 ? [`${chartOf(svg)}: ${fault}`] : [];
            });
        });
    """,
    )


def texts_too_small(page: Page) -> list[str]:
    """Find charts with letters too small to read, as they are drawn in this window."""
    return look(
        page,
        f"""
        return all("svg").filter(seen).flatMap(svg => {{
            const scale = svg.getBoundingClientRect().width / (svg.viewBox.baseVal.width || svg.clientWidth);
            const sizes = all("text", svg).map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
            const least = Math.min(...sizes);
            const fault = `${{chartOf(svg)}}: letters of ${{least.toFixed(1)}} px`;
            return least < {SMALLEST} - 0.05 ? [fault] : [];
        }});
    """,
    )


def texts_over_texts(page: Page) -> list[str]:
    """Find pairs of words of a chart of which one covers much of the other."""
    return look(
        page,
        f"""
        const area = box => Math.max(box.width, 0) * Math.max(box.height, 0);
        return all("svg").filter(seen).flatMap(svg => {{
            const texts = all("text", svg).filter(text => text.textContent.trim())
                .map(text => [text, text.getBoundingClientRect()]);
            return texts.flatMap(([one, a], place) => texts.slice(place + 1).flatMap(([other, b]) => {{
                const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                const part = area({{ width, height }}) / Math.max(Math.min(area(a), area(b)), 1e-9);
                const both = `${{chartOf(svg)}}: ${{named(one)}} and ${{named(other)}}`;
                return part > {COVERED} ? [`${{both}} overlap by ${{Math.round(100 * part)}}%`] : [];
            }}));
        }});
    """,
    )


def words_broken_in_tables(page: Page) -> list[str]:
    """Find words and figures of ordinary length that a cell breaks over two lines."""
    return look(
        page,
        f"""
        const lines = (text, found) => {{
            const range = document.createRange();
            range.setStart(text, found.index);
            range.setEnd(text, found.index + found[0].length);
            return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
        }};
        const broken = text => [...text.data.matchAll(/[^\\s\\-–]+/g)]
            .filter(found => found[0].length <= {LONGEST} && lines(text, found) > 1);
        return all("th, td").filter(seen).flatMap(cell => [...cell.childNodes]
            .filter(node => node.nodeType === 3).flatMap(broken)
            .map(found => `"${{found[0]}}" is broken in ${{named(cell)}}`));
    """,
    )


def wrong_on_paper(page: Page) -> list[str]:
    """Find, under print and at the width of a sheet, what is of no use there and what is cut off."""
    return look(
        page,
        """
        const width = document.documentElement.clientWidth;
        const over = e => Math.round(e.getBoundingClientRect().right - width);
        return [
            ...all(".skip, nav, [role=search]").filter(seen).map(e => "printed for nobody: " + named(e)),
            ...all("table, svg, caption, figcaption, p, li").filter(e => seen(e) && over(e) > 1)
                .map(e => `${over(e)} px cut off at the right: ${named(e)}`),
            ...all("main h2, main h3, main table, main svg").filter(e => !seen(e) && !e.closest("details"))
                .map(e => "not printed: " + named(e)),
        ];
    """,
    )


def missing_from_pdf(page: Page, pdf: bytes) -> list[str]:
    """Find blocks of text that a printed page does not hold, whole or as the end of a page parts it."""
    wanted = page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3, main p, main li, th, td, caption, dd")]
            .filter(e => e.checkVisibility() && !e.querySelector("p, li")).map(e => {
                const copy = e.cloneNode(true);
                copy.querySelectorAll(".unseen").forEach(part => part.remove());
                return copy.textContent.trim();
            })"""
    )
    document = pypdfium2.PdfDocument(pdf)
    sheets = [sheet.get_textpage().get_text_bounded() for sheet in document]
    printed = plain(re.sub(r"Page\s+\d+\s+of\s+\d+", "", " ".join(sheets)))
    return [f"not in the PDF: {text[:60]!r}" for text in wanted if not _printed(text.split(), printed)]


def _printed(words: list[str], printed: str) -> bool:
    if any(unicodedata.bidirectional(sign) in ("R", "AL") for word in words for sign in word):
        return all(plain(word) in printed for word in words)
    texts = ((plain("".join(words[:at])), plain("".join(words[at:]))) for at in range(len(words) + 1))
    return any(before in printed and after in printed for before, after in texts)


def plain(text: str) -> str:
    """Give Latin letters and digits alone: the order of other scripts and broken lines are the printer's."""
    return re.sub(r"[^0-9A-Za-z]", "", text)


def print_page(page: Page) -> bytes:
    """Print a page on the sheets that its style sheet asks for."""
    return page.pdf(prefer_css_page_size=True, print_background=True)
