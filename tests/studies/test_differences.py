"""The two questions of a difference, answered in words."""

import pandas as pd
import pytest

from analytics.studies.differences import verdicts


@pytest.mark.parametrize(
    ("lower", "upper", "t", "limit", "said"),
    [
        (-1.0, 2.0, 0.5, 2.3, "in line; chance alone could give the difference"),
        (1.0, 2.0, 0.5, 2.3, "in line; higher by more than chance"),
        (-3.0, -0.1, -0.5, 2.3, "in line; lower by more than chance"),
        (1.0, 2.0, 2.3, 2.3, "unusual; higher by more than chance"),
        (-2.0, -1.0, -2.4, 2.3, "unusual; lower by more than chance"),
        (-1.0, 9.0, 2.4, 2.3, "unusual; chance alone could give the difference"),
        (0.0, 2.0, None, None, "chance alone could give the difference"),
        (0.1, 2.0, None, None, "higher by more than chance"),
        (None, None, 0.5, 2.3, "no comparison"),
    ],
)
def test_both_questions_are_answered(lower, upper, t, limit, said):
    row = pd.DataFrame({"lower": [lower], "upper": [upper], "t": [t], "t_critical": [limit]}, dtype=float)
    assert verdicts(row, "lower", "upper").tolist() == [said]
