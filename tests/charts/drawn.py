"""What a drawing holds, read back from its SVG, and what every exhibit must be."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from analytics.exhibits import Exhibit

SVG = "{http://www.w3.org/2000/svg}"
PLACEHOLDERS = ("nan", "None", "inf", "<NA>", "-0.0", "_fte", "_percent")


def check_whole(exhibit: Exhibit) -> None:
    """Hold an exhibit to what every exhibit is: full, in words, its drawing named and its ids its own."""
    payload, shown = exhibit.payload(), exhibit.shown
    said = [exhibit.title, exhibit.alt, *exhibit.notes, *shown.columns, *shown.to_numpy().ravel()]
    words = " ".join(said).split()
    for placeholder in PLACEHOLDERS:
        assert placeholder not in words, (exhibit.name, placeholder)
        assert not any(word.rstrip("%.;,") == placeholder for word in words), (exhibit.name, placeholder)
    assert payload["svg"] == "" or payload["alt"]
    if exhibit.svg:
        check_drawing(exhibit)


def check_drawing(exhibit: Exhibit) -> None:
    """Hold a drawing to its name for a screen reader, to ids of its own, and to no other address."""
    root = ET.fromstring(exhibit.svg)
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title.text, description.text) == (exhibit.title, exhibit.alt)
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert "width" not in root.attrib
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(each.startswith(f"{exhibit.name}-") for each in ids)
    for element in root.iter():
        for value in element.attrib.values():
            assert all(part.split(")")[0] in ids for part in value.split("url(#")[1:])
            if value.startswith("#") and "href" in "".join(element.attrib):
                assert value[1:] in ids
    assert "http" not in exhibit.svg.replace("http://www.w3.org/", "")


def texts(svg: str) -> list[str]:
    """Give every text written in a drawing."""
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def places(svg: str, colour: str) -> list[tuple[float, float]]:
    """Give where each marker filled with a colour is, across and down, those of a key included."""
    filled = f"fill: {colour.lower()}"
    return [
        (float(use.get("x")), float(use.get("y")))
        for group in ET.fromstring(svg).iter(f"{SVG}g")
        for use in group.findall(f"{SVG}use")
        if filled in (use.get("style") or group.get("style") or "")
    ]


def dots(svg: str, colour: str) -> int:
    """Count the markers filled with a colour, those of a key included."""
    return len(places(svg, colour))


def lines(svg: str, colour: str, width: float) -> list[list[list[tuple[float, float]]]]:
    """Give each line of a colour and a width: its pieces, each a list of points; keys are left out."""
    wanted = {f"stroke: {colour.lower()}", f"stroke-width: {width:g}"}
    found = []
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        if path.get("clip-path") and wanted <= set((path.get("style") or "").split("; ")):
            pieces = path.get("d").split("M")[1:]
            found.append([[_point(step) for step in piece.split("L")] for piece in pieces])
    return found


def _point(step: str) -> tuple[float, float]:
    across, down = step.split()[:2]
    return float(across), float(down)


def length(line: list[list[tuple[float, float]]]) -> float:
    """Give how far a level line reaches."""
    across = [point[0] for piece in line for point in piece]
    return max(across) - min(across)
