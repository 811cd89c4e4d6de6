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

from analytics import areas as register
from analytics import releases as published_then
from analytics.described import described
from analytics.errors import InputError, closest
from analytics.folders import home
from analytics.measures import dictionary
from analytics.measures import measure as dictionary_entry
from analytics.parts import beside_parts, worked_out
from analytics.stored import read_bytes, read_table
from analytics.tool import LAIT, Tool

# Read by `load`; the table of earlier releases is read when it is first asked for.
LOADED = ("areas", "neighbours", "figures", "manifest")
# Whose bytes are the digest of `Figures`. The tables of the interactive tool, which are read when they are
# first asked for, are known by the manifest, which has the digests of the files that they were made from.
TABLES = (*LOADED, "earlier")


@dataclass(frozen=True, eq=False)
class Figures:
    """The processed tables, and the one way to ask them.

    `table` has a row for each area, period and measure: `value` (missing where not published),
    `status` (`c`, `x`, `z`, `u`, `low` or empty) and `release`. `sha256` is that of the files read,
    one after another. What is shared by all who ask for them is copied before it is changed.

    The measures of the Local Authority Interactive Tool, whose names begin with `lait_`, are in a
    table of their own (`lait`), which is read when one of them is first asked for.
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
        return read_table(path, read_bytes(path))

    @cached_property
    def _tool(self) -> Tool:
        return Tool(self.folder)

    @property
    def lait(self) -> pd.DataFrame:
        """Give the figures of the interactive tool, in the order of their key `measure, area, period`.

        The columns are those of `table` and `label`, the period as the tool writes it. Its status is
        empty or `-`: no figure is given, and the tool does not say why.

        Raises:
            InputError: the table is not held or cannot be read.
        """
        return self._tool.figures

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Describe every measure that is held, the tool's too where it is (see `described`)."""
        return described(self._tool.measures if self._tool.held else None)

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
        if measure.startswith(LAIT):
            rows = self._tool.of_measure(measure)
            if rows is None:
                raise self._unknown(measure)
            return rows
        known = self.table["measure"].cat.categories
        if measure not in known:
            entry = dictionary().get(measure)
            if entry is not None and entry.derived:
                return _derived(self, measure)
            raise self._unknown(measure)
        code = known.get_loc(measure)
        return self.table[self.table["measure"].cat.codes.to_numpy() == code]

    def _unknown(self, measure: str) -> InputError:
        near = closest(measure, self.measures.index)
        return InputError(f"measure {measure!r}: no such measure is held. Nearest: {near}.")

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
            title = self.measures.at[measure, "title"]
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

        All measures are those of `table`; the interactive tool's are given where they are named.

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
        rows, names = self.of_measure(measure), self.register["name"]
        if wanted is None:
            area = rows["area"].astype(str)
            name = area.map(names)
            chosen = rows.assign(area=area, name=name, published_for=name)
        else:
            parts = [self._published_rows(rows, area, measure) for area in wanted]
            chosen = pd.concat(parts) if parts else rows.head(0)
            both = {"name": chosen["area"], "published_for": chosen["published_for"]}
            chosen = chosen.assign(**{column: areas.map(names) for column, areas in both.items()})
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
    return beside_parts(
        dictionary_entry(measure), figures.of_measure(measure), figures.wide, figures.register["continues"]
    )


@lru_cache(maxsize=16)
def _derived(figures: Figures, measure: str) -> pd.DataFrame:
    entry = dictionary()[measure]
    return worked_out(entry, figures.of_measure(entry.numerator[0]), figures.wide)


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
    contents = {name: read_bytes(folder / f"{name}.parquet") for name in TABLES}
    return _held(_Files(folder, hashlib.sha256(b"".join(contents.values())).hexdigest(), contents))


@lru_cache(maxsize=4)
def _held(files: _Files) -> Figures:
    tables = {name: read_table(files.folder / f"{name}.parquet", files.contents[name]) for name in LOADED}
    return Figures(
        table=tables["figures"],
        areas=tables["areas"],
        neighbours=tables["neighbours"],
        manifest=tables["manifest"],
        folder=files.folder,
        sha256=files.sha256,
    )
