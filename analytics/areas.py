"""Local authorities: codes, names, regions, reorganisations; what a person types becomes a key.

The register (`areas.csv`) is keyed by `area`: the three-digit code of an authority, the two codes
of a joint return (`314/318`), the nine-character code of a region or England. Nine-character codes
of authorities change when a boundary is redrawn and are never joined on.
"""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from analytics.errors import InputError, closest
from analytics.folders import PACKAGE


def read_register() -> pd.DataFrame:
    """Read the register of areas: one row an area, all text, empty where there is nothing."""
    return pd.read_csv(PACKAGE / "areas.csv", dtype=str, keep_default_na=False)


def slug(name: str) -> str:
    """Turn a name of the register into a folder name.

    >>> slug("Bristol, City of")
    'bristol-city-of'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _words(text: str) -> str:
    """Fold case and punctuation, so that "St. Helens" and "st helens" are the same words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    folded = plain.casefold().replace("&", " and ").replace(".", "").replace("'", "")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded).split())


def resolve(text: str, areas: pd.DataFrame) -> str:
    """Find the key of the area that a person means.

    A code (three digits, nine characters, old or new) or a full name in any case is taken as it
    stands. Otherwise the words typed must stand together in the name of just one current area:
    "Westmorland" is enough, "Northamptonshire" is the county that was abolished in 2021.

    Raises:
        InputError: no area, or more than one, is meant; the message names the nearest.
    """
    typed = text.strip()
    codes = (areas["area"], areas["old_code"], areas["code"])
    hit = pd.concat([column.str.casefold() == typed.casefold() for column in codes], axis=1).any(axis=1)
    hit |= areas["former_code"].str.split().map(lambda former: typed.upper() in former)
    if typed and hit.any():
        return str(areas.loc[hit, "area"].iloc[0])

    names = areas["name"].map(_words)
    wanted = _words(typed)
    same = names.map(lambda name: sorted(name.split()) == sorted(wanted.split()))
    if wanted and same.any():
        return str(areas.loc[same, "area"].iloc[0])

    current = (areas["valid_to"] == "") & (areas["kind"] != "joint")
    within = current & names.map(lambda name: f" {wanted} " in f" {name} ")
    if wanted and within.sum() == 1:
        return str(areas.loc[within, "area"].iloc[0])
    if wanted and within.any():
        several = "; ".join(areas.loc[within, "name"])
        raise InputError(f"area {text!r}: more than one area is meant by that. Choose one of: {several}.")
    raise InputError(
        f"area {text!r}: no such area is known. Nearest: {closest(typed, areas.loc[current, 'name'])}. "
        "Give a name, a three-digit code or a nine-character code."
    )


def joint_returns(areas: pd.DataFrame) -> dict[str, str]:
    """Map each member of a joint return to the key of the return."""
    joints = areas.loc[areas["kind"] == "joint", ["area", "members"]]
    return {member: key for key, members in joints.to_numpy() for member in members.split()}


def first_years(valid_from: pd.Series, year_end: pd.Series) -> pd.Series:
    """Say which authorities came into being within the year that ends on `year_end`.

    Both are dates as text, year first; an empty `valid_from` means "always there".

    >>> first_years(pd.Series(["2023-04-01", ""]), pd.Series(["2024-03-31", "2024-03-31"])).tolist()
    [True, False]
    """
    start = (year_end.str[:4].astype(int) - 1).astype(str) + year_end.str[4:]
    return (valid_from != "") & (start < valid_from) & (valid_from <= year_end)


def abolished(valid_to: pd.Series, year_end: pd.Series) -> pd.Series:
    """Say which authorities were abolished before `year_end`; dates as in `first_years`.

    >>> abolished(pd.Series(["2023-03-31", ""]), pd.Series(["2023-09-30", "2023-09-30"])).tolist()
    [True, False]
    """
    return (valid_to != "") & (valid_to < year_end)
