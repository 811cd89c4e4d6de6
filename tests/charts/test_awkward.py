"""Names with signs that mean something to HTML or to mathematics come out as they went in."""

import pytest

from analytics import charts
from charts import frames
from charts.drawn import check_whole, texts

NAME = "B&Q <b>$x^2$</b> & Bury"


def named(table, column):
    return table.replace({column: {"Bury": NAME, "Statistical neighbours, pooled": NAME}})


MADE = {
    "difference": lambda: charts.plot_difference(named(frames.difference(), "comparator"), frames.CAPTION),
    "funnel": lambda: charts.plot_funnel(named(frames.funnel(), "name"), frames.CAPTION, frames.MEASURE),
    "shrunken": lambda: charts.plot_shrunken(
        named(frames.shrunken(), "name"), frames.CAPTION, frames.MEASURE
    ),
    "trend": lambda: charts.plot_trend(named(frames.trend(), "comparator"), frames.CAPTION, [frames.MEASURE]),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_name_is_drawn_and_said_as_it_is(make):
    exhibit = make()
    check_whole(exhibit)
    assert NAME in exhibit.alt
    assert NAME in exhibit.shown.iloc[:, 0].tolist()
    assert NAME in " ".join(texts(exhibit.svg))
    assert len(exhibit.title.replace(NAME, "Bury").split()) <= 14
