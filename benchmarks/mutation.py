"""Whether the tests notice when the engine is changed: a random sample of mutants, tried with mutmut.

A mutant is the code with one small change. It is killed if a test fails, or runs into the time limit. What
survives is either the same in effect or a test that is missing; ``mutants.tsv`` gives the reason for each
that was looked at. What is mutated, and by which tests it is tried, stands under ``[mutmut]`` in
``setup.cfg``.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

REASONS = Path(__file__).parent / "mutants.tsv"
RESULT = re.compile(r"^\s*(flake8_testhygiene\.\S+__mutmut_\d+): (.+)$", re.MULTILINE)
FIRST = "flake8_testhygiene.story.phases.*__mutmut_1"
KILLED = {"killed", "timeout"}


class Change(NamedTuple):
    """What a mutant changes: lines of a function of a module, without what stands around them."""

    module: str
    function: str
    before: str
    after: str


class Survivor(NamedTuple):
    """A mutant that no test noticed, and why; empty where nobody has looked yet."""

    name: str
    status: str
    change: Change
    reason: str


def names() -> list[str]:
    """Every mutant that there is; mutmut makes them all before it tries the first."""
    shutil.rmtree("mutants", ignore_errors=True)
    _mutmut("run", FIRST)
    return sorted(_results())


def statuses(chosen: Sequence[str]) -> dict[str, str]:
    """Try mutants one after the other, and say what became of each."""
    _mutmut("run", "--max-children", "1", *chosen)
    found = _results()
    return {name: found[name] for name in chosen}


def _results() -> dict[str, str]:
    return dict(RESULT.findall(_mutmut("results", "--all", "true")))


def _mutmut(*arguments: str) -> str:
    return subprocess.check_output([sys.executable, "-m", "mutmut", *arguments], text=True)


def module(name: str) -> str:
    """``cleanup.order`` of ``flake8_testhygiene.cleanup.order.x__begin__mutmut_3``."""
    return name.removeprefix("flake8_testhygiene.").rpartition(".")[0] or "rules"


def change(name: str, diff: str) -> Change:
    """What the diff that mutmut shows comes to."""
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    before, after = ("\n".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    function = name.rpartition(".")[2].rpartition("__mutmut_")[0].removeprefix("x").lstrip("_")
    return Change(module(name), function.strip("ǁ").replace("ǁ", "."), before, after)


def reasons(path: Path = REASONS) -> dict[Change, str]:
    """Why a change makes no difference to the tests, as somebody found out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {
            Change(row["module"], row["function"], row["before"], row["after"]): row["reason"] for row in rows
        }


def survivors(found: dict[str, str], known: dict[Change, str]) -> Iterator[Survivor]:
    """The mutants that were not killed, in the order of their names."""
    for name, status in sorted(found.items()):
        if status not in KILLED:
            made = change(name, _mutmut("show", name))
            yield Survivor(name, status, made, known.get(made, ""))


def table(found: dict[str, str], of: Iterable[str]) -> Iterator[str]:
    """A row for each module: how many mutants there are, were tried, and killed."""
    every = Counter(map(module, of))
    tried = Counter(map(module, found))
    killed = Counter(module(name) for name, status in found.items() if status in KILLED)
    yield f"{'module':32}{'mutants':>9}{'tried':>7}{'killed':>8}{'share':>8}"
    for each in sorted(every):
        share = f"{killed[each] / tried[each]:8.3f}" if tried[each] else f"{'-':>8}"
        yield f"{each:32}{every[each]:>9}{tried[each]:>7}{killed[each]:>8}{share}"
    yield (
        f"{'all':32}{every.total():>9}{tried.total():>7}{killed.total():>8}"
        f"{killed.total() / tried.total():8.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sample", type=int, default=500, metavar="COUNT", help="how many (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the random choice (default: %(default)s)")
    parser.add_argument(
        "--least", type=float, default=0.85, help="the share to be killed (default: %(default)s)"
    )
    arguments = parser.parse_args()
    every = names()
    chosen = random.Random(arguments.seed).sample(every, min(arguments.sample, len(every)))
    found = statuses(sorted(chosen))
    print("\n".join(table(found, every)), flush=True)
    for each in survivors(found, reasons()):
        print(f"\n{each.status}: {each.name}  {each.reason or 'NOT LOOKED AT'}")
        print(f"- {each.change.before}\n+ {each.change.after}")
    sys.exit(sum(status in KILLED for status in found.values()) < arguments.least * len(found))


if __name__ == "__main__":
    main()
