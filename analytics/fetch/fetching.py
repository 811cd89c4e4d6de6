"""The newest release of each publication, from the service into a folder of published files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import InputError, closest
from analytics.fetch.client import Client, Say
from analytics.fetch.download import Moved, download, unpack
from analytics.fetch.faults import BY_HAND, UNCHANGED, Unreachable
from analytics.fetch.holding import Held, describe, held_in, in_order, newest, open_whole, place
from analytics.fetch.offers import Offer, find_offers
from analytics.fetch.service import Service
from analytics.folders import sole_writer
from analytics.measures import Publication, published_by
from analytics.sources.catalogue import Table, tables
from analytics.sources.ees import PublishedTable

# Begins the telling of one download, by its title.
Begin = Callable[[str], Moved]


@dataclass(frozen=True)
class _Errand:
    """What every step needs: whom to ask, where to write, and whom to tell."""

    client: Client
    raw: Path
    say: Say
    begin: Begin


def fetch(texts: Sequence[str], raw: Path, service: Service, say: Say, begin: Begin) -> bool:
    """Bring the newest release of publications, named by key or title, or of all, into the folder `raw`.

    Returns:
        Whether every table of them that is read here is held now, be it an older release.

    Raises:
        InputError: something is not as it should be; what is held is then as it was.
    """
    wanted = choose(texts)
    try:
        with Client(service, say) as client:
            errand = _Errand(client, raw, say, begin)
            for publication in wanted:
                _fetch_publication(errand, publication)
    except Unreachable as error:
        say(_away(error, raw, wanted))
    return not _missing(raw, wanted)


def choose(texts: Sequence[str]) -> list[Publication]:
    """Find the publications that are meant by keys or titles; all that have a table here for none.

    Raises:
        InputError: there is none of that name.
    """
    have = {table.publication.key for table in tables().values()}
    known = {key: one for key, one in published_by().items() if key in have}
    names = {name.casefold(): key for key, one in known.items() for name in (key, one.title)}
    for text in texts:
        if text.casefold() not in names:
            titles = [one.title for one in known.values()]
            raise InputError(
                f"publication {text!r}: there is none of that name. "
                f"Nearest: {closest(text, [*known, *titles])}. Choose one of: {'; '.join(titles)}."
            )
    keys = dict.fromkeys(names[text.casefold()] for text in texts) or known
    return [known[key] for key in keys]


def _fetch_publication(errand: _Errand, publication: Publication) -> None:
    service = errand.client.service
    offers: list[Offer] = []
    if publication.publisher == service.publisher:
        offers = find_offers(errand.client, publication, errand.say)
    for offer in sorted(offers, key=lambda one: one.layout.table.key):
        _fetch_offer(errand, offer)
    offered = {offer.layout.table.key for offer in offers}
    if offered.issuperset(_keys(publication)):
        return
    if publication.publisher != service.publisher:
        why = f"published by {publication.publisher}, and so not offered by this service"
    else:
        why = "offered as files only, and not by this service" if not offered else "offered here in part"
    lacking = [tables()[key] for key in _keys(publication) if key not in offered]
    held = held_in(errand.raw, (table.key for table in lacking))
    errand.say(f"{publication.title}: {why}. {_by_hand(publication, lacking, held)}")


def _by_hand(publication: Publication, lacking: Sequence[Table], held: Sequence[Held]) -> str:
    """Say what is to be downloaded by hand, and what of it is held."""
    names = [table.name.format(first="YEAR", last="YEAR") for table in lacking]
    newest_held = [one for table in lacking if (one := newest(held, table))]
    has = f" Held: {'; '.join(one.described for one in newest_held)}." if newest_held else ""
    return (
        f"To bring a new release of {', '.join(names)}, download it from {publication.address} and run "
        f"`analytics fetch --file PATH`.{has}"
    )


def _fetch_offer(errand: _Errand, offer: Offer) -> None:
    """Download one version of a data set, unless it or a better one is held."""
    table, last = offer.layout.table, offer.years[-1]
    held = held_in(errand.raw, [table.key])
    better = next((why for one in held if (why := _no_worse(one, offer))), None)
    if better:
        errand.say(f"{table.called}, to {last}, version {offer.version}: {better} Nothing was downloaded.")
        return
    with sole_writer(errand.raw) as work:
        part, new = errand.raw / f"{table.key}.part", work / "new.csv"
        download(errand.client, offer.address, part, errand.begin(table.called))
        try:
            unpack(offer.address, part, new, errand.client.service.largest)
            published = _check(offer, new)
        finally:
            part.unlink()  # whole, and if it is wrong, wrong as a whole
        sidecar = describe(published.file, offer.title, offer.address, offer.version)
        errand.say(place(errand.raw, new, published, sidecar, held))


def _no_worse(held: Held, offer: Offer) -> str | None:
    """Say why a file that is held is not to make way for what is offered; None if it may have to."""
    if held.release > offer.years[-1]:
        return f"a newer release is held: {held.described}."
    if held.release < offer.years[-1] or held.sidecar is None:
        return None
    if held.sidecar.address == offer.address:
        return f"held already: {held.described}."
    if in_order(held.sidecar.version) > in_order(offer.version):
        return f"the held version {held.sidecar.version} is newer, and no longer offered: {held.described}."
    return None


def _check(offer: Offer, new: Path) -> PublishedTable:
    """Read what was downloaded, and refuse what was not asked for."""
    table, span = offer.layout.table, offer.years
    try:
        published = open_whole(new)
    except InputError as error:
        fault = str(error).removeprefix(f"{new}: ")
        raise InputError(f"{offer.address}: what came is not as published. {UNCHANGED} {fault}") from error
    if published and published.table.key == table.key and published.years == span:
        return published
    found = "a table that is not read here"
    if published:
        found = f"{published.table.called}, {published.years[0]} to {published.years[-1]}"
    raise InputError(
        f"{offer.address}: found {found}; expected {table.called}, {span[0]} to {span[-1]}: another data set "
        f"than was asked for. {UNCHANGED} Try again later. {BY_HAND}"
    )


def _missing(raw: Path, wanted: Sequence[Publication]) -> list[str]:
    """List the tables of publications of which the folder holds no release."""
    keys = [key for publication in wanted for key in _keys(publication)]
    held = {one.table.key for one in held_in(raw, keys)}
    return [key for key in keys if key not in held]


def _keys(publication: Publication) -> list[str]:
    return [key for key, table in tables().items() if table.publication.key == publication.key]


def _away(error: Unreachable, raw: Path, wanted: Sequence[Publication]) -> str:
    """Say in one line that the service cannot be reached, what is held, and what is not."""
    keys = [key for publication in wanted for key in _keys(publication)]
    held = held_in(raw, keys)
    here = [one for key in keys if (one := newest(held, tables()[key]))]
    absent = [tables()[key].called for key in _missing(raw, wanted)]
    has = f" Held in {raw} and used: {'; '.join(one.described for one in here)}." if here else ""
    lacks = (
        f" Not held: {'; '.join(absent)}. Run the command again with a network. {BY_HAND}" if absent else ""
    )
    return f"Offline: {error}{has}{lacks}"
