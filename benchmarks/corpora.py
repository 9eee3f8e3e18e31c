"""The projects the plugin is measured on: pinned releases with their tests, kept outside the repository."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

VARIABLE = "TESTHYGIENE_CACHE"


class Corpus(NamedTuple):
    """A released version of a project."""

    name: str
    version: str

    @property
    def folder(self) -> str:
        """The name of the folder that holds the unpacked wheel."""
        return f"{self.name}-{self.version}"


NOVA = Corpus("nova", "34.0.0")
OPENSTACK = (
    Corpus("nova", "17.0.13"),
    NOVA,
    Corpus("tempest", "47.0.0"),
    Corpus("cinder", "29.0.0"),
    Corpus("neutron", "29.0.0"),
    Corpus("octavia", "19.0.0"),
    Corpus("manila-tempest-plugin", "3.2.0"),
    Corpus("openstacksdk", "4.22.0"),
)
# Source archives: most wheels outside OpenStack leave the tests out.
OTHERS = (
    Corpus("aiohttp", "3.9.5"),
    Corpus("celery", "5.7.0"),
    Corpus("django", "6.1.3"),
    Corpus("docker", "7.2.0"),
    Corpus("jupyter_server", "2.9.1"),
    Corpus("kombu", "5.7.0"),
    Corpus("moto", "5.2.5"),
    Corpus("salt", "3008.5"),
    Corpus("tornado", "6.6.1"),
    Corpus("twisted", "26.10.0"),
)
CORPORA = (*OPENSTACK, *OTHERS)


def add_cache_option(parser: argparse.ArgumentParser) -> None:
    """Let the user say where the corpora are, or are to be."""
    parser.add_argument(
        "--cache",
        type=Path,
        default=default_cache(),
        metavar="FOLDER",
        help=f"where corpora are kept (default: ${VARIABLE}, else %(default)s)",
    )


def default_cache() -> Path:
    """The folder named by the environment, else one in the user's cache."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "flake8-testhygiene"


def unpacked(corpus: Corpus, cache: Path) -> Path:
    """The folder of ``corpus`` below ``cache``; downloads and unpacks what is not there yet."""
    folder = cache.absolute() / corpus.folder
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        # A folder that carries its final name is complete, however often we are interrupted.
        with tempfile.TemporaryDirectory(dir=cache) as unfinished:
            _unpack(_downloaded(corpus, Path(unfinished)), Path(unfinished, "whole")).rename(folder)
    return folder


def _downloaded(corpus: Corpus, folder: Path) -> Path:
    pinned = f"{corpus.name}=={corpus.version}"
    kind = "--only-binary" if corpus in OPENSTACK else "--no-binary"
    # It is read, not run: it need not suit this interpreter.
    options = ("--no-deps", kind, ":all:", "--ignore-requires-python", "--quiet")
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), pinned]
    subprocess.run(command, check=True, stdout=sys.stderr)
    (archive,) = folder.iterdir()
    return archive


def _unpack(archive: Path, whole: Path) -> Path:
    """The folder that an archive holds: a source archive has one of its own at the top."""
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(whole)
        return whole
    shutil.unpack_archive(archive, whole)
    (top,) = whole.iterdir()
    return top


def python_files(root: Path, below: str = ".") -> Iterator[str]:
    """The Python files in the folder ``below`` of ``root``, as paths relative to ``root``, sorted."""
    yield from sorted(path.relative_to(root).as_posix() for path in (root / below).rglob("*.py"))


def copied(root: Path, names: Iterable[str], folder: Path) -> Path:
    """Copy files to ``folder``, and mark it as the root of a project, which a wheel does not."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, folder / name)
    (folder / "setup.cfg").touch()
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_cache_option(parser)
    arguments = parser.parse_args()
    for corpus in CORPORA:
        print(unpacked(corpus, arguments.cache))


if __name__ == "__main__":
    main()
