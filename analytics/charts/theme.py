"""One theme for every chart: the Analysis Function palette, plain axes, SVG that a reader can hear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

CATEGORIES = ("#12436D", "#28A197", "#801650", "#F46A25")
FOCUS, OTHERS = "#12436D", "#BFBFBF"
TEXT = "#0B0C0C"
DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))

# Laid out in the font that comes with matplotlib, so that a chart is the same on every machine;
# shown in Arial or the like, which is narrower, so that nothing laid out can overlap.
LAYOUT_FONT = "DejaVu Sans"
SHOWN_FONT = "Arial, Helvetica, sans-serif"

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
DRAWN = {"d", "x", "y", "points", "transform"}
LONG_DECIMAL = re.compile(r"(\d+\.\d{2})\d+")

SETTINGS: dict[Any, Any] = {
    "font.family": LAYOUT_FONT,
    "font.size": 10,
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "axes.edgecolor": "#6F777B",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#E4E6E7",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "analytics",
    # A dollar in a name is a dollar, not mathematics.
    "text.parse_math": False,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style inside this block, and leave the reader's own settings alone."""
    with mpl.rc_context(), sns.axes_style("white"):
        mpl.rcParams.update(SETTINGS)
        yield


def new_figure(
    width: float = 8.0, height: float = 3.8, columns: int = 1, rows: int = 1
) -> tuple[Figure, list[Axes]]:
    """Give an empty figure with its axes, row by row from the top left; sizes in inches."""
    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(hspace=0.08))
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def warm_up() -> None:
    """Draw once, so that fonts and what else is read at the first drawing are held."""
    with house_style():
        figure, (axes,) = new_figure()
        axes.plot([0, 1], [0, 1], label="label")
        axes.set_title("title")
        axes.legend()
        to_svg(figure, "first", "title", "alt")


def spread(heights: list[float], gap: float) -> list[float]:
    """Move labels apart until they are at least `gap` from each other, keeping their order.

    >>> spread([10.0, 10.5, 30.0], 2.0)
    [9.25, 11.25, 30.0]
    """
    order = sorted(range(len(heights)), key=heights.__getitem__)
    groups: list[list[int]] = []
    for index in order:
        groups.append([index])
        while (
            len(groups) > 1
            and _middle(groups[-1], heights) - _middle(groups[-2], heights)
            < gap * (len(groups[-1]) + len(groups[-2])) / 2
        ):
            last = groups.pop()
            groups[-1] += last
    placed = list(heights)
    for group in groups:
        for step, index in enumerate(group):
            placed[index] = _middle(group, heights) + (step - (len(group) - 1) / 2) * gap
    return placed


def _middle(group: list[int], heights: list[float]) -> float:
    return sum(heights[index] for index in group) / len(group)


def to_svg(figure: Figure, name: str, title: str, alt: str) -> str:
    """Write a figure as SVG for a page: named to a screen reader, sized by the page, ids its own.

    `name` is the exhibit's; every id in the drawing starts with it, so that several drawings
    can stand on one page.
    """
    buffer = BytesIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    root = ET.fromstring(buffer.getvalue())
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    for element in root.iter():
        _make_own(element, name)
        _share_style(element)
    for size in ("width", "height"):
        root.attrib.pop(size)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-chart-title {name}-chart-desc")
    for position, (tag, text) in enumerate((("title", title), ("desc", alt))):
        child = ET.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-chart-{tag}"})
        child.text = text
        root.insert(position, child)
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return ET.tostring(root, encoding="unicode")


def _make_own(element: ET.Element, name: str) -> None:
    """Prefix an element's id and what it refers to, and set the font shown."""
    for key, value in element.attrib.items():
        if key == "id":
            element.set(key, f"{name}-{value}")
        elif key == f"{{{XLINK}}}href" and value.startswith("#"):
            element.set(key, f"#{name}-{value[1:]}")
        else:
            shown = value.replace("url(#", f"url(#{name}-").replace(f"'{LAYOUT_FONT}'", SHOWN_FONT)
            element.set(key, LONG_DECIMAL.sub(r"\1", shown) if key in DRAWN else shown)


def _share_style(group: ET.Element) -> None:
    """Say once, on the group, what each of a cloud of dots would say again."""
    dots = [child for child in group if child.tag == f"{{{SVG}}}use"]
    styles = {dot.get("style") for dot in dots}
    if len(dots) > 1 and len(dots) == len(group) and len(styles) == 1:
        group.set("style", str(styles.pop()))
        for dot in dots:
            dot.attrib.pop("style")
