"""What the service offers of a publication: its data sets, the newest version of each, and their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from analytics.errors import InputError
from analytics.fetch.client import Client, Say
from analytics.fetch.faults import BY_HAND, UNCHANGED
from analytics.measures import Publication
from analytics.sources.catalogue import IDENTIFIERS, Layout, meant, recognise, unknown_layout

PUBLICATIONS, DATA_SETS, VERSIONS = 40, 20, 20  # the most to a page that the service gives
PAGES = 100  # more than it has
PUBLISHED, DEPRECATED = "Published", "Deprecated"
USABLE = (PUBLISHED, DEPRECATED)  # others are drafts of several kinds, or withdrawn


class _Answer(BaseModel):
    """Of an answer just what is needed: the service may say more than that, and labels under two names."""


class _Paging(_Answer):
    total: int = Field(alias="totalPages", ge=0)


class _Page(_Answer):
    paging: _Paging
    results: list[dict[str, Any]]


class _Publication(_Answer):
    id: str
    title: str


class _DataSet(_Answer):
    id: str
    title: str
    status: str = PUBLISHED
    superseded_by: str | None = Field(default=None, alias="supersedingDataSetId")


class _Version(_Answer):
    version: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    status: str = PUBLISHED

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))


class _Column(_Answer):
    column: str


class _Period(_Answer):
    period: str


class _Meta(_Answer):
    filters: list[_Column]
    indicators: list[_Column]
    periods: list[_Period] = Field(alias="timePeriods")


Shape = TypeVar("Shape", bound=_Answer)


@dataclass(frozen=True)
class Offer:
    """One version of a data set that is a table of the catalogue, and the years that it promises."""

    title: str
    address: str
    version: str
    layout: Layout
    years: range


def find_offers(client: Client, publication: Publication, say: Say) -> list[Offer]:
    """Find the newest version of each table of a publication that the service has.

    Data sets that are no table of the catalogue are passed over, and named.

    Raises:
        NotNow: the service cannot answer.
        InputError: what it answers is not as described, or a table is laid out in a way that is not known.
    """
    key = _publication_id(client, publication.title)
    listed = _pages(client, f"publications/{key}/data-sets", DATA_SETS, _DataSet) if key else []
    current = {one.id: one for one in (_current(client, listed_one, say) for listed_one in listed) if one}
    offers: dict[str, Offer] = {}
    for data_set in current.values():
        offer = _offer(client, data_set, say)
        if offer is None:
            continue
        table = offer.layout.table
        rival = offers.setdefault(table.key, offer)
        if rival is not offer:
            newer, older = sorted([offer, rival], key=lambda one: one.years[-1], reverse=True)
            offers[table.key] = newer
            say(f"{table.called}: offered twice. {older.title!r} (to {older.years[-1]}) is passed over for "
                f"{newer.title!r} (to {newer.years[-1]}).")  # fmt: skip
    return list(offers.values())


def _publication_id(client: Client, title: str) -> str | None:
    """Find the publication of just this title, however its apostrophe is written."""
    word = max(re.findall(r"[A-Za-z]+", title), key=len)
    found = _pages(client, "publications", PUBLICATIONS, _Publication, search=word)
    return next((one.id for one in found if _plain(one.title) == _plain(title)), None)


def _plain(title: str) -> str:
    return " ".join(title.replace("\u2019", "'").split()).casefold()


def _current(client: Client, data_set: _DataSet, say: Say) -> _DataSet | None:
    """Follow a data set to the one that has taken its place; None if it was withdrawn."""
    seen = {data_set.id}
    while data_set.superseded_by and data_set.superseded_by not in seen:
        seen.add(data_set.superseded_by)
        path = f"data-sets/{data_set.superseded_by}"
        newer = _shaped(client, path, client.get_json(path), _DataSet)
        say(f"{data_set.title!r}: superseded by {newer.title!r}, which is taken.")
        data_set = newer
    if data_set.status not in USABLE:
        say(f"{data_set.title!r}: passed over, its status is {data_set.status}.")
        return None
    if data_set.status == DEPRECATED:
        say(f"{data_set.title!r}: discontinued by its publisher, and nothing has taken its place.")
    return data_set


def _offer(client: Client, data_set: _DataSet, say: Say) -> Offer | None:
    """Read the newest published version of a data set, if it is a table of the catalogue."""
    path = f"data-sets/{data_set.id}"
    versions = _pages(client, f"{path}/versions", VERSIONS, _Version)
    ready = [one for one in versions if one.status in USABLE]
    if not ready:
        say(f"{data_set.title!r}: passed over, no version of it is published.")
        return None
    version = max(ready, key=lambda one: one.order).version
    answer = client.get_json(f"{path}/meta", dataSetVersion=version)
    meta = _shaped(client, f"{path}/meta", answer, _Meta)
    header = [*IDENTIFIERS, *(one.column for one in (*meta.filters, *meta.indicators))]
    layout = recognise(header)
    years = sorted(int(one.period) for one in meta.periods if one.period.isdecimal())
    table = None if layout else meant(Path(data_set.title), header)
    if table:
        fault = unknown_layout(Path(data_set.title), table, header)
        raise InputError(f"{client.service.url(path)}, version {version}: {fault}")
    if layout is None or not years:
        say(f"{data_set.title!r}: passed over, it is no table that is read here.")
        return None
    address = f"{client.service.url(path)}/csv?dataSetVersion={version}"
    return Offer(data_set.title, address, version, layout, range(years[0], years[-1] + 1))


def _pages(client: Client, path: str, size: int, shape: type[Shape], **asked: str) -> list[Shape]:
    """Read every page of a list."""
    return list(_each(client, path, size, shape, asked))


def _each(client: Client, path: str, size: int, shape: type[Shape], asked: dict[str, str]) -> Iterator[Shape]:
    for number in range(1, PAGES + 1):
        answer = client.get_json(path, **asked, page=number, pageSize=size)
        page = _shaped(client, path, answer, _Page)
        for entry in page.results:
            yield _shaped(client, path, entry, shape)
        if number >= page.paging.total:
            return


def _shaped(client: Client, path: str, answer: dict[str, Any], shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(answer)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{client.service.url(path)}: {where}: {first['msg']}; expected what version 1 of the service "
            f"gives. {UNCHANGED} See whether there is a newer version of this program. {BY_HAND}"
        ) from error
