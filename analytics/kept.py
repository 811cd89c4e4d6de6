"""What is fitted on all authorities is fitted once: kept in this process, and on disk for the next.

A fit is known by the figures it is made on, the code that makes it and the libraries under that, all by
content; it is never out of date, and the folder may be removed at any time.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import sys
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import pandas as pd
from filelock import FileLock
from joblib import Memory
from platformdirs import user_cache_path

from analytics.figures import Figures
from analytics.folders import package_sha256

FOLDER = "ANALYTICS_CACHE"
MOST = 200_000_000  # bytes; what was longest unused goes first
# No study may import these (pyproject.toml): they are edited without fitting anything anew.
ABOVE = (
    "charts",
    "cli",
    "explorer",
    "fetch",
    "health",
    "ingest",
    "kernels",
    "narrative",
    "papers",
    "sources",
)
LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels")

Given = ParamSpec("Given")
Fit = TypeVar("Fit")

_log = logging.getLogger(__name__)


def kept(fit: Callable[Concatenate[Figures, Given], Fit]) -> Callable[Concatenate[Figures, Given], Fit]:
    """Make a function of figures and simple values that gives the same fit without making it again."""
    name = f"{fit.__module__}.{fit.__qualname__}"

    @lru_cache(maxsize=64)
    @wraps(fit)
    def recall(figures: Figures, *values: Given.args, **named: Given.kwargs) -> Fit:
        folder = _folder()
        if folder is None:
            return fit(figures, *values, **named)
        memory = Memory(folder, verbose=0)
        stored = memory.cache(_call, ignore=["fit"])
        key = (name, _code(), _tables(figures), values, named)
        # Of several processes that ask at once, one makes it.
        lock = hashlib.sha256(pickle.dumps(key)).hexdigest()[:16]
        with FileLock(folder / "locks" / lock):
            known = stored.check_call_in_cache(key, None)
            found: Fit = stored(key, lambda: fit(figures, *values, **named))
        if not known:
            memory.reduce_size(bytes_limit=MOST)
        return found

    return cast(Callable[Concatenate[Figures, Given], Fit], recall)


def _call(key: tuple[Any, ...], fit: Callable[[], Any]) -> Any:
    """Make a fit; `key`, which stands for it, is all that joblib is to go by."""
    return fit()


@cache
def _folder() -> Path | None:
    """Give the folder that fits are kept in, or None where none can be."""
    folder = Path(os.environ.get(FOLDER) or user_cache_path("childrens-services-analytics")).absolute()
    try:
        (folder / "locks").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _log.warning(
            "%s: national fits cannot be kept here (%s), and are made again.", folder, error.strerror
        )
        return None
    return folder


@lru_cache(maxsize=16)
def _tables(figures: Figures) -> str:
    """Digest the tables that a fit is made on: as they stand, whatever file they came from."""
    digest = hashlib.sha256(figures.sha256.encode())
    for table in (figures.table, figures.areas, figures.neighbours):
        digest.update(pickle.dumps([(name, str(kind)) for name, kind in table.dtypes.items()]))
        digest.update(pd.util.hash_pandas_object(table).to_numpy().tobytes())
    return digest.hexdigest()


@cache
def _code() -> str:
    return " ".join([package_sha256(*ABOVE), sys.version, *(version(name) for name in LIBRARIES)])
