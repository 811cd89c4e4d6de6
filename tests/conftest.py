"""What tests of several rooms share."""

import gc
import os

import pytest

import analytics
from analytics.figures import Figures


def pytest_configure(config: pytest.Config) -> None:
    """Keep national fits with what else tests keep: all processes of a run share them."""
    os.environ.setdefault("ANALYTICS_CACHE", str(config.rootpath / ".pytest_cache" / "fits"))


# Of several workers each takes a file at a time: those that take longest come first, longest of all at
# the top, so that no worker is left with one of them when the others have done.
LONGEST_FIRST = (
    "tests/papers/test_word_list.py",
    "tests/studies/test_rereferrals.py",
    "tests/test_documents.py",
    "tests/studies/test_workforce_projection.py",
    "tests/papers/test_batch.py",
    "tests/kernels/test_kernels.py",
    "tests/test_cli.py",
    "tests/charts/test_charts.py",
    "tests/studies/test_caseloads.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of the files that take longest first; the order is otherwise as it was."""
    place = {config.rootpath / name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_collection_finish() -> None:
    """Leave what is imported and collected, which stays to the end, out of Python's search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(scope="session")
def figures() -> Figures:
    """Give the figures of the repository, loaded once: fits on all authorities are held beside them."""
    return analytics.load()
