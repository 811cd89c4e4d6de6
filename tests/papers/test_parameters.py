from __future__ import annotations

from typing import Any

import nbformat
import pytest

from analytics.errors import InputError
from analytics.papers.parameters import check_parameters, read_parameters
from papers.small_notebook import PARAMETERS, cells, code


def check(given: dict[str, Any], source: str = PARAMETERS) -> dict[str, Any]:
    notebook = nbformat.v4.new_notebook(cells=[code(source, "parameters")])
    return check_parameters(notebook, given, "small.ipynb")


def test_a_parameter_is_read_with_its_type_default_and_meaning() -> None:
    year = read_parameters(nbformat.v4.new_notebook(cells=cells()), "small.ipynb")["year"]
    assert (year.type, year.default) == (int | None, None)
    assert year.meaning == "the year in which the reporting year ends"


def test_defaults_stand_where_nothing_is_given() -> None:
    assert check({}) == {
        "area": "Bury",
        "year": None,
        "neighbour_model": "2025",
        "measure": "rereferrals",
        "title": "",
        "contact_officer": "",
    }


@pytest.mark.parametrize(
    ("annotation", "given", "value"),
    [
        ("int | None", "2024", 2024),
        ("int", 2024, 2024),
        ("str", "2024", "2024"),
        ("float", "0.25", 0.25),
        ("bool", "false", False),
        ("str | None", None, None),
    ],
)
def test_texts_become_what_the_annotation_says(annotation: str, given: Any, value: Any) -> None:
    found = check({"one": given}, f"one: {annotation} = {value!r}")["one"]
    assert found == value
    assert type(found) is type(value)


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(
        InputError, match=r"parameter 'neighbor_model': .* Nearest: neighbour_model"
    ) as caught:
        check({"neighbor_model": "2021"})
    assert "area, year, neighbour_model, measure, title, contact_officer" in str(caught.value)


@pytest.mark.parametrize(
    ("annotation", "given", "expected"),
    [
        ("int | None", "twenty", "a whole number"),
        ("int", "2024.5", "a whole number"),
        ("float", "nan", "a number"),
        ("bool", "perhaps", "true or false"),
        ("str", 7, "text"),
        ("str", "half a pair \udc80", "text"),
    ],
)
def test_a_wrong_type_says_what_was_given_and_expected(annotation: str, given: Any, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        check({"one": given}, f"one: {annotation} = {'' if annotation == 'str' else 1!r}  # of a kind")
    message = f"parameter one: {given!r} was given; {expected} is expected (of a kind)."
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("year = 2025", r"line 1: `year = 2025` is not a typed parameter"),
        ("area: str", r"line 1: `area: str` is not a typed parameter"),
        ("area: str = 'Bury'\nwhen: date = '2025-01-01'", r"line 2: a parameter cannot be of type `date`"),
        ("year: int = 'soon'", r"parameter year: 'soon' was given; a whole number is expected"),
        ("year: int = 2020 + later", r"line 1: `2020 \+ later` is not a value"),
    ],
)
def test_a_parameters_cell_of_another_form_is_refused(source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check({}, source)


@pytest.mark.parametrize("times", [0, 2])
def test_one_parameters_cell_is_expected(times: int) -> None:
    notebook = nbformat.v4.new_notebook(cells=[code("area: str = ''", "parameters") for _ in range(times)])
    with pytest.raises(InputError, match=f"{times} cells are tagged parameters"):
        check_parameters(notebook, {}, "small.ipynb")
