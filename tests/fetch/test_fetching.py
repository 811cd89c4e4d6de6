"""What is fetched from a service that does as it is described."""

from __future__ import annotations

import gzip
import shutil
from datetime import date
from pathlib import Path

import pytest

from analytics.sources.sidecar import read_sidecar
from fetch.conftest import B1, C1, CSWW, CSWW_2023, CSWW_2024, D3, NEED, POPULATION, WORKFORCE, Bench
from fetch.server import DataSet


def test_every_table_comes_as_it_was_published_with_its_sidecar(bench: Bench) -> None:
    assert not bench.fetch()  # that of population is another publisher's
    for path in (CSWW, C1, B1, D3):
        assert (bench.raw / path.name).read_bytes() == path.read_bytes()
    names = {path.name for path in (CSWW, C1, B1, D3)}
    assert set(bench.held()) == names | {f"{name}.source.json" for name in names}
    sidecar = read_sidecar(bench.raw / CSWW.name)
    assert sidecar is not None
    assert sidecar.model_dump() == {
        "publisher": "Department for Education",
        "publication": "csww",
        "title": "Headline measures",
        "release": "2025",
        "version": "2.0",
        "address": f"{bench.statistics.address}/v1/data-sets/w1/csv?dataSetVersion=2.0",
        "licence": "Open Government Licence v3.0",
        # From SHA256SUMS beside the published files.
        "sha256": "9e058bac193cc5b03f0d21ebe4259c8935d236dbf59f09d90b3e0916bfbca95f",
        "date": date.today().isoformat(),
    }
    assert "'Stability of social workers': passed over, it is no table that is read here." in bench.said
    last = bench.said[-1]
    assert last.startswith("Mid-year population estimates: published by Office for National Statistics")
    assert "https://www.ons.gov.uk/" in last
    assert "analytics fetch --file PATH" in last
    assert bench.statistics.connections == 1


def test_the_version_is_pinned_and_pages_are_as_small_as_the_service_makes_them(bench: Bench) -> None:
    bench.statistics.most = 1
    bench.fetch("cin", "csww")
    assert len(bench.held()) == 8
    paths = [path for kind, path, _ in bench.statistics.asked if kind in ("csv", "meta")]
    assert len(paths) == 9
    assert all("dataSetVersion=" in path for path in paths)


def test_what_is_held_is_not_downloaded_again_and_answers_of_the_hour_are_not_asked_for(bench: Bench) -> None:
    assert bench.fetch(NEED)
    before = bench.held()
    assert bench.fetch("children IN need")
    assert bench.statistics.asked == []
    assert bench.held() == before
    assert [line for line in bench.said if "held already" in line and "Nothing was downloaded" in line] == [
        line for line in bench.said if "passed over" not in line
    ]


def test_answers_older_than_may_be_are_asked_for_again(bench: Bench) -> None:
    bench.adjust(fresh=0.001)
    assert bench.fetch("csww")
    bench.statistics.publications[WORKFORCE][0].statuses["2.0"] = "Withdrawn"
    assert bench.fetch("csww")
    assert "csv" not in bench.statistics.kinds()
    assert {"publications", "data-sets", "versions", "meta"} == set(bench.statistics.kinds())
    assert "a newer release is held" in bench.said[-1]


def test_a_draft_and_what_was_withdrawn_are_not_taken(bench: Bench) -> None:
    data_set = bench.statistics.publications[WORKFORCE][0]
    data_set.versions = {"1.9": CSWW_2023, "1.10": CSWW_2024, "2.0": CSWW, "3.0": CSWW}
    data_set.statuses = {"2.0": "Withdrawn", "3.0": "Draft"}
    assert bench.fetch("csww")
    assert (bench.raw / CSWW_2024.name).read_bytes() == CSWW_2024.read_bytes()
    data_set.statuses = dict.fromkeys(data_set.versions, "Draft")
    bench.adjust(fresh=0.001)
    (Path(str(bench.raw)).parent / "cache" / "service_answers.sqlite").unlink()
    assert bench.fetch("csww")
    assert "'Headline measures': passed over, no version of it is published." in bench.said


