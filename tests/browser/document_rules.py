"""Rules of a paper's markup that axe does not know: each gives its faults, one sentence for each.

axe is content with alt text that only holds its place, and with a link to a file that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page

EXHIBITS = ":is(.exhibit, svg, table):not(details:not([open]) *)"
Rule = Callable[[Page], list[str]]

# What is said of an element in a fault.
NAMED = """
const words = e => e.textContent.trim().replace(/\\s+/g, " ");
const named = e => `${e.localName}${e.id ? "#" + e.id : ""} "${words(e).slice(0, 50)}"`;
const chartOf = e => `chart in ${e.closest(".exhibit")?.id ?? "no exhibit"}`;
const all = (wanted, within = document) => [...within.querySelectorAll(wanted)];
const seen = e => e.checkVisibility() && e.getClientRects().length > 0;
const inWindow = e => {
    const box = e.getBoundingClientRect();
    return seen(e) && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
};
"""
PLACEHOLDER = re.compile(
    r"\W*(?:an? |the )?(?:image|chart|figure|graph|plot|picture|svg|todo|tbc|alt text|placeholder|title)\b"
    r"(?:\W*(?:image|chart|figure|graph|plot|here|of|goes|needed|alt|text|todo|\d+))*\W*",
    re.IGNORECASE,
)


def look(page: Page, script: str) -> list[str]:
    """Run a script that gives a list of faults."""
    return page.evaluate(f"() => {{ {NAMED} {script} }}")


def charts_without_words(page: Page) -> list[str]:
    """Find charts whose title or description is missing, empty, too short or a placeholder."""
    charts = page.evaluate(
        """() => [...document.querySelectorAll("svg")].map(svg => ({
            role: svg.getAttribute("role"), place: svg.closest("[id]")?.id,
            title: svg.querySelector(":scope > title")?.textContent.trim() ?? "",
            desc: svg.querySelector(":scope > desc")?.textContent.trim() ?? ""}))"""
    )
    return [
        f"chart in {one['place']}: {fault}"
        for one in charts
        for fault in words_at_fault(one["role"], one["title"], one["desc"])
    ]


def words_at_fault(role: str | None, title: str, desc: str) -> list[str]:
    """Say what is wrong with the words of a chart."""
    placeholder = next((text for text in (title, desc) if PLACEHOLDER.fullmatch(text)), None)
    found = {
        "it has no role=img": role != "img",
        "it has no title": not title,
        f"its description has fewer than five words: {desc!r}": len(desc.split()) < 5,
        "its description repeats its title": bool(desc) and desc == title,
        f"a placeholder: {placeholder!r}": placeholder is not None,
    }
    return [fault for fault, so in found.items() if so]


def tables_without_headers(page: Page) -> list[str]:
    """Find tables without a caption or header cells, and empty cells."""
    return look(
        page,
        """
        return all("table").flatMap((table, place) => {
            const where = `table ${place + 1} in ${table.closest("[id]")?.id ?? "no exhibit"}: `;
            const labelled = document.getElementById(table.getAttribute("aria-labelledby"));
            const caption = table.caption?.textContent.trim() || labelled?.textContent.trim();
            const bare = [...table.tHead?.rows ?? []].flatMap(row => [...row.cells])
                .filter(cell => !cell.matches("th[scope=col]"));
            const rows = [...table.tBodies].flatMap(body => [...body.rows])
                .filter(row => !row.cells[0]?.matches("th[scope=row]"));
            return [
                ...caption ? [] : [where + "no caption"],
                ...table.tHead?.rows.length ? [] : [where + "no head"],
                ...bare.map(cell => where + "no scope=col on " + named(cell)),
                ...rows.map(row => where + "no th scope=row in " + named(row)),
                ...all("th, td", table).filter(cell => !cell.textContent.trim())
                    .map(cell => `${where}an empty ${cell.localName} in ${named(cell.parentElement)}`),
            ];
        });
    """,
    )


def headings_out_of_order(page: Page) -> list[str]:
    """Find a number of h1 other than one, empty headings and skipped levels."""
    found = page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
            .map(e => [Number(e.localName[1]), e.textContent.trim()])"""
    )
    first = sum(level == 1 for level, _ in found)
    faults = [] if first == 1 else [f"{first} headings of level 1"]
    faults += ["an empty heading" for _, text in found if not text]
    return faults + [
        f"h{level} {text[:50]!r} follows h{above}"
        for (above, _), (level, text) in pairwise([(0, ""), *found])
        if level > above + 1
    ]


def head_at_fault(page: Page) -> list[str]:
    """Find a page without its language, a title, a viewport or a main landmark, and ids that stand twice."""
    return look(
        page,
        """
        const ids = all("[id]").map(e => e.id), lang = document.documentElement.lang;
        const twice = new Set(ids.filter((id, place) => ids.indexOf(id) < place));
        const mains = all("main, [role=main]").length;
        return [
            ...lang === "en-GB" ? [] : [`lang is "${lang}"`],
            ...document.title.trim() ? [] : ["no title"],
            ...document.querySelector("meta[name=viewport]") ? [] : ["no viewport"],
            ...mains === 1 ? [] : [`${mains} main landmarks`],
            ...[...twice].map(id => `id "${id}" stands twice`),
        ];
    """,
    )


def skip_link_at_fault(page: Page) -> list[str]:
    """Press Tab and Enter on a page just loaded: the focus has to be in main."""
    page.keyboard.press("Tab")
    before = look(page, "const e = document.activeElement; return [named(e), String(inWindow(e))];")
    page.keyboard.press("Enter")
    if not page.evaluate("document.activeElement.closest('main') !== null"):
        return [f"Tab, Enter: the focus is not in main; the first stop is {before[0]}"]
    return [] if before[1] == "true" else [f"the first stop, {before[0]}, cannot be seen"]


def links_without_ends(page: Page, path: Path) -> list[str]:
    """Find links to files that do not exist and to places of the page that are not there."""
    links = page.evaluate(
        """() => [...document.querySelectorAll("a")].map(a => [a.getAttribute("href") ?? "", a.href,
            a.hash.length < 2 || document.getElementById(decodeURIComponent(a.hash.slice(1))) !== null])"""
    )
    faults = []
    for written, whole, there in links:
        address = urlsplit(whole)
        target = Path(unquote(address.path))
        if not written:
            faults.append("a link without an address")
        elif address.scheme == "file" and not target.is_file():
            faults.append(f"{written}: there is no such file")
        elif target == path and not there:
            faults.append(f"{written}: there is no such place on the page")
        elif address.scheme not in ("file", "https", "http", "mailto"):
            faults.append(f"{written}: an address of the kind {address.scheme!r}")
    return faults


def lost_without_scripts(page: Page, without: Page) -> list[str]:
    """Find lines and exhibits seen only where scripts run; a search and what is folded are no loss."""
    tools = {line for text in page.locator("[role=search]").all_inner_texts() for line in text.splitlines()}
    lines = {line for line in page.locator("body").inner_text().splitlines() if line.strip()}
    left = set(without.locator("body").inner_text().splitlines())
    hidden = [one for one in without.locator(EXHIBITS).all() if not one.is_visible()]
    return [f"gone without scripts: {line[:60]!r}" for line in sorted(lines - tools - left)] + [
        f"hidden without scripts: {one.get_attribute('id')}" for one in hidden
    ]
