"""A service with the published files, a folder to fetch into, and no memory of what was answered before."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from analytics.errors import InputError
from analytics.fetch import Service, adopt, fetch, read_service
from analytics.sources.ees import open_table
from analytics.sources.files import list_files
from fetch.server import DataSet, Fault, Statistics, serving

ROOT = Path(__file__).parents[2]
SOURCES = Path(os.environ.get("ANALYTICS_SOURCES", ROOT.parent / "shared" / "data"))
DFE, EARLIER = SOURCES / "dfe", SOURCES / "dfe" / "earlier"
CSWW = DFE / "csww_indicators_2017_to_2025.csv"
CSWW_2024 = EARLIER / "csww_indicators_2017_to_2024.csv"
CSWW_2023 = EARLIER / "csww_indicators_2017_to_2023.csv"
C1 = DFE / "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv"
B1 = DFE / "b1_children_in_need_2013_to_2025.csv"
D3 = DFE / "d3_cpps_subsequent_plan_2013_to_2025.csv"
POPULATION = SOURCES / "ons" / "ons_mid-year_population_estimates_2012_to_2024.csv"
STABILITY = DFE / "la_cla_swcount.csv"
WORKFORCE, NEED = "Children\u2019s social work workforce", "Children in need"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pass over the tests that read the published files, where these are not."""
    if not SOURCES.is_dir():
        reason = f"{SOURCES} is not here: set ANALYTICS_SOURCES to the folder of published files"
        for item in items:
            if "fetch" in item.path.parent.name:
                item.add_marker(pytest.mark.skip(reason=reason))


def offered() -> Statistics:
    """Give the service as it is in autumn: a version for each release, and a data set not read here."""
    workforce = DataSet("w1", "Headline measures", {"1.0": CSWW_2024, "2.0": CSWW}, label="name")
    need = [
        DataSet("n1", "Referrals", {"1.0": C1}),
        DataSet("n2", "Episodes", {"1.0": B1}),
        DataSet("n3", "Repeat plans", {"1.0": D3}),
        DataSet("n4", "Stability of social workers", {"1.0": STABILITY}),
    ]
    others = {"Children in need of a longer title": [], "Children looked after": []}
    return Statistics({**others, WORKFORCE: [workforce], NEED: need})


@dataclass
class Bench:
    """A running service, how it is asked, and the folder that is fetched into."""

    statistics: Statistics
    service: Service
    raw: Path
    stop: Callable[[], None]
    said: list[str] = field(default_factory=list)

    def adjust(self, **settings: float) -> None:
        """Change how the service is asked."""
        self.service = self.service.model_copy(update=settings)

    def break_(self, kind: str, *faults: Fault, forever: bool = False) -> None:
        """Let the service do something else in place of its next answers of a kind, or for good."""
        self.statistics.faults, self.statistics.forever = {kind: list(faults)}, forever

    def fetch(self, *texts: str) -> bool:
        self.said.clear()
        self.statistics.asked.clear()
        return fetch(texts, self.raw, self.service, self.said.append, lambda _: lambda done, total: None)

    def adopt(self, path: Path) -> str:
        self.said.clear()
        adopt(path, self.raw, self.said.append)
        return "\n".join(self.said)

    def refusal(self, *texts: str | Path) -> str:
        """Fetch what must be refused, or adopt a path; see that nothing has changed, and give the message."""
        before = self.held()
        with pytest.raises(InputError) as refused:
            if texts and isinstance(texts[0], Path):
                self.adopt(texts[0])
            else:
                self.fetch(*map(str, texts))
        self.see_unharmed(before)
        message = str(refused.value)
        assert str(self.raw / ".writing") not in message
        return message

    def see_unharmed(self, before: dict[str, bytes]) -> None:
        """See that what was held is as it was, byte for byte, and that ingest would take nothing else."""
        assert self.held() == before
        taken = [path for path in list_files(self.raw) if open_table(path)] if self.raw.exists() else []
        assert {str(path.relative_to(self.raw)) for path in taken} <= set(before)

    def held(self) -> dict[str, bytes]:
        """Give what the folder holds, but for locks and parts."""
        paths = [path for path in self.raw.rglob("*") if path.is_file() and path.name != ".lock"]
        held = {str(path.relative_to(self.raw)): path.read_bytes() for path in paths}
        assert not any(name.startswith(".writing") for name in held)
        return {name: data for name, data in held.items() if not name.endswith(".part")}


@pytest.fixture(scope="session")
def one_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the first of the root certificates: to read them all takes longer than most tests here."""
    path = tmp_path_factory.mktemp("roots") / "one.pem"
    first = httpx.create_ssl_context(trust_env=False).get_ca_certs(binary_form=True)[0]
    path.write_text(ssl.DER_cert_to_PEM_cert(first))
    return path


@pytest.fixture
def bench(tmp_path: Path, one_root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("ANALYTICS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SSL_CERT_FILE", str(one_root))
    with ExitStack() as stack:
        statistics = stack.enter_context(serving(offered()))
        quick = {
            "address": statistics.address,
            "connect": 2,
            "read": 1,
            "whole": 10,
            "attempts": 3,
            "wait_first": 0.001,
            "wait_most": 0.01,
            "retry_after": 2,
        }
        service = Service(**read_service().model_dump() | quick)
        yield Bench(statistics, service, tmp_path / "raw", stack.close)
