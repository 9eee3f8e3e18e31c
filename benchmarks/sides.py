"""The linters that are compared: each in an environment of its own, alike in all that they share.

An environment is built once, and again when what it is built from has changed. That of the plugin is named
by its checkout too, so that two checkouts can be measured beside each other.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[1]
PACKAGED = ("flake8_testhygiene", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
BARE = "bare flake8"
OURS = "with plugin"
PEERS = ("flake8-bugbear", "flake8-pytest-style", "flake8-aaa")
PYLINT = "pylint R1732"
# Bits of pylint's exit code: a fatal error, and wrong usage.
PYLINT_FAILED = 1 | 32


class Side(NamedTuple):
    """An interpreter with a linter, and the options that only it understands."""

    name: str
    python: str
    options: tuple[str, ...] = ()
    module: str = "flake8"

    def command(self, jobs: int) -> list[str]:
        """How the linter is started; the names of files come behind."""
        # -I, else plugins in the working directory would be found too.
        start = [self.python, "-I", "-m", self.module, f"--jobs={jobs}"]
        if self.module == "pylint":
            only = ["--rcfile", os.devnull, "--persistent=n", "--score=n", "--disable=all", "--enable=R1732"]
            return [*start, *only, *self.options]
        return [*start, "--isolated", *self.options]

    def fails_with(self, status: int) -> bool:
        """Whether an exit status says that the linter failed, and not that it found something."""
        return bool(status & PYLINT_FAILED) if self.module == "pylint" else status not in (0, 1)


def built(folder: Path, *, strict: bool, peers: bool = False) -> Iterator[Side]:
    """The sides, flake8 alone first and then with the plugin; environments lie in ``folder``."""
    bare = _environment(folder, "bare", ("flake8>=7,<8",))
    same = tuple(subprocess.check_output([bare, "-I", "-m", "pip", "freeze"], text=True).split())
    yield Side(BARE, bare)
    yield Side(OURS, _with_plugin(folder, same), options(strict))
    if peers:
        for name in PEERS:
            yield Side(name, _environment(folder, name, (*same, name)))
        yield Side(PYLINT, _environment(folder, "pylint", ("pylint",)), module="pylint")


def options(strict: bool) -> tuple[str, ...]:
    """The plugin's options for one of its two modes."""
    return ("--testhygiene-strict=all",) if strict else ()


def versions(sides: list[Side]) -> Iterator[str]:
    """The versions of all sides; RuntimeError if it is not the plugin that the first two differ in."""
    known = {side: _version(side) for side in sides}
    yield from (f"{side.name}: {version}" for side, version in known.items())
    if "testhygiene" in known[sides[0]] or "testhygiene" not in known[sides[1]]:
        raise RuntimeError("one side must have the plugin, and the other must not")


def _version(side: Side) -> str:
    command = [side.python, "-I", "-m", side.module, "--version"]
    return " ".join(subprocess.check_output(command, text=True).split())


def _with_plugin(folder: Path, same: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        # A copy: a build in the checkout would leave its remains there, for the next to find.
        copy = _copy_of_checkout(Path(scratch))
        checkout = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:6]
        return _environment(folder, f"plugin-{checkout}", (*same, str(copy)), _digest(copy))


def _copy_of_checkout(folder: Path) -> Path:
    for name in PACKAGED:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content.update(f"{path.relative_to(folder)}\n".encode())
        content.update(path.read_bytes())
    return content.hexdigest()


def _environment(folder: Path, name: str, requirements: tuple[str, ...], content: str = "") -> str:
    """The interpreter of an environment; ``content`` says what a path among its requirements holds."""
    version = ".".join(map(str, sys.version_info[:2]))
    environment = folder.absolute() / f"{name}-python{version}"
    python = str(environment / "bin" / "python")
    built_from = content or "\n".join(requirements)
    mark = environment / "built-from"  # written last: what has it is complete
    if not mark.exists() or mark.read_text(encoding="utf-8") != built_from:
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        install = [python, "-I", "-m", "pip", "install", "--quiet", *requirements]
        subprocess.run(install, check=True, stdout=sys.stderr)
        mark.write_text(built_from, encoding="utf-8")
    return python
