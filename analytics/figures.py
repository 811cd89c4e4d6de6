"""The tidy table of figures: load, select, pivot. A missing figure keeps its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics import areas as register
from analytics import releases as published_then
from analytics.errors import InputError, closest
from analytics.folders import home
from analytics.measures import dictionary
from analytics.measures import measure as dictionary_entry

# Read by `load`; the table of earlier releases is read when it is first asked for.
LOADED = ("areas", "neighbours", "figures", "manifest")
TABLES = (*LOADED, "earlier")


@dataclass(frozen=True, eq=False)
class Figures:
    """The processed tables, and the one way to ask them.

    `table` has a row for each area, period and measure: `value` (missing where not published),
    `status` (`c`, `x`, `z`, `u`, `low` or empty) and `release`. `sha256` is that of the files read,
    one after another. What is shared by all who ask for them is copied before it is changed.
    """

    table: pd.DataFrame
    areas: pd.DataFrame
    neighbours: pd.DataFrame
    manifest: pd.DataFrame
    folder: Path
    sha256: str

    @cached_property
    def earlier(self) -> pd.DataFrame:
        """Give the figures of earlier releases: the columns of `table`, ordered by release.

        Raises:
            InputError: the table is missing or cannot be read.
        """
        path = self.folder / "earlier.parquet"
        return _table(path, _bytes(path))

    def as_published(self, year: int) -> Figures:
        """Give the figures as they stood when the release of `year` was the newest.

        The workforce figures are those of that release where it is held, else the newest ones for
        the years up to it; `vintage` says which. Other publications stay as they are, and so does
        `releases`. The same year gives the same object each time.

        Raises:
            InputError: there are no workforce figures for the year.
        """
        if year not in self._by_year:
            table = published_then.as_published(self.table, self.earlier, year)
            self._by_year[year] = self if table is self.table else replace(self, table=table)
        return self._by_year[year]

    def vintage(self, year: int) -> str:
        """Say which workforce figures `as_published` gives.

        They are of the "2023 release" where that is held, else "2025 release, years to 2019".

        Raises:
            InputError: there are no workforce figures for the year.
        """
        return published_then.vintage(self.as_published(year).table, year)

    @cached_property
    def _by_year(self) -> dict[int, Figures]:
        return {}

    @cached_property
    def joint_returns(self) -> dict[str, str]:
        """Map each member of a joint return to the key of the return."""
        return register.joint_returns(self.areas)

    @cached_property
    def register(self) -> pd.DataFrame:
        """Give the register of areas with `area` as its index."""
        return self.areas.set_index("area")

    def resolve(self, area: str) -> str:
        """Find the key of the area that a person means (see `areas.resolve`)."""
        return area if area in self.register.index else register.resolve(area, self.areas)

    def name(self, area: str) -> str:
        """Give the name of the area with this key."""
        return str(self.register.at[area, "name"])

    @cached_property
    def releases(self) -> dict[str, str]:
        """Map each publication to the newest release held."""
        # Not by groupby, for which pandas starts Arrow's threads.
        newest = self.manifest.sort_values("release").drop_duplicates("publication", keep="last")
        return dict(sorted(zip(newest["publication"], newest["release"], strict=True)))

    @cached_property
    def wide(self) -> pd.DataFrame:
        """Give the figures with a row for each area and period as published, a column a measure."""
        keys = self.table.astype({"area": str, "measure": str})
        return keys.pivot(index=["area", "period"], columns="measure", values="value")

    def of_measure(self, measure: str) -> pd.DataFrame:
        """Give every row of one measure, areas as they were published.

        Raises:
            InputError: no such measure is held; the message names the nearest.
        """
        known = self.table["measure"].cat.categories
        if measure not in known:
            entry = dictionary().get(measure)
            if entry is not None and entry.derived:
                return _derived(self, measure)
            raise InputError(
                f"measure {measure!r}: no such measure is held. Nearest: {closest(measure, dictionary())}."
            )
        code = known.get_loc(measure)
        return self.table[self.table["measure"].cat.codes.to_numpy() == code]

    def reporting_unit(self, area: str, measure: str) -> str:
        """Give the key under which an area's figures of a measure are published.

        It is the area itself, or the joint return that it is part of.
        """
        joint = self.joint_returns.get(area)
        if joint is None or (self.of_measure(measure)["area"] == area).any():
            return area
        return joint

    def years(self, measure: str) -> list[int]:
        """List the years for which a measure is held, oldest first."""
        return sorted(int(year) for year in self.of_measure(measure)["period"].unique())

    def check_year(self, measure: str, year: int) -> None:
        """Refuse a year for which a measure is not held.

        Raises:
            InputError: the message names the years that are.
        """
        years = self.years(measure)
        if year not in years:
            title = dictionary_entry(measure).title
            raise InputError(
                f"year {year}: {title} is held for {years[0]} to {years[-1]}. Choose one of those years."
            )

    def select(
        self,
        area: str | Sequence[str] | None = None,
        measure: str | Sequence[str] | None = None,
        year: int | Sequence[int] | None = None,
    ) -> pd.DataFrame:
        """Select figures by area, measure and year, each one or several, or all where left out.

        Areas are what a person types. An area that is part of a joint return gets the figures of
        the return, and an area that continues an abolished one with the same footprint gets its
        earlier figures too; `published_for` names the area of the published row.

        Returns:
            A table with `area, name, period, measure, value, status, release, published_for`.

        Raises:
            InputError: an area, a measure or a year is not known.
        """
        measures = _listed(measure) or [str(name) for name in self.table["measure"].cat.categories]
        wanted = None if area is None else [self.resolve(text) for text in _listed(area)]
        parts = [self._select_measure(name, wanted) for name in measures]
        table = pd.concat(parts, ignore_index=True)
        years = _listed(year)
        if years:
            for one in years:
                for name in measures:
                    self.check_year(name, one)
            table = table[table["period"].isin(years)]
        return table.reset_index(drop=True)

    def _select_measure(self, measure: str, wanted: list[str] | None) -> pd.DataFrame:
        rows = self.of_measure(measure)
        if wanted is None:
            chosen = rows.assign(published_for=rows["area"].astype(str), area=rows["area"].astype(str))
        else:
            parts = [self._published_rows(rows, area, measure) for area in wanted]
            chosen = pd.concat(parts) if parts else rows.head(0)
        chosen = chosen.assign(
            name=chosen["area"].map(self.register["name"]),
            published_for=chosen["published_for"].map(self.register["name"]),
        )
        columns = ["area", "name", "period", "measure", "value", "status", "release", "published_for"]
        return chosen[columns].astype({"measure": str, "status": str, "release": str})

    def _published_rows(self, rows: pd.DataFrame, area: str, measure: str) -> pd.DataFrame:
        """Give the rows that speak for one area: its own, its joint return's, its forerunner's."""
        unit = self.reporting_unit(area, measure)
        units = [unit, *str(self.register.at[unit, "continues"]).split()]
        found = rows[rows["area"].isin(units)]
        found = found.assign(published_for=found["area"].astype(str), area=area)
        return found.sort_values("period", kind="stable")

    def rates(self, measure: str) -> pd.DataFrame:
        """Give a measure beside its parts, for every area and period as published.

        An area that continues an abolished one with the same footprint has its earlier rows too.

        Returns:
            `area, period, value, status, numerator, denominator`; a part is missing where any
            figure that it is the sum of is.
        """
        # A shallow copy: whoever changes a column changes it for himself alone.
        return _rates(self, measure).copy(deep=False)


@lru_cache(maxsize=64)
def _rates(figures: Figures, measure: str) -> pd.DataFrame:
    entry = dictionary_entry(measure)
    rows = figures.of_measure(measure)[["area", "period", "value", "status"]]
    rows = rows.astype({"area": str, "status": str}).reset_index(drop=True)
    for part, names, lag in (
        ("numerator", entry.numerator, 0),
        ("denominator", entry.denominator, entry.denominator_lag),
    ):
        rows[part] = _sum_of_parts(figures, rows, names, lag)
    heirs = figures.register.query("continues != ''")["continues"]
    earlier = [rows[rows["area"] == ended].assign(area=heir) for heir, ended in heirs.items()]
    return pd.concat([rows, *earlier], ignore_index=True).sort_values(["area", "period"], ignore_index=True)


def _sum_of_parts(figures: Figures, rows: pd.DataFrame, names: tuple[str, ...], lag: int) -> Any:
    """Add up the measures named, for each row's area and the period `lag` years before its own."""
    if not names:
        return np.nan
    keys = pd.MultiIndex.from_arrays([rows["area"], rows["period"] - lag])
    return figures.wide[list(names)].reindex(keys).sum(axis=1, skipna=False).to_numpy()


