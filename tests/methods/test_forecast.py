"""The forecast of no change, against sums done by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.methods.forecast import past_changes, persistence


def panel(units: int = 30) -> pd.DataFrame:
    """Unit k moves by k a period, so that changes over h periods are 0, h, 2h and so on."""
    return pd.DataFrame(
        [(unit, time, float(unit * time)) for unit in range(units) for time in range(4)],
        columns=["unit", "time", "value"],
    )


def test_changes_over_a_horizon_are_later_less_earlier_within_a_unit():
    table = pd.DataFrame({"unit": list("aaab"), "time": [1, 2, 4, 2], "value": [5.0, 8.0, np.nan, 1.0]})
    assert past_changes(table, "unit", "time", "value", 1).tolist() == [3.0]
    assert past_changes(table, "unit", "time", "value", 2).empty


def test_limits_are_the_last_value_and_quantiles_of_changes_that_ended_by_the_origin():
    table = persistence(panel(), "unit", "time", "value", origin=2, last=50.0, horizons=[1, 2], coverage=0.8)
    # Up to period 2 there are two changes over one period for each unit (0, 0, 1, 1, ... 29, 29)
    # and one over two (0, 2, ... 58). Type 7 quantiles: of 60 values, 0.1 * 59 = 5.9, between the
    # sixth (2) and the seventh (3): 2.9; of 30 values, 0.1 * 29 = 2.9: 2 * 2.9 = 5.8.
    assert table["time"].tolist() == [3, 4]
    assert table["value"].tolist() == [50.0, 50.0]
    assert table["changes"].tolist() == [60, 30]
    assert table["lower"].tolist() == pytest.approx([52.9, 55.8])
    assert table["upper"].tolist() == pytest.approx([50 + 26.1, 50 + 52.2])


def test_nothing_after_the_origin_is_used():
    table = panel()
    table.loc[table["time"] == 3, "value"] = 1e6
    known = persistence(table, "unit", "time", "value", 2, 0.0, [1], 0.8)
    assert known["upper"].iloc[0] == pytest.approx(26.1)


def test_too_few_changes_are_refused():
    with pytest.raises(ValueError, match="5 past changes over 1 periods are too few"):
        persistence(panel(5), "unit", "time", "value", 1, 0.0, [1], 0.8)
