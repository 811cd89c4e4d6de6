"""One theme for every chart: the Analysis Function palette, plain axes, SVG that a reader can hear."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from io import StringIO
from typing import Any, Literal, ParamSpec
from xml.etree import ElementTree as ET

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Annotation, Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

Given = ParamSpec("Given")
IsMath = bool | Literal["TeX"]

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
    # At the top of the axes, where it would be put in any case, after a slow search for a free place.
    "axes.titley": 1.0,
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
    with mpl.rc_context(sns.axes_style("white") | SETTINGS):
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


def remember(draw: Callable[Given, str]) -> Callable[Given, str]:
    """Draw the same figures once, in a process that makes many papers.

    It is for charts of the whole country, which are in every area's paper. What is drawn depends on
    `draw`'s arguments alone, and they are compared by all that they hold.
    """

    @lru_cache(maxsize=32)
    def draw_given(given: bytes) -> str:
        values, named = pickle.loads(given)
        return draw(*values, **named)

    @wraps(draw)
    def recall(*values: Given.args, **named: Given.kwargs) -> str:
        return draw_given(pickle.dumps((values, named)))

    return recall


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


def add_label(
    axes: Axes, text: str, point: tuple[float, float], place: tuple[float, float], line: dict[str, Any],
    **font: Any,
) -> None:  # fmt: skip
    """Write at `place`, beside the axes, what stands at `point`, with a `line` from the one to the other."""
    drawn = {"arrowstyle": "-", "relpos": (0, 0.5)} | line
    label = _Label(
        text, point, place, arrowprops=drawn, va="center", fontsize=9, annotation_clip=False, clip_on=False,
        **font,
    )  # fmt: skip
    axes.add_artist(label)


def to_svg(figure: Figure, name: str, title: str, alt: str) -> str:
    """Write a figure as SVG for a page: named to a screen reader, sized by the page, ids its own.

    `name` is the exhibit's; every id in the drawing starts with it, so that several drawings
    can stand on one page.
    """
    root = ET.fromstring(_write(figure))
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


class _Renderer(RendererSVG):
    """Writes SVG, and measures each text once: in a layout its size is asked for many times over."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: IsMath
    ) -> tuple[float, float, float]:
        return _measure(s, prop, ismath)


@lru_cache(maxsize=4096)
def _measure(text: str, font: FontProperties, is_math: IsMath) -> tuple[float, float, float]:
    return text_to_path.get_text_width_height_descent(text, font, is_math)


class _Canvas(FigureCanvasSVG):
    """A canvas on which a figure is laid out with the renderer that draws it."""

    def __init__(self, figure: Figure, renderer: RendererSVG) -> None:
        super().__init__(figure)
        self._renderer = renderer

    def get_renderer(self) -> RendererSVG:
        return self._renderer


class _Label(Annotation):
    """A label with a line to what it names, laid out without the line.

    The line lies between the label and the axes, so that it changes nothing, and its extent is slow to find.
    """

    def get_window_extent(self, renderer: RendererBase | None = None, dpi: float | None = None) -> Bbox:
        if renderer is not None:
            self.update_positions(renderer)
        return Text.get_window_extent(self, renderer, dpi)


def _write(figure: Figure) -> str:
    """Lay a figure out and draw it once; `savefig` would draw it twice and measure every text again."""
    buffer = StringIO()
    figure.dpi = _Canvas.fixed_dpi
    width, height = figure.get_size_inches() * figure.dpi
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    renderer = _Renderer(width, height, buffer, metadata=nothing)  # type: ignore[no-untyped-call]
    _Canvas(figure, renderer)
    figure.draw(renderer)
    renderer.finalize()  # type: ignore[no-untyped-call]
    return buffer.getvalue()


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
