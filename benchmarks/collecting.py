"""Run flake8, and print on standard error what garbage collection cost it, as JSON.

It imports nothing else from this folder, so that any interpreter that has flake8 can run it.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import Any

from flake8.main.cli import main

OLDEST = 2


class Clock:
    """Counts collections, and their CPU seconds: all, and the full ones, which look through all there is."""

    def __init__(self) -> None:
        self.begin = 0.0
        self.seconds = {"all": 0.0, "full": 0.0}
        self.collections = {"all": 0, "full": 0}

    def __call__(self, phase: str, details: dict[str, Any]) -> None:
        """Called by the collector before and after each collection."""
        if phase == "start":
            self.begin = time.process_time()
            return
        spent = time.process_time() - self.begin
        for kind in ("all", "full") if details["generation"] == OLDEST else ("all",):
            self.seconds[kind] += spent
            self.collections[kind] += 1


def kept() -> float:
    """The CPU seconds of one full collection of what is still there once all garbage is gone."""
    gc.collect()
    begin = time.process_time()
    gc.collect()
    return time.process_time() - begin


if __name__ == "__main__":
    clock = Clock()
    gc.callbacks.append(clock)
    status = main(sys.argv[1:])
    seconds = time.process_time()
    gc.callbacks.remove(clock)
    spent = {
        "seconds": seconds,
        "collecting": clock.seconds,
        "collections": clock.collections,
        "kept": kept(),
        "tracked": len(gc.get_objects()),
    }
    json.dump(spent, sys.stderr)
    sys.exit(status)
