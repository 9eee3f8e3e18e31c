"""Lets atheris look for mutated modules that reach code of the plugin which none before reached.

What libFuzzer varies are the choices of the mutation: its bytes stand where ``fuzz`` has a seed. The first
fault ends the run, and is left as ``crash-*`` in the working directory; a run over that file shows it again.

    python -m benchmarks.guided --seconds 600
    python -m benchmarks.guided crash-...
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["flake8_testhygiene"]):
    from benchmarks import fuzz
    from flake8_testhygiene import asking, module, rules
    from flake8_testhygiene.project import files

    # These are imported when they are needed first, which is too late to be watched.
    LATER = (asking, module, files, *map(rules.load, rules.stems()))


class Bytes(random.Random):
    """Chance that is read from bytes; where they end, every choice is the first."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._bits = atheris.FuzzedDataProvider(data)

    def getrandbits(self, k: int, /) -> int:
        """The next bits; what ``choice``, ``sample`` and the like are made of."""
        return int.from_bytes(self._bits.ConsumeBytes((k + 7) // 8), "big") >> (-k % 8)

    def random(self) -> float:
        """A number from 0 up to 1."""
        return self.getrandbits(16) / 2**16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("crashes", nargs="*", type=Path, metavar="CRASH", help="only these, not a search")
    parser.add_argument("--seconds", type=int, default=60, help="of the search (default: %(default)s)")
    arguments = parser.parse_args()
    fixtures = fuzz.stock()

    def look(data: bytes) -> None:
        found = fuzz.drawn(fixtures, Bytes(data))
        wrong = fuzz.faults(found)
        if wrong:
            raise RuntimeError(f"{wrong[0]}\nin {found.place}, beside {found.support!r}:\n{found.text}")

    crashes = [each.absolute().read_bytes() for each in arguments.crashes]
    with fuzz.empty_project() as here:
        for each in crashes:
            look(each)
        if not crashes:
            limits = (
                f"-max_total_time={arguments.seconds}",
                "-max_len=4096",
                "-len_control=0",
                "-timeout=60",
            )
            atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={here}/"], look)
            atheris.Fuzz()


if __name__ == "__main__":
    main()
