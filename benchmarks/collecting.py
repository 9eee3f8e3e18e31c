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


class Clock:
    """Counts collections, and their CPU seconds."""

    def __init__(self) -> None:
        self.begin = 0.0
        self.seconds = 0.0
        self.collections = 0

    def __call__(self, phase: str, details: dict[str, Any]) -> None:
        """Called by the collector before and after each collection."""
        if phase == "start":
            self.begin = time.process_time()
        else:
            self.seconds += time.process_time() - self.begin
            self.collections += 1


if __name__ == "__main__":
    clock = Clock()
    gc.callbacks.append(clock)
    status = main(sys.argv[1:])
    spent = {"collecting": clock.seconds, "collections": clock.collections, "all": time.process_time()}
    json.dump(spent, sys.stderr)
    sys.exit(status)
