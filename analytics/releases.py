"""The workforce figures as they stood when an earlier release was the newest."""

from __future__ import annotations

import pandas as pd

from analytics.errors import InputError
from analytics.measures import dictionary, published

# The publication whose earlier releases are kept (`keep_earlier` of its layout).
WORKFORCE = "csww"


def as_published(table: pd.DataFrame, earlier: pd.DataFrame, year: int) -> pd.DataFrame:
    """Put the release of `year` in place of the newest workforce figures, other publications untouched.

    Where `earlier` does not hold that release, the newest figures are cut after `year`. Both tables
    have `area, period, measure, value, status, release`; `table` itself is given for its last year.

    Raises:
        InputError: there are no workforce figures for the year.
    """
    workforce = of_workforce(table)
    newest = table[workforce]
    first, last = newest["period"].min(), newest["period"].max()
    if not first <= year <= last:
        raise InputError(
            f"year {year}: workforce figures are held for {first} to {last}. Choose one of those years."
        )
    if year == last:
        return table
    held = earlier[of_workforce(earlier) & (earlier["release"] == str(year))]
    rows = held if len(held) else newest[newest["period"] <= year]
    both = pd.concat([table[~workforce], rows]).sort_values(["area", "period", "measure"], ignore_index=True)
    # Two lists of categories, of which one column was made, leave plain text.
    return both.astype({"release": "category"})


def vintage(table: pd.DataFrame, year: int) -> str:
    """Say which release the workforce figures of a table are from, `year` being the last that it has.

    Such as "2023 release", or "2025 release, years to 2019".
    """
    release = table.loc[of_workforce(table), "release"].iloc[0]
    return f"{release} release" if release == str(year) else f"{release} release, years to {year}"


def of_workforce(table: pd.DataFrame) -> pd.Series:
    """Say of each row whether the workforce publication has its measure."""
    names = [name for name in published() if dictionary()[name].publication.key == WORKFORCE]
    return table["measure"].isin(names)
