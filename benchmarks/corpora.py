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
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

VARIABLE = "TESTHYGIENE_CACHE"
NEWEST_PYTHON = "3.14"


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
# Source archives with tests of what else people use: read for crashes, never counted.
POPULAR = tuple(
    Corpus(*each.split())
    for each in """\
alembic 1.20.1
ansible-core 2.21.5
anyio 4.16.0
attrs 26.1.0
babel 2.18.0
black 26.10.1
click 8.5.1
coverage 7.17.3
cryptography 50.0.2
dask 2026.8.0
djangorestframework 3.18.3
docutils 0.23
dulwich 1.2.21
fastapi 0.163.2
flask 3.1.3
fonttools 4.68.0
gevent 26.9.0
gunicorn 27.0.1
httpx 0.28.1
ipython 9.18.1
jinja2 3.1.6
lxml 6.1.3
marshmallow 4.4.0
matplotlib 3.11.2
mypy 2.4.1
networkx 3.7
numpy 2.5.5
pandas 3.1.1
paramiko 5.1.0
passlib 1.7.4
psutil 7.2.2
pydantic 2.14.3
pymongo 4.20.0
pytest 9.2.0
redis 8.1.0
requests 2.34.2
scikit-learn 1.9.1
scrapy 2.19.0
setuptools 84.2.1
sphinx 9.2.0
sqlalchemy 2.1.9
starlette 1.10.0
sympy 1.14.0
tox 4.67.13
trio 0.35.0
urllib3 2.8.0
werkzeug 3.1.9
xarray 2026.9.0
zope.interface 8.7
""".splitlines()
)


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
    """The archive of a corpus. Nothing of it is run: it need not suit this interpreter."""
    command = _download_wheel(corpus, folder) if corpus in OPENSTACK else _download_source(corpus, folder)
    subprocess.run([sys.executable, "-m", *command], check=True, stdout=sys.stderr)
    (archive,) = folder.iterdir()
    return archive


def _download_wheel(corpus: Corpus, folder: Path) -> list[str]:
    options = ("--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--quiet")
    return ["pip", "download", *options, "--dest", str(folder), f"{corpus.name}=={corpus.version}"]


def _download_source(corpus: Corpus, folder: Path) -> list[str]:
    """pip would build it, if only to learn what it needs; unearth downloads and leaves it at that."""
    if find_spec("unearth") is None:
        sys.exit(
            f"to download {corpus.name} {corpus.version}, unearth is needed: pip install -e '.[corpora]'"
        )
    options = ("--no-binary", "--python-version", NEWEST_PYTHON)
    return ["unearth", *options, "--download", str(folder), f"{corpus.name}=={corpus.version}"]


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
    parser.add_argument("--popular", action="store_true", help="also those that are only read for crashes")
    arguments = parser.parse_args()
    for corpus in (*CORPORA, *(POPULAR if arguments.popular else ())):
        print(unpacked(corpus, arguments.cache))


if __name__ == "__main__":
    main()
