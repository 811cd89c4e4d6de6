"""The wheel works without the repository: it carries the figures, the notebooks and the evidence."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed, and give what it printed."""
    outside = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "ANALYTICS_HOME")
    }
    ran = subprocess.run(command, cwd=cwd, env=outside, capture_output=True, text=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel beside what it depends on; give the folder of its commands."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=ROOT)
    venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = folder.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--quiet", "--no-deps"]
    run(*pip, wheel, cwd=folder)
    site = Path(
        run(scripts / "python", "-c", "import analytics; print(analytics.__file__)", cwd=folder).strip()
    )
    # A .pth file within a folder that a .pth file names is not read: the repository stays out of the way.
    (site.parents[1] / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return scripts


def test_the_installed_package_loads_its_own_figures(installed: Path, tmp_path: Path) -> None:
    code = (
        "import analytics, json; figures = analytics.load(); "
        "print(json.dumps([analytics.__file__, str(figures.folder), len(figures.select(area='Bury')), "
        "len(figures.earlier)]))"
    )
    package, folder, rows, earlier = json.loads(run(installed / "python", "-c", code, cwd=tmp_path))
    assert Path(package).is_relative_to(installed.parent)
    assert Path(folder).is_relative_to(installed.parent)
    assert rows > 100
    assert earlier > 100


def test_the_installed_command_writes_a_paper(installed: Path, tmp_path: Path) -> None:
    run(installed / "analytics", "paper", "--area", "Bury", "--study", "workforce", cwd=tmp_path)
    (paper,) = tmp_path.glob("reports/bury/workforce-*/paper.html")
    assert "<h1" in paper.read_text(encoding="utf-8")
