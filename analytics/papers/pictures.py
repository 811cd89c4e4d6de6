"""Charts as pictures made of pixels, for documents that cannot hold a drawing."""

from __future__ import annotations

from collections.abc import Mapping

import typst

from analytics.papers.fonts import font_folders, in_family

# A chart is about as wide as the text of a page.
PIXELS_PER_INCH = 200


def draw_pictures(charts: Mapping[str, str]) -> dict[str, bytes]:
    """Draw SVG charts as PNG, under the same names.

    >>> draw_pictures({})
    {}
    """
    if not charts:
        return {}
    inputs = {str(number): in_family(svg) for number, svg in enumerate(charts.values())}
    page = '#page(width: auto, height: auto, margin: 0pt, image(bytes(sys.inputs.at("{}")), format: "svg"))'
    drawn = typst.compile(
        "\n".join(page.format(number) for number in inputs).encode(),
        format="png",
        ppi=PIXELS_PER_INCH,
        font_paths=font_folders(),
        sys_inputs=inputs,
    )
    return dict(zip(charts, drawn if isinstance(drawn, list) else [drawn], strict=True))
