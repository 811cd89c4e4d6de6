"""The processed tables of the Local Authority Interactive Tool, read when they are first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.stored import read_bytes, read_table

# The tool's measures are named so, and no other.
LAIT = "lait_"
TABLES = ("lait", "lait_measures")


@dataclass(frozen=True, eq=False)
class Tool:
    """The tool's tables in a folder of processed tables, which may be without them."""

    folder: Path

    @property
    def held(self) -> bool:
        """Say whether the folder has the tables."""
        return any(self._path(name).exists() for name in TABLES)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Give the figures in the order of their key: see `Figures.lait`."""
        return self._read("lait")

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Give what the tool says of its measures, a row for each."""
        return self._read("lait_measures")

    def of_measure(self, measure: str) -> pd.DataFrame | None:
        """Give every row of one measure, or None where there is no such measure.

        Raises:
            InputError: the tables are not held or cannot be read.
        """
        column = self.figures["measure"].array
        if measure not in column.categories:
            return None
        code = column.categories.get_loc(measure)
        # The rows of a measure lie together, in the order of the categories.
        first, after = np.searchsorted(column.codes, [code, code + 1])
        return self.figures.iloc[first:after]

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _read(self, name: str) -> pd.DataFrame:
        if not self.held:
            raise InputError(
                f"{self.folder}: the figures of the Local Authority Interactive Tool are not held. Put its "
                "three files in the folder of published files, and run `analytics ingest --raw DIR` with it."
            )
        return read_table(self._path(name), read_bytes(self._path(name)))