@lru_cache(maxsize=16)
def _derived(figures: Figures, measure: str) -> pd.DataFrame:
    """Work a measure out from its parts: a row wherever the first part of its numerator has one.

    A figure with a part missing is missing, for the reason that the part is.
    """
    entry = dictionary()[measure]
    rows = figures.of_measure(entry.numerator[0]).copy()
    above = _sum_of_parts(figures, rows, entry.numerator, 0)
    below = _sum_of_parts(figures, rows, entry.denominator, entry.denominator_lag)
    value = entry.scale * above / np.where(below > 0, below, np.nan)
    missing = np.isnan(value) & (rows["status"].astype(str) == "")
    return rows.assign(measure=measure, value=value, status=rows["status"].astype(str).mask(missing, "x"))


def _listed(given: Any) -> list[Any]:
    """Give a list of what may be one, several or none."""
    if given is None:
        return []
    return [given] if np.ndim(given) == 0 else list(given)


@dataclass(frozen=True)
class _Files:
    """The processed tables as bytes: the same where folder and digest are, whatever the clock says."""

    folder: Path
    sha256: str
    contents: dict[str, bytes] = field(compare=False)


def load_figures(folder: Path | None = None) -> Figures:
    """Read the processed tables (see `analytics.load`)."""
    folder = folder or home() / "data" / "processed"
    contents = {name: _bytes(folder / f"{name}.parquet") for name in TABLES}
    return _held(_Files(folder, hashlib.sha256(b"".join(contents.values())).hexdigest(), contents))


@lru_cache(maxsize=4)
def _held(files: _Files) -> Figures:
    tables = {name: _table(files.folder / f"{name}.parquet", files.contents[name]) for name in LOADED}
    return Figures(
        table=tables["figures"],
        areas=tables["areas"],
        neighbours=tables["neighbours"],
        manifest=tables["manifest"],
        folder=files.folder,
        sha256=files.sha256,
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path) from error


def _table(path: Path, content: bytes) -> pd.DataFrame:
    """Read a table, without starting threads: a process that has some cannot be forked."""
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        rows = file.read_row_groups(range(file.num_row_groups), use_threads=False)
    except (OSError, pa.ArrowInvalid) as error:
        raise _unreadable(path) from error
    return rows.to_pandas(use_threads=False)


def _unreadable(path: Path) -> InputError:
    return InputError(
        f"{path}: this table is missing or cannot be read. "
        "Run `analytics ingest --raw DIR` with the folder of published files."
    )
