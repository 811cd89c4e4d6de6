"""Columns of a table are as wide as their words in Arial need, and no wider than the page."""

from __future__ import annotations

import pytest

from analytics.papers.columns import TEXT_WIDTH, fit_columns, width_of


def test_letters_are_measured_as_in_arial():
    # Published widths of Helvetica, in thousandths: A 667, space 278, i 222; bold A 722.
    assert width_of("A i", 10) == pytest.approx(11.67)
    assert width_of("A", 10, bold=True) == pytest.approx(7.22)
    assert width_of("\N{LATIN CAPITAL LETTER A WITH ACUTE}", 10) == pytest.approx(6.67)


def test_a_small_table_takes_what_it_needs():
    fitted = fit_columns([["Area", "Rate"], ["Bury", "21.4"]])
    assert (fitted.size, fitted.lines) == (9, 1)
    assert sum(fitted.widths) < TEXT_WIDTH / 4


def test_long_texts_take_the_room_that_figures_leave():
    fitted = fit_columns([["Area", "Rate", "Note"], *[["Bury", "21.4", "a note that goes on " * 20]] * 3])
    assert fitted.size == 8
    assert sum(fitted.widths) <= TEXT_WIDTH
    assert fitted.widths[2] > 5 * fitted.widths[1]


def test_many_columns_are_set_small_and_no_word_is_broken():
    wide = [["Area", *["Range"] * 11], *[["Statistical", *["1,234.5 to 1,300"] * 11]] * 2]
    fitted = fit_columns(wide)
    assert fitted.size == 7.5
    assert sum(fitted.widths) <= TEXT_WIDTH
    assert fitted.widths[0] > 20 * width_of("Statistical", fitted.size)


def test_a_header_alone_is_a_table():
    assert fit_columns([["Area", "Rate"]]).lines == 0