def test_a_data_set_that_was_superseded_is_followed(bench: Bench) -> None:
    old = DataSet("w0", "Old measures", {"1.0": CSWW_2023}, superseded_by="w1")
    bench.statistics.publications[WORKFORCE].insert(0, old)
    assert bench.fetch("csww")
    assert "'Old measures': superseded by 'Headline measures', which is taken." in bench.said
    assert set(bench.held()) == {CSWW.name, f"{CSWW.name}.source.json"}
    assert (bench.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


def test_of_two_data_sets_of_one_table_the_later_is_taken_and_both_are_named(bench: Bench) -> None:
    bench.statistics.publications[WORKFORCE].append(DataSet("w2", "Last year's measures", {"1.0": CSWW_2023}))
    assert bench.fetch("csww")
    assert set(bench.held()) == {CSWW.name, f"{CSWW.name}.source.json"}
    line = next(line for line in bench.said if "offered twice" in line)
    assert "\"Last year's measures\" (to 2023) is passed over for 'Headline measures' (to 2025)" in line


def test_a_data_set_that_was_withdrawn_is_passed_over(bench: Bench) -> None:
    bench.statistics.publications[WORKFORCE][0].status = "Withdrawn"
    assert not bench.fetch("csww")
    assert "'Headline measures': passed over, its status is Withdrawn." in bench.said
    assert bench.held() == {}


def test_what_its_publisher_has_discontinued_is_taken_and_said_to_be(bench: Bench) -> None:
    data_set = bench.statistics.publications[WORKFORCE][0]
    data_set.status, data_set.statuses = "Deprecated", {"2.0": "Deprecated"}
    assert bench.fetch("csww")
    assert (
        "'Headline measures': discontinued by its publisher, and nothing has taken its place." in bench.said
    )
    assert (bench.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


@pytest.mark.parametrize("known", [True, False])
def test_a_publication_that_is_offered_as_files_only(bench: Bench, known: bool) -> None:
    if known:
        bench.statistics.publications[NEED] = []
    else:
        del bench.statistics.publications[NEED]
    assert not bench.fetch(NEED)
    (line,) = bench.said
    assert line.startswith("Children in need: offered as files only, and not by this service.")
    assert "b1_children_in_need_YEAR_to_YEAR.csv" in line
    assert "https://explore-education-statistics.service.gov.uk/find-statistics/children-in-need" in line
    assert "`analytics fetch --file PATH`" in line


def test_a_new_release_comes_beside_the_old_one(bench: Bench) -> None:
    data_set = bench.statistics.publications[WORKFORCE][0]
    data_set.statuses = {"2.0": "Draft"}
    bench.adjust(fresh=0.001)
    assert bench.fetch("csww")
    before = bench.held()
    assert set(before) == {CSWW_2024.name, f"{CSWW_2024.name}.source.json"}
    data_set.statuses = {}
    assert bench.fetch("csww")
    assert bench.held().items() > before.items()
    assert (bench.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


def test_a_newer_version_of_a_release_takes_its_place_and_the_old_one_is_kept(
    bench: Bench, tmp_path: Path
) -> None:
    revised = tmp_path / "revised.csv"
    revised.write_bytes(CSWW.read_bytes().replace(b",150.1,", b",150.2,"))
    assert revised.read_bytes() != CSWW.read_bytes()
    bench.adjust(fresh=0.001)
    assert bench.fetch("csww")
    data_set = bench.statistics.publications[WORKFORCE][0]
    data_set.versions["2.1"] = revised
    assert bench.fetch("csww")
    assert (bench.raw / CSWW.name).read_bytes() == revised.read_bytes()
    sidecar = read_sidecar(bench.raw / CSWW.name)
    assert sidecar is not None
    assert sidecar.version == "2.1"
    (kept,) = bench.raw.glob("*.gz")
    assert gzip.decompress(kept.read_bytes()) == CSWW.read_bytes()
    assert "version 2.1 in place of 2.0" in bench.said[-1]
    data_set.statuses["2.1"] = "Withdrawn"
    before = bench.held()
    assert bench.fetch("csww")
    assert bench.held() == before
    assert "the held version 2.1 is newer, and no longer offered" in bench.said[-1]


def test_the_same_file_by_hand_gets_the_sidecar_of_the_service(bench: Bench) -> None:
    bench.raw.mkdir()
    shutil.copy(CSWW, bench.raw / "headline (1).csv")
    assert bench.fetch("csww")
    assert set(bench.held()) == {"headline (1).csv", "headline (1).csv.source.json"}
    sidecar = read_sidecar(bench.raw / "headline (1).csv")
    assert sidecar is not None
    assert sidecar.version == "2.0"


def test_another_file_of_the_same_release_by_hand_is_not_overwritten(bench: Bench) -> None:
    bench.raw.mkdir()
    (bench.raw / CSWW.name).write_bytes(CSWW.read_bytes().replace(b",150.1,", b",150.2,"))
    message = bench.refusal("csww")
    assert f"{bench.statistics.address}/v1/data-sets/w1/csv?dataSetVersion=2.0: this and" in message
    assert f"{bench.raw / CSWW.name} are two files of one release" in message


def test_a_file_that_was_spoilt_is_brought_again(bench: Bench) -> None:
    bench.raw.mkdir()
    (bench.raw / CSWW.name).write_bytes(CSWW.read_bytes()[:-100])
    assert bench.fetch("csww")
    assert (bench.raw / CSWW.name).read_bytes() == CSWW.read_bytes()


def test_a_sidecar_that_disagrees_with_its_file(bench: Bench) -> None:
    bench.fetch("csww")
    changed = CSWW.read_bytes().replace(b",150.1,", b",150.2,")
    (bench.raw / CSWW.name).write_bytes(changed)
    message = bench.refusal("csww")
    assert message.startswith(f"{bench.raw / CSWW.name}: this is not the file that {CSWW.name}.source.json")


def test_a_layout_that_is_not_known(bench: Bench, tmp_path: Path) -> None:
    renamed = tmp_path / "renamed.csv"
    renamed.write_bytes(CSWW.read_bytes().replace(b"absence_rate_fte", b"sickness_rate_fte", 1))
    bench.statistics.publications[WORKFORCE][0].versions["3.0"] = renamed
    message = bench.refusal("csww")
    assert message.startswith(
        f"{bench.statistics.address}/v1/data-sets/w1, version 3.0: Headline measures: row 1"
    )
    assert "new: 'sickness_rate_fte'" in message
    assert "layouts.yml" in message


def test_all_that_is_read_here_is_held(bench: Bench) -> None:
    bench.adopt(POPULATION)
    assert bench.fetch()


def test_an_unknown_publication(bench: Bench) -> None:
    message = bench.refusal("Children in ned")
    assert message.startswith(
        "publication 'Children in ned': there is none of that name. Nearest: Children in need"
    )
    assert bench.statistics.asked == []
