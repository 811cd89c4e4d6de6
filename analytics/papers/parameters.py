"""A notebook's parameters: read from its parameters cell, checked before any kernel starts.

papermill itself only warns of an unknown name and injects every value as it was typed.
"""

from __future__ import annotations

import ast
import tokenize
from dataclasses import dataclass
from io import StringIO
from typing import Any

from nbformat import NotebookNode
from pydantic import ConfigDict, TypeAdapter

from analytics.errors import InputError, closest

TYPES = {"str": str, "int": int, "float": float, "bool": bool}
IN_WORDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell: `name: annotation = default  # meaning`."""

    name: str
    type: Any
    expected: str
    default: Any
    meaning: str

    def convert(self, given: Any) -> Any:
        """Give `given` in the parameter's type.

        Raises:
            InputError: it cannot be; the message says what was expected.
        """
        try:
            if isinstance(given, str):
                given.encode()  # half a character, from a terminal in another encoding, cannot be printed
            return TypeAdapter(self.type, config=ConfigDict(allow_inf_nan=False)).validate_python(given)
        except ValueError as error:
            meaning = f" ({self.meaning})" if self.meaning else ""
            raise InputError(
                f"parameter {self.name}: {given!r} was given; {self.expected} is expected{meaning}."
            ) from error


def check_parameters(notebook: NotebookNode, given: dict[str, Any], name: str) -> dict[str, Any]:
    """Give every parameter of a notebook its value: converted from `given`, or the default.

    Raises:
        InputError: a name is unknown (the message names the nearest) or a value of the wrong type.
    """
    parameters = read_parameters(notebook, name)
    for unknown in [key for key in given if key not in parameters]:
        raise InputError(
            f"parameter {unknown!r}: {name} has none of that name. Nearest: {closest(unknown, parameters)}. "
            f"It takes {', '.join(parameters)}."
        )
    return {key: one.convert(given.get(key, one.default)) for key, one in parameters.items()}


def read_parameters(notebook: NotebookNode, name: str) -> dict[str, Parameter]:
    """Read the typed assignments of the cell tagged `parameters`, with their comments.

    Raises:
        InputError: there is not just one such cell, or a line of it is something else.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise InputError(f"{name}: {len(cells)} cells are tagged parameters; one is expected.")
    source = cells[0].source
    tokens = tokenize.generate_tokens(StringIO(source).readline)
    comments = {token.start[0]: token.string.lstrip("# ") for token in tokens if token.string.startswith("#")}
    lines = [_parameter(node, comments, name) for node in ast.parse(source).body]
    return {line.name: line for line in lines}


def _parameter(node: ast.stmt, comments: dict[int, str], name: str) -> Parameter:
    match node:
        case ast.AnnAssign(target=ast.Name(id=parameter), annotation=annotation, value=ast.expr() as value):
            kind, expected = _type_of(annotation, name)
            meaning = comments.get(node.end_lineno or node.lineno, "")
            return Parameter(parameter, kind, expected, _value_of(value, name), meaning)
    raise InputError(
        f"{name}, parameters cell, line {node.lineno}: `{ast.unparse(node)}` is not a typed parameter. "
        "Write each as `name: type = default  # meaning`."
    )


def _value_of(default: ast.expr, name: str) -> Any:
    try:
        return ast.literal_eval(default)
    except ValueError as error:
        raise InputError(
            f"{name}, parameters cell, line {default.lineno}: `{ast.unparse(default)}` is not a value. "
            "Nothing is computed in the parameters cell."
        ) from error


def _type_of(annotation: ast.expr, name: str) -> tuple[Any, str]:
    """Give the type that an annotation states, and its description in words."""
    match annotation:
        case ast.Name(id=known) if known in TYPES:
            return TYPES[known], IN_WORDS[known]
        case ast.BinOp(ast.Name(known), ast.BitOr(), ast.Constant(None)) if known in TYPES:
            return TYPES[known] | None, IN_WORDS[known]
    raise InputError(
        f"{name}, parameters cell, line {annotation.lineno}: a parameter cannot be of type "
        f"`{ast.unparse(annotation)}`. Use one of {', '.join(TYPES)}, alone or with `| None`."
    )
