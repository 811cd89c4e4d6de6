"""What tests of several rooms share."""

import os

import pytest

import analytics
from analytics.figures import Figures


def pytest_configure(config: pytest.Config) -> None:
    """Keep national fits with what else tests keep: all processes of a run share them."""
    os.environ.setdefault("ANALYTICS_CACHE", str(config.rootpath / ".pytest_cache" / "fits"))


@pytest.fixture(scope="session")
def figures() -> Figures:
    """Give the figures of the repository, loaded once: fits on all authorities are held beside them."""
    return analytics.load()
