"""What must not be in the processed tables, worded for a reader: each rule finds the rows that break it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from analytics.areas import read_register
from analytics.figures import LOADED, TABLES, Figures, load_figures
from analytics.health.answers import OK, WRONG, Answer, Table, counted, shown, some
from analytics.measures import dictionary
from analytics.sources import catalogue
from analytics.sources.geography import Atlas, atlas
from analytics.sources.schemas import category_types, schemas
from analytics.tool import TABLES as TABLES_OF_TOOL
from analytics.tool import Tool

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

HEADINGS = {"table": "Table", "found": "Found", "where": "The first", "expected": "Expected"}
# What a check of the schemas expects, in words, by how its name begins.
EXPECTED = {
    "multiple_fields_uniqueness": "each key once",
    "a value, or a symbol": "a value and no symbol, or a symbol and no value (0 with “low”)",
    "a year that is not after": "years up to that of the release",
    "greater_than_or_equal_to(0)": "no negative figure",
    "greater_than(0)": "rows that were read",
    "in_range": "a year from 2000 to 2100",
    "str_matches": "a SHA-256 of 64 characters",
    "isin": "one of the texts that are known",
    "not_nullable": "no empty cell",
    "dtype": "a column of another type",
}
# Broken so, the tables can still be asked the other questions.
HARMLESS = ("a value, or a symbol", "greater_than", "str_matches", "a year that is not after")


@dataclass(frozen=True)
class Fault:
    """Something wrong with a table; `fatal` where the tables cannot be asked anything else."""

    table: str
    found: str
    where: str
    expected: str
    rows: int = 1
    fatal: bool = False


def read_tables(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Read the processed tables that can be read, and say which cannot; those of the tool may be left out."""
    tables, faults = {}, []
    names = (*TABLES, *TABLES_OF_TOOL) if Tool(folder).held else TABLES
    for name in names:
        path = folder / f"{name}.parquet"
        try:
            tables[name] = pd.read_parquet(path)
        except (OSError, pa.ArrowInvalid):
            expected = "a table that can be read: run analytics ingest"
            found = "the table is not there" if not path.exists() else "the table cannot be read"
            faults.append(Fault(name, found, str(path), expected, fatal=name in LOADED))
    return tables, faults


def open_figures(tables: dict[str, pd.DataFrame], folder: Path) -> Figures:
    """Give the tables as `Figures`, those that `analytics.load` gives where it can give them."""
    if set(TABLES) <= set(tables):
        return load_figures(folder)
    return Figures(
        table=tables["figures"],
        areas=tables["areas"],
        neighbours=tables["neighbours"],
        manifest=tables["manifest"],
        folder=folder,
        sha256="",
    )


def faults_in(tables: dict[str, pd.DataFrame]) -> list[Fault]:
    """Hold the tables to their schemas, to the register and the dictionary, and percentages to 100."""
    known = atlas(read_register())
    described = schemas(known)
    return [fault for name, table in tables.items() for fault in _faults(name, table, described[name], known)]


def integrity(faults: list[Fault]) -> Answer:
    """Give the answer that states the faults, each in a sentence."""
    rows = pd.DataFrame([vars(fault) for fault in faults], columns=[*HEADINGS, "rows", "fatal"])
    return Answer(
        name="integrity",
        title="Are the tables whole?",
        verdict=WRONG if faults else OK,
        sentences=(
            f"{counted(len(faults), 'rule is', 'rules are')} broken, in the tables named "
            f"{some(sorted(rows['table'].unique()))}.",
            "Run analytics ingest with the folder of published files; what is wrong even then is a fault of "
            "the program.",
        )
        if faults
        else (
            "Every table is there, no key occurs twice, every area and measure is known, and every figure is "
            "a value or a symbol.",
        ),
        counts={"faults": len(faults), "rows": int(rows["rows"].sum())},
        tables=(Table("integrity", "Rules that are broken", rows, shown(rows, HEADINGS), brief=True),),
    )


def _faults(name: str, table: pd.DataFrame, schema: DataFrameSchema, known: Atlas) -> list[Fault]:
    """List the faults of one table; what is known to be wrong is left out before the next rule looks."""
    wanted = list(read_register().columns) if name == "areas" else list(schema.columns)
    absent = [column for column in wanted if column not in table]
    if absent:
        found = f"no column {some([repr(column) for column in absent])}"
        fatal = name not in TABLES_OF_TOOL
        return [Fault(name, found, "the columns", f"{some(wanted, len(wanted))}", fatal=fatal)]
    table = table.reset_index(drop=True)
    faults: list[Fault] = []
    if name in ("figures", "earlier"):
        types = category_types(known)
        faults += _unknown(name, table, types, schema)
        for column, kind in types.items():
            table = table[table[column].astype(str).isin(kind.categories)]
        table = table.astype(types)
        faults += _over_100(name, table, schema)
    return faults + list(_broken(name, table, schema))


