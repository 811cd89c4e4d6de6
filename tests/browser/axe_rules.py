"""axe, with the rules of WCAG 2.2 A and AA and its own best practices, and the contrast it leaves open."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from browser.document_rules import look

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations", "incomplete"]}
# axe leaves open: words of one letter, emoji, cells that are out of sight in a box that scrolls, and
# whatever stands in an SVG. All of these are measured by `faint_texts`.
MEASURED = {"shortTextContent", "nonBmp", "elmPartiallyObscured", "outsideViewport"}
LEAST = 4.5


def run_axe(page: Page) -> dict[str, Any]:
    """Give what axe found, as it stands."""
    return Axe().run(page, options=OPTIONS).response


def violations(found: dict[str, Any]) -> list[str]:
    """Give each violation with its place."""
    return [_said(rule, node) for rule in found["violations"] for node in rule["nodes"]]


def left_open(found: dict[str, Any]) -> list[str]:
    """Give what axe leaves to a person, other than contrast that `faint_texts` measures."""
    return [
        _said(rule, node)
        for rule in found["incomplete"]
        for node in rule["nodes"]
        if rule["id"] != "color-contrast" or not _measured(node)
    ]


def _measured(node: dict[str, Any]) -> bool:
    keys = {check["data"].get("messageKey") for check in node["any"] if isinstance(check["data"], dict)}
    return node["html"].startswith("<text") or (bool(keys) and keys <= MEASURED)


def _said(rule: dict[str, Any], node: dict[str, Any]) -> str:
    why = " ".join((node.get("failureSummary") or rule["help"]).split())
    return f"{rule['id']} ({rule['impact']}): {node['target'][-1]}: {why}"


def faint_texts(page: Page) -> list[str]:
    """Find text below 4.5 to 1 against what is painted under it, in charts as elsewhere.

    Under the words of a chart are its filled shapes. Lines and markers are not: those that pass behind
    words are thin, and were looked at on the four papers of Bury.
    """
    return look(
        page,
        f"""
        const rgba = (text, part = 1) => {{
            const found = text.match(/[\\d.]+/g).map(Number);
            return [...found.slice(0, 3), (found[3] ?? 1) * part];
        }};
        const paint = (under, over) => [0, 1, 2].map(i => over[i] * over[3] + under[i] * (1 - over[3]));
        const linear = part => part <= 10.31475 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4;
        const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
        const up = e => e ? [...up(e.parentElement), e] : [];
        const ground = e => up(e).map(at => rgba(getComputedStyle(at).backgroundColor))
            .reduce(paint, [255, 255, 255]);
        const fill = (e, style = getComputedStyle(e)) => style.fill.startsWith("rgb")
            ? rgba(style.fill, Number(style.fillOpacity) * Number(style.opacity)) : [0, 0, 0, 0];
        const filled = svg => all("path, rect, polygon, circle, ellipse", svg)
            .filter(e => !e.closest("defs, clipPath") && fill(e)[3] > 0);
        const shapes = new Map(all("svg").map(svg => [svg, filled(svg)
            .map(e => [e, e.getScreenCTM().inverse()])]));
        const behind = (text, part) => {{
            const svg = text.ownerSVGElement, box = text.getBoundingClientRect();
            const point = new DOMPoint(box.left + part * box.width, box.top + box.height / 2);
            return shapes.get(svg).filter(([e, back]) => e.compareDocumentPosition(text) & 4
                && e.isPointInFill(point.matrixTransform(back))).map(([e]) => fill(e))
                .reduce(paint, ground(svg.parentElement));
        }};
        const written = all("body *").filter(e => !e.closest("svg, style, script") && seen(e)
            && [...e.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
        const pairs = [
            ...written.map(e => [e, rgba(getComputedStyle(e).color), ground(e)]),
            ...all("svg text").filter(e => seen(e) && e.textContent.trim())
                .flatMap(e => [0.1, 0.5, 0.9].map(part => [e, fill(e), behind(e, part)])),
        ];
        return pairs.map(([e, ink, under]) => [e, ratio(paint(under, ink), under)])
            .filter(([, found]) => found < {LEAST})
            .map(([e, found]) => `contrast ${{found.toFixed(2)}}: ${{named(e)}}`);
    """,
    )
