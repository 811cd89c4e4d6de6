"""Where things are, and how a folder is replaced whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from analytics.errors import InputError

PACKAGE = Path(__file__).resolve().parent
REPOSITORY = PACKAGE.parent
# What a system says of a full disk, a quota that is used up, and a file larger than may be.
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}

LONGEST = 50  # characters: the system takes a hundred for a socket's path, and names of ours come after
LOCK, WORK = ".lock", ".writing"
PATIENCE = 60  # seconds for another to have written


def home() -> Path:
    """The folder that holds `data/` and `notebooks/`.

    A clone is its own home. An installed wheel carries copies inside the package.
    `ANALYTICS_HOME` names another.
    """
    named = os.environ.get("ANALYTICS_HOME")
    if named:
        return Path(named).absolute()
    return REPOSITORY if (REPOSITORY / "pyproject.toml").is_file() else PACKAGE / "home"


def package_sha256(*without: str) -> str:
    """Give the SHA-256 of the package's own files: its code, and what it reads.

    `without` names modules and folders of it that are left out.
    """
    return folder_sha256(PACKAGE, "__pycache__", "home", *without)


def folder_sha256(folder: Path, *without: str) -> str:
    """Give the SHA-256 of the files in a folder, of their names and contents and nothing else."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not {*inside.parts, inside.stem}.intersection(without):
            digest.update(f"{inside.as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def folder_for_sockets() -> str:
    """Give the folder for temporary files, or a shorter one where paths of sockets would be too long."""
    usual = tempfile.gettempdir()
    return "/tmp" if len(usual) > LONGEST and Path("/tmp").is_dir() else usual


@contextmanager
def sole_writer(folder: Path) -> Iterator[Path]:
    """Hold a folder against other writers, and yield an empty one inside it for what is not whole yet.

    What a writer that was killed left there is finished first where it was whole, else removed.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    work = folder / WORK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=PATIENCE):
            _finish(work, folder)
            work.mkdir()
            try:
                yield work
            finally:
                _finish(work, folder)
    except OSError as error:
        raise InputError(_refused(folder, error)) from error


@contextmanager
def replacing(target: Path, within: Path | None = None) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `target` when the block ends well.

    When the block raises, `target` stays as it was and nothing else is left behind.

    Args:
        target: the folder to replace, or to make.
        within: the folder around it that is held meanwhile, else its parent.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    target = target.absolute()
    within = (within or target.parent).absolute()
    with sole_writer(within) as work:
        new, old = work / "new", work / "old"
        (work / "target").write_text(str(target.relative_to(within)), encoding="utf-8")
        new.mkdir()
        yield new
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            target.rename(old)
        new.rename(target)


def _finish(work: Path, folder: Path) -> None:
    """Put in place what stood ready when its writer was stopped, and clear the rest."""
    if (work / "old").exists():  # it had made way, so the new one was whole
        target = folder / (work / "target").read_text(encoding="utf-8")
        if not target.exists():
            (work / "new").rename(target)
    shutil.rmtree(work, ignore_errors=True)


def _refused(folder: Path, error: OSError) -> str:
    """Say why a folder could not be written, and what to do."""
    if error.errno in FULL:
        return (
            f"{folder}: there is no room in it ({error.strerror}). Nothing was changed: make room, or "
            "choose another folder."
        )
    if isinstance(error, Timeout):
        return f"{folder}: another program has been writing here for {PATIENCE} seconds. Try again."
    return (
        f"{error.filename2 or error.filename or folder}: this cannot be written ({error.strerror}). "
        "Close it if it is open elsewhere, choose another folder, or ask for permission to write there."
    )
