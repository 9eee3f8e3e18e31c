"""What our objects cost others: CPU seconds of garbage collection with the plugin and without it.

While the plugin runs, collection is paused, but what it keeps has to be looked through later. Each collection
of a whole run of flake8 is timed, so that all that the plugin's presence adds is in the difference.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.sides import Side
from benchmarks.workloads import Workload

SCRIPT = Path(__file__).with_name("collecting.py")


class Collected(NamedTuple):
    """CPU seconds of one run, and of these those of all and of full collections; how many these were.

    ``kept`` are the seconds of one collection of the objects that are there at the end, ``tracked`` is their
    number.
    """

    seconds: float
    collecting: dict[str, float]
    collections: dict[str, int]
    kept: float
    tracked: int


def lines(both: Sequence[Side], workload: Workload) -> Iterator[str]:
    """The lines to print for one workload; the first side has no plugin, the second has it."""
    bare, ours = (_collected(side, workload) for side in both)
    yield f"{workload.name}: {workload.size}"
    for side, each in zip(both, (bare, ours), strict=True):
        of_these = ", ".join(
            f"{seconds:.3f} in {each.collections[kind]} {kind}" for kind, seconds in each.collecting.items()
        )
        yield f"  {side.name}: {each.seconds:.3f} CPU s, of these collecting {of_these}"
        yield f"    keeps {each.tracked} objects that are looked through in {1000 * each.kept:.1f} ms"
    # At the end most is kept.
    looking = ours.collections["full"] * (ours.kept - bare.kept)
    yield f"  more looking through what we keep, at most: {_share(looking, bare.seconds)}"
    more = ours.collecting["all"] - bare.collecting["all"]
    yield f"  more collecting, all in all: {_share(more, bare.seconds)}"


def _share(part: float, whole: float) -> str:
    return f"{part:.3f} CPU s, {100 * part / whole:.2f} % of bare flake8"


def _collected(side: Side, workload: Workload) -> Collected:
    command = [side.python, "-I", str(SCRIPT), "--isolated", "--jobs=1", *side.options, *workload.names]
    run = subprocess.run(
        command, cwd=workload.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if side.fails_with(run.returncode):
        raise RuntimeError(f"{side.name} stopped with {run.returncode}: {run.stderr[-1000:]}")
    spent = json.loads(run.stderr.splitlines()[-1])
    return Collected(**spent)
