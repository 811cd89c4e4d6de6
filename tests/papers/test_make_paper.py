"""The whole way, with a real kernel: from a notebook to the files of a paper."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path, PurePosixPath

import html5lib
import nbformat
import pandas as pd
import pytest

from analytics import __version__
from analytics.errors import InputError
from analytics.papers import Paper, make_paper, write_paper
from analytics.papers.run import NotebookError, run_notebook
from papers.small_notebook import FRONT, PARAMETERS, Cells, cells, code, prose, write_notebook

ODD = 'Łucja Ŵyn 🙂 "O\'Neil" \\ <script>alert(1)</script> {{7*7}} ../../x'


def make(folder: Path, parameters: dict[str, object] | None = None, content: Cells | None = None) -> Path:
    # papermill would take braces in a path for a template of its own.
    notebooks = folder / "{notebooks}"
    notebooks.mkdir(exist_ok=True)
    return make_paper(write_notebook(content or cells(), notebooks), parameters or {}, folder / "reports")


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("paper"), {"area": "Bury"})


def test_a_paper_has_its_page_tables_record_and_notebook(paper: Path) -> None:
    files = {path.relative_to(paper).as_posix() for path in paper.rglob("*") if path.is_file()}
    assert paper.parts[-2:] == ("bury", "rereferrals-2025")
    assert files == {
        "paper.html",
        "paper.docx",
        "paper.pdf",
        "paper.json",
        "notebook.ipynb",
        "tables/trend.csv",
        "tables/position.csv",
    }
    assert [path.name for path in paper.parent.iterdir()] == ["rereferrals-2025"]


def test_the_page_prints_prose_and_blocks_in_order_and_nothing_else(paper: Path) -> None:
    page = (paper / "paper.html").read_text("utf-8")
    shown = ["Do referrals come back?", "Key messages", "First &lt; message.", "Where the area stands"]
    shown += ["<strong>matters</strong>", "Bury&#39;s rate rose", "It rose. None of the others did."]
    shown += ["One in five referrals came back", "How this paper was made"]
    body = page[page.index("<main") :]
    assert "Do referrals come back?" in page
    places = [body.index(text) for text in shown[1:]]
    assert places == sorted(places)
    for hidden in ("DataFrame", "a stray remark", "a plain value", "analysts only", "For analysts."):
        assert hidden not in page


def test_parameters_are_named_in_the_command_to_make_the_paper_again_and_nowhere_else(paper: Path) -> None:
    page = (paper / "paper.html").read_text("utf-8")
    command = "analytics paper --study rereferrals --area Bury --year 2025 -p neighbour_model=2025"
    assert page.count(command) == 1
    for name in ("neighbour_model", "contact_officer", "year: int", "meeting_date"):
        assert name not in page.replace(command, "")


def test_the_tables_are_the_exhibits_tables(paper: Path) -> None:
    table = pd.read_csv(paper / "tables" / "trend.csv", keep_default_na=False)
    assert table.to_dict("list") == {"area": ["Bury", "Kent"], "value": ["21.4", ""], "status": ["", "c"]}


def test_the_record_says_what_the_paper_was_made_from(paper: Path) -> None:
    record = json.loads((paper / "paper.json").read_text("utf-8"))
    assert (record["study"], record["area"], record["year"]) == ("rereferrals", "Bury", 2025)
    assert record["parameters"]["neighbour_model"] == "2025"
    assert record["parameters"]["year"] is None
    assert record["findings"] == [
        {"name": "rereferral_percent", "value": 21.4, "unit": "%"},
        {"name": "rank", "value": None, "unit": ""},
    ]
    assert record["exhibits"][0] == {
        "name": "trend",
        "title": "Bury's rate rose",
        "alt": "The rate rose from 19.8% in 2024 to 21.4% in 2025.",
        "measure": "Re-referrals within 12 months",
        "unit": "%",
        "period": "year to 31 March 2025",
        "source": "Department for Education",
        "table": "tables/trend.csv",
    }
    assert record["title"] == "Do referrals come back?"
    assert record["key_messages"] == ["First < message.", "Second message."]
    assert record["documents"] == ["paper.html", "paper.docx", "paper.pdf"]
    assert record["data_sha256"] == "ab" * 32
    assert record["code_version"] == __version__


def test_the_notebook_as_executed_does_not_name_the_machine(paper: Path) -> None:
    text = (paper / "notebook.ipynb").read_text("utf-8")
    executed = nbformat.reads(text, as_version=4)
    nbformat.validate(executed)
    assert executed.cells[3].outputs
    assert str(paper.parents[2]) not in text
    assert "papermill" not in text
    assert "iopub" not in text


def test_the_same_inputs_give_the_same_bytes(paper: Path, tmp_path: Path) -> None:
    (notebook,) = paper.parents[2].glob("*/small.ipynb")
    again = make_paper(notebook, {"area": "Bury"}, tmp_path)
    for path in sorted(path for path in paper.rglob("*") if path.is_file()):
        assert path.read_bytes() == (again / path.relative_to(paper)).read_bytes(), path.name


def test_what_is_injected_arrives_in_its_type(tmp_path: Path) -> None:
    content = cells()
    content[1] = code(PARAMETERS + "share: float = 0.5\nwide: bool = False", "parameters")
    content[4] = code("Passage((repr([area, year, neighbour_model, title, share, wide]),))")
    page = make(tmp_path, {"year": "2024", "share": "1", "wide": "true"}, content) / "paper.html"
    expected = "['Bury', 2024, '2025', '', 1.0, True]".replace("'", "&#39;")
    assert expected in page.read_text("utf-8")
    assert page.parent.name == "rereferrals-2024"


def test_what_a_person_typed_is_shown_as_it_stands(tmp_path: Path) -> None:
    folder = make(tmp_path, {"title": ODD, "contact_officer": ODD, "area": "../../x"})
    assert folder == tmp_path / "reports" / "bury" / "rereferrals-2025"
    page = (folder / "paper.html").read_text("utf-8")
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    assert tree.findtext(".//h1") == ODD
    assert tree.findtext(".//dd") == ODD
    assert tree.findtext(".//title").startswith(ODD)
    assert "<script" not in page
    assert json.loads((folder / "paper.json").read_text("utf-8"))["parameters"]["title"] == ODD


def test_an_earlier_paper_is_replaced_whole(tmp_path: Path) -> None:
    stale = tmp_path / "reports" / "bury" / "rereferrals-2025" / "tables" / "stale.csv"
    stale.parent.mkdir(parents=True)
    stale.touch()
    folder = make(tmp_path)
    assert not stale.exists()
    assert (folder / "paper.html").exists()


def test_an_input_error_of_a_cell_is_the_users_message(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        make(tmp_path, {"year": 2031})
    assert str(caught.value) == "year 2031: figures are held to 2025."
    assert not (tmp_path / "reports").exists()


def test_any_other_error_names_the_notebook_and_the_cell(tmp_path: Path) -> None:
    content = [*cells(), code("1 / 0")]
    with pytest.raises(NotebookError) as caught:
        make(tmp_path, content=content)
    assert str(caught.value) == f"small.ipynb, cell {len(content)}: ZeroDivisionError: division by zero"
    assert not (tmp_path / "reports").exists()


def test_a_cell_before_the_parameters_has_its_own_number(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match=r"small\.ipynb, cell 2: ZeroDivisionError"):
        make(tmp_path, content=[prose("# First"), code("1 / 0"), *cells()])


def test_an_incomplete_exhibit_leaves_nothing_behind(tmp_path: Path) -> None:
    content = [*cells(), code('Exhibit(name="bare", title="", shown=shown, **common)')]
    with pytest.raises(NotebookError, match=r"exhibit 'bare': title is empty"):
        make(tmp_path, content=content)
    assert not (tmp_path / "reports").exists()


def test_a_kernel_that_dies_is_named(tmp_path: Path) -> None:
    content = [*cells(), code("import os; os._exit(9)")]
    with pytest.raises(NotebookError, match=rf"small\.ipynb, cell {len(content)}: the kernel died"):
        make(tmp_path, content=content)


def test_a_cell_past_its_deadline_is_named(tmp_path: Path) -> None:
    content = [*cells(), code("import time; time.sleep(60)")]
    with pytest.raises(NotebookError) as caught:
        run_notebook(write_notebook(content, tmp_path), {"area": "Bury"}, deadline=1)
    words = "it took longer than 1 seconds and was interrupted"
    assert str(caught.value) == f"small.ipynb, cell {len(content)}: {words}"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file, not a folder")
    with pytest.raises(InputError, match="cannot be written"):
        make(tmp_path)
    assert (tmp_path / "reports").read_text() == "a file, not a folder"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_disk_that_is_full_leaves_the_earlier_paper_as_it_was(tmp_path: Path) -> None:
    import resource

    paper = Paper(PurePosixPath("bury/caseloads-2025"), {"paper.json": "{}", "paper.pdf": b"x" * 100_000})
    folder = write_paper(Paper(paper.folder, {"paper.json": "earlier"}), tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(InputError, match=r"there is no room in it \(File too large\)"):
            write_paper(paper, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in folder.iterdir()] == ["paper.json"]
    assert (folder / "paper.json").read_text() == "earlier"
    assert [path.name for path in folder.parent.iterdir()] == ["caseloads-2025"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")
def test_a_kernel_uses_no_port_and_runs_in_the_notebooks_folder(tmp_path: Path) -> None:
    asks = code("import os, ipykernel.connect as c; print(os.getcwd(), c.get_connection_info())")
    notebook = write_notebook([code("area: str = 'Bury'", "parameters"), asks], tmp_path)
    here = Path.cwd()
    executed = run_notebook(notebook, {"area": "Bury"})
    printed = executed.cells[2].outputs[0].text
    assert printed.startswith(str(tmp_path))
    assert '"transport": "ipc"' in printed
    assert Path.cwd() == here


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")
def test_a_long_path_to_temporary_files_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    executed = run_notebook(
        write_notebook([code("area: str = ''", "parameters")], tmp_path), {"area": "Bury"}
    )
    assert executed.cells[1].execution_count == 2


def test_progress_counts_every_code_cell(tmp_path: Path) -> None:
    notebook = write_notebook([prose("## Text"), code(PARAMETERS, "parameters"), code(FRONT)], tmp_path)
    seen: list[tuple[int, int]] = []
    run_notebook(notebook, {"area": "Bury", "year": 2025}, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
