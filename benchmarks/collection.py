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
    """CPU seconds of one run, of these those of the collector, and how often that came by."""

    seconds: float
    collecting: float
    collections: int


def lines(both: Sequence[Side], workload: Workload) -> Iterator[str]:
    """The lines to print for one workload; the first side has no plugin, the second has it."""
    bare, ours = (_collected(side, workload) for side in both)
    yield f"{workload.name}: {len(workload.names)} files"
    for side, each in zip(both, (bare, ours), strict=True):
        yield (
            f"  {side.name}: {each.seconds:.3f} CPU s, of these {each.collecting:.3f} "
            f"in {each.collections} collections"
        )
    more = ours.collecting - bare.collecting
    share = f"{100 * more / bare.seconds:.2f} % of bare flake8"
    yield f"  more collecting with the plugin: {more:.3f} CPU s, {share}"


def _collected(side: Side, workload: Workload) -> Collected:
    command = [side.python, "-I", str(SCRIPT), "--isolated", "--jobs=1", *side.options, *workload.names]
    run = subprocess.run(
        command, cwd=workload.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if side.fails_with(run.returncode):
        raise RuntimeError(f"{side.name} stopped with {run.returncode}: {run.stderr[-1000:]}")
    spent = json.loads(run.stderr.splitlines()[-1])
    return Collected(spent["all"], spent["collecting"], spent["collections"])
