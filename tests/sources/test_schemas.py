"""What the processed tables must be: each rule refuses the table that breaks it."""

from collections.abc import Callable

import pandas as pd
import pytest

from analytics.areas import read_register
from analytics.errors import InputError
from analytics.sources.geography import atlas
from analytics.sources.schemas import category_types, validate
from sources.conftest import Bench

Table = pd.DataFrame
KNOWN = atlas(read_register())


def put(column: str, value: object) -> Callable[[Table], Table]:
    """Change the first cell of a column."""
    return lambda table: table.assign(**{column: [value, *table[column].iloc[1:]]})


def recoded(column: str, value: str) -> Callable[[Table], Table]:
    """Change the first cell of a column of categories to a new one."""
    return lambda table: put(column, value)(table).astype({column: "category"})


def suppressed_with_a_value(table: Table) -> Table:
    return table.assign(status=table["status"].where(table["value"] != table["value"].max(), "c"))


def low_with_a_value(table: Table) -> Table:
    return table.assign(value=table["value"].mask(table["status"] == "low", 0.04))


def lost_without_a_symbol(table: Table) -> Table:
    return table.assign(value=table["value"].where(table.index > 0))


def twice(table: Table) -> Table:
    return pd.concat([table, table.head(1)], ignore_index=True)


def without(column: str) -> Callable[[Table], Table]:
    return lambda table: table.drop(columns=column)


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("areas", twice),
        ("areas", put("kind", "parish")),
        ("neighbours", twice),
        ("neighbours", put("neighbour", "999")),
        ("neighbours", put("area", "999")),
        ("neighbours", put("rank", 11)),
        ("neighbours", put("closeness", "Close ")),
        ("neighbours", without("closeness")),
        ("figures", twice),
        ("figures", recoded("area", "999")),
        ("figures", recoded("measure", "agency_rate")),
        ("figures", recoded("status", "k")),
        ("figures", put("value", -1.0)),
        ("figures", put("period", 202425)),
        ("figures", suppressed_with_a_value),
        ("figures", low_with_a_value),
        ("figures", lost_without_a_symbol),
        ("figures", without("release")),
        ("earlier", twice),
        ("earlier", recoded("area", "999")),
        ("earlier", recoded("measure", "agency_rate")),
        ("earlier", recoded("status", "k")),
        ("earlier", put("value", -1.0)),
        ("earlier", put("period", 2099)),
        ("earlier", suppressed_with_a_value),
        ("earlier", low_with_a_value),
        ("earlier", lost_without_a_symbol),
        ("earlier", without("release")),
        ("manifest", twice),
        ("manifest", put("sha256", "abc")),
        ("manifest", put("rows_read", 0)),
        ("manifest", without("licence")),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused(
    spotless: Bench, name: str, spoilt: Callable[[Table], Table]
) -> None:
    tables = spotless.tables()
    tables["figures"] = tables["figures"].astype(category_types(KNOWN))
    # No release is earlier in this folder: the newest figures are of the same form.
    tables["earlier"] = tables["figures"]
    validate(tables, KNOWN)
    with pytest.raises(InputError, match=f"The table '{name}' that these files give is not valid"):
        validate(tables | {name: spoilt(tables[name])}, KNOWN)
