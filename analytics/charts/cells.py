"""What the cells of several tables say: counts, dates, limits and places."""

from __future__ import annotations

import pandas as pd

from analytics.exhibits import Caption
from analytics.words import bare_span, day_in_words


def part(value: object, missing: str = "not applicable") -> str:
    """Write a count or a sum of hours, or the words that stand where there is none.

    >>> part(2905.0), part(114.5), part(None), part(None, "no data")
    ('2,905', '114.5', 'not applicable', 'no data')
    """
    return missing if pd.isna(value) else f"{value:,.1f}".removesuffix(".0")


def limits(lower: float, upper: float, unit: str, missing: str = "not applicable") -> str:
    """Write an interval for a column whose header has the unit, or the words for there being none.

    >>> limits(24.43, 27.62, "percent"), limits(float("nan"), float("nan"), "percent")
    ('24.4 to 27.6', 'not applicable')
    """
    return missing if pd.isna(lower) else bare_span(lower, upper, unit)


def day(value: object) -> str:
    """Write the day that a figure is dated.

    >>> day("2018-08-31"), day(None)
    ('31 August 2018', 'not dated')
    """
    return "not dated" if pd.isna(value) else day_in_words(pd.Timestamp(value))


def ordinal(rank: float) -> str:
    """Write a place in an order.

    >>> [ordinal(rank) for rank in (1, 12.0, 22, 101, 112, 123)]
    ['1st', '12th', '22nd', '101st', '112th', '123rd']
    """
    place = round(rank)
    teens = 10 <= place % 100 <= 20
    return f"{place:,}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"


def area_of(caption: Caption) -> str:
    """Give the area that a caption is about, which its geography begins with (`measures.caption`)."""
    return caption.geography.partition(";")[0]
