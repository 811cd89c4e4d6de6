"""What tests of several rooms share."""

import pytest

import analytics
from analytics.figures import Figures


@pytest.fixture(scope="session")
def figures() -> Figures:
    """Give the figures of the repository, loaded once: fits on all authorities are held beside them."""
    return analytics.load()
