"""The sidecar: what lies beside a published file and says whose it is, where it came from, and when."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analytics.errors import InputError

SUFFIX = ".source.json"
LICENCE = "Open Government Licence v3.0"


class Sidecar(BaseModel):
    """Whose figures a file holds, and how it came here.

    `publication` is a key of `measures.yml`, `neighbours` or `lait`; `title` is what the publisher calls
    the table or the data set; `version` is empty where the file was downloaded by hand; `date` is the day
    on which it was, year first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: str = Field(min_length=1)
    publication: str = Field(min_length=1)
    title: str
    release: str
    version: str
    address: str = Field(min_length=1)
    licence: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    date: str = Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def sidecar_path(path: Path) -> Path:
    """Give the place of a file's sidecar.

    >>> sidecar_path(Path("raw/b1.csv")).name
    'b1.csv.source.json'
    """
    return path.with_name(path.name + SUFFIX)


def read_sidecar(path: Path) -> Sidecar | None:
    """Read the sidecar of the file `path`; None if it has none.

    Raises:
        InputError: the sidecar cannot be read, or is not one.
    """
    place = sidecar_path(path)
    try:
        return Sidecar.model_validate_json(place.read_bytes())
    except (FileNotFoundError, NotADirectoryError):  # such as of a file in a zip
        return None
    except OSError as error:
        raise InputError(f"{place}: this sidecar cannot be opened ({error.strerror}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole file"
        raise InputError(
            f"{place}: {where}: {first['msg']}; expected what `analytics fetch` writes beside {path.name}. "
            "Delete the sidecar; `analytics fetch --file` writes it again."
        ) from error


def write_sidecar(path: Path, sidecar: Sidecar) -> None:
    """Write the sidecar of the file `path`, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    place = sidecar_path(path)
    # No published file is looked for under such a name, should it be left behind.
    new = place.with_name(place.name + ".part")
    new.write_text(sidecar.model_dump_json(indent=2) + "\n", encoding="utf-8")
    new.replace(place)


def check_sidecar(path: Path, data: bytes) -> Sidecar | None:
    """Give the sidecar of the file `path`, whose bytes are `data`; None if it has none.

    Raises:
        InputError: the sidecar is of other bytes.
    """
    sidecar = read_sidecar(path)
    if sidecar is not None and sidecar.sha256 != hashlib.sha256(data).hexdigest():
        raise disagreement(path, sidecar)
    return sidecar


def disagreement(path: Path, sidecar: Sidecar) -> InputError:
    """Word the error of a file that is not the one which its sidecar describes."""
    return InputError(
        f"{path}: this is not the file that {sidecar_path(path).name} describes: it was changed after "
        f"{sidecar.date}, when it came from {sidecar.address}. Put back the file as it was published; or, "
        f"if it is what you want, delete the sidecar and run `analytics fetch --file {path}`."
    )
