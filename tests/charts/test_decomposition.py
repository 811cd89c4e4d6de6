"""Decomposition: the parts that moved caseload are named, drawn from end to end, and tabulated by year."""

from xml.etree import ElementTree as ET

import pytest

from analytics.charts import plot_decomposition, theme
from analytics.charts.decomposition import DOWN, UP
from charts import frames
from charts.drawn import SVG, check_whole, texts

CAPTION = frames.WORKFORCE_CAPTION


def drawn(table=None):
    return plot_decomposition(frames.decomposition() if table is None else table, CAPTION)


def bars(svg, colour):
    """Give the upper and the lower edge of each bar of a colour, in units down the page."""
    found = []
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        if path.get("clip-path") and f"fill: {colour.lower()}" in (path.get("style") or ""):
            down = [float(step.split()[1]) for step in path.get("d").replace("M", "L").split("L")[1:]]
            found.append((min(down), max(down)))
    return found


def whole(before, after, cases, workforce, share):
    table = frames.decomposition().query("span == 'whole'").set_index("part")
    table.loc[["cases", "workforce", "share"], "contribution"] = [cases, workforce, share]
    table.loc["caseload", ["before", "after", "contribution"]] = [before, after, after - before]
    return drawn(table.reset_index()).title


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ((20.2, 14.9, -2.9, -2.8, 0.4), "Caseload fell from 20.2 to 14.9: fewer cases, a larger workforce"),
        ((20.2, 14.9, -2.4, -2.9, 0.0), "Caseload fell from 20.2 to 14.9: a larger workforce, fewer cases"),
        ((20.2, 14.9, 2.0, -7.0, -0.3), "Caseload fell from 20.2 to 14.9: a larger workforce"),
        ((20.2, 14.9, 2.0, -3.3, -4.0),
         "Caseload fell from 20.2 to 14.9: a larger share holding cases, a larger workforce"),
        ((14.9, 20.2, 3.0, 0.3, 2.0),
         "Caseload rose from 14.9 to 20.2: more cases, a smaller share holding cases"),
        ((14.9, 20.2, 1.9, 1.8, 1.6), "Caseload rose from 14.9 to 20.2: more cases, a smaller workforce"),
        ((14.9, 14.94, 3.0, -2.96, 0.0), "Caseload was 14.9 in 2021 and in 2025"),
    ],
)  # fmt: skip
def test_the_title_names_the_parts_that_moved_it_most(moved, said):
    assert whole(*moved) == said
    assert len(said.split()) <= 14


def test_the_table_has_each_year_and_the_whole_last():
    exhibit = drawn()
    unit = "(cases per case holder)"
    assert list(exhibit.shown.columns) == [
        "From–to", f"Caseload before {unit}", f"Cases held {unit}", f"Workforce {unit}",
        f"Share holding cases {unit}", f"Caseload after {unit}",
    ]  # fmt: skip
    missing, none = "(figures missing for 2023)", ["no data"] * 5
    own = ["(1,616 to 1,400)", "(100.0 to 119.5)", "(80.0% to 78.6%)"]

    def moved(*changes):
        return [f"{change} {ends}" for change, ends in zip(changes, own, strict=True)]

    assert exhibit.shown.to_numpy().tolist() == [
        ["2021 to 2022", "20.2", *moved("−1.5", "−0.9", "+0.2"), "18.0"],
        [f"2022 to 2023 {missing}", *none],
        [f"2023 to 2024 {missing}", *none],
        ["2024 to 2025", "15.4", *moved("+0.3", "−1.0", "+0.2"), "14.9"],
        ["2021 to 2025, the whole", "20.2", *moved("−2.9", "−2.8", "+0.4"), "14.9"],
    ]
    assert exhibit.period == "30 September 2021 to 30 September 2025"
    assert exhibit.geography == "Bury"


def test_the_waterfall_goes_from_the_first_year_to_the_last():
    svg = drawn().svg
    (first, zero), (last, also_zero) = bars(svg, theme.FOCUS)
    unit = (zero - first) / 20.2
    assert zero == also_zero
    assert (zero - last) / unit == pytest.approx(14.9, rel=0.01)
    (cases, workforce), (share,) = bars(svg, DOWN), bars(svg, UP)
    heights = [(zero - edge) / unit for bar in (cases, workforce, share) for edge in bar]
    # 20.2 less 2.9 is 17.3, less 2.8 is 14.5, and 0.4 more is 14.9.
    assert heights == pytest.approx([20.2, 17.3, 17.3, 14.5, 14.9, 14.5], abs=0.05)
    assert {"20.2", "−2.9", "−2.8", "+0.4", "14.9", "1,616 to 1,400", "80.0% to 78.6%"} <= set(texts(svg))


def test_the_alt_text_says_each_part():
    alt = drawn().alt
    assert "20.2 in 2021, 14.9 in 2025, a change of −5.3." in alt
    assert "Cases held, from 1,616 to 1,400: −2.9. Workforce, from 100.0 to 119.5: −2.8." in alt
    assert alt.endswith("Share holding cases, from 80.0% to 78.6%: +0.4.")


def test_years_without_a_whole_are_tabulated_and_not_drawn():
    exhibit = drawn(frames.decomposition().query("span == 'year'"))
    assert (exhibit.svg, len(exhibit.shown)) == ("", 4)
    assert exhibit.title == "The change in caseload cannot be taken apart"
    check_whole(exhibit)
    empty = drawn(frames.decomposition().head(0))
    assert empty.shown.iloc[0, 0] == "the change in caseload cannot be taken apart: it takes two years"