def _unknown(
    name: str, table: pd.DataFrame, types: dict[str, pd.CategoricalDtype], schema: DataFrameSchema
) -> Iterator[Fault]:
    """Find areas, measures and symbols that nothing describes."""
    expected = {
        "area": "the areas of the register (areas.csv)",
        "measure": "the measures of the dictionary (measures.yml)",
        "status": "a symbol of the dictionary, or nothing",
    }
    for column, kind in types.items():
        texts = table[column].astype(str)
        strange = texts[~texts.isin(kind.categories)]
        if len(strange):
            values = [repr(text) for text in strange.unique()]
            found = f"{counted(len(strange), 'row')} of the unknown {column} {some(values)}"
            where = _where(schema, table, strange.index[0])
            yield Fault(name, found, where, expected[column], len(strange), fatal=True)


def _over_100(name: str, table: pd.DataFrame, schema: DataFrameSchema) -> Iterator[Fault]:
    """Find percentages of more than 100, but for those that a release was allowed."""
    percent = [key for key, entry in dictionary().items() if entry.unit == "percent"]
    allowed = {name: last for one in catalogue.tables().values() for name, last in one.over_100.items()}
    value = pd.to_numeric(table["value"], errors="coerce")  # a column of text is a fault of its own
    over = table[(value > 100) & table["measure"].isin(percent)]
    release = pd.to_numeric(over["release"].astype(str), errors="coerce")
    last = over["measure"].astype(str).map(allowed).astype(float)
    over = over[~(release <= last)]
    if len(over):
        found = f"{counted(len(over), 'percentage')} over 100, such as {over['value'].iloc[0]}"
        where = _where(schema, table, over.index[0])
        yield Fault(name, found, where, "percentages from 0 to 100", len(over))


def _broken(name: str, table: pd.DataFrame, schema: DataFrameSchema) -> Iterator[Fault]:
    """Word what pandera finds: a fault for each column and rule."""
    from pandera.errors import SchemaErrors

    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        cases = _once(error.failure_cases)
        for (column, check), found in cases.groupby(["column", "check"], sort=False, dropna=False):
            yield _fault(name, table, schema, (str(column), str(check)), found)


def _once(cases: pd.DataFrame) -> pd.DataFrame:
    """Give each row that breaks a rule once, and nothing more of a column that is of another type."""
    # A rule for the whole table says so of each cell of a row.
    column = cases["column"].mask(cases["schema_context"] == "DataFrameSchema", "")
    cases = cases.assign(column=column).drop_duplicates(["column", "check", "index"])
    typed = cases["check"].str.startswith("dtype")
    return cases[typed | ~cases["column"].isin(cases.loc[typed, "column"])]


def _fault(
    name: str, table: pd.DataFrame, schema: DataFrameSchema, broken: tuple[str, str], cases: pd.DataFrame
) -> Fault:
    """Word the cases in which a column, or the whole table, breaks one rule."""
    column, check = broken
    places = cases["index"].dropna()
    where = _where(schema, table, int(places.iloc[0])) if len(places) else "the whole column"
    expected = next((said for start, said in EXPECTED.items() if check.startswith(start)), check)
    # Nothing but a question of its own rests on the tables of the tool.
    fatal = not check.startswith(HARMLESS) and name not in TABLES_OF_TOOL
    rows = max(len(places), 1)
    if not column:
        return Fault(
            name, f"{counted(rows, 'row breaks', 'rows break')} this rule", where, expected, rows, fatal
        )
    value = cases["failure_case"].iloc[0]
    found = f"{counted(rows, 'row')} with {column} {str(value)!r}" + (" or another" if rows > 1 else "")
    return Fault(name, found, where, expected, rows, fatal)


def _where(schema: DataFrameSchema, table: pd.DataFrame, place: int) -> str:
    """Name a row by its place, counted from 1, and its key."""
    row = table.loc[place]
    key = ", ".join(str(row[column]) for column in schema.unique or [] if column in table)
    return f"row {place + 1} ({key})"
