"""Ask again about reports that were read by eye: which are still made, and how many of those are right.

The labels are rows of ``labels/*.tsv``: project, version, path, line, code, verdict (``accept`` or
``false alarm``) and the reader's reason. They hold no code of the projects.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpora, runner

FOLDER = Path(__file__).parent / "labels"
ACCEPT = "accept"


class Label(NamedTuple):
    """One report, and whether a maintainer would accept it."""

    project: str
    version: str
    path: str
    line: str
    code: str
    verdict: str
    reason: str


def labels() -> list[Label]:
    """Every label of the folder."""
    found = []
    for path in sorted(FOLDER.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [Label(**row) for row in csv.DictReader(file, delimiter="\t")]
    return found


def still_made(wanted: list[Label], cache: Path) -> Iterator[Label]:
    """Those of the labelled reports that the plugin makes today."""
    for corpus in corpora.CORPORA:
        mine = [each for each in wanted if (each.project, each.version) == corpus]
        if mine:
            yield from _made_in(corpora.unpacked(corpus, cache), mine)


def _made_in(root: Path, wanted: list[Label]) -> Iterator[Label]:
    with runner.working_in(root):
        runner.prepare(frozenset())
        for path in sorted({each.path for each in wanted}):
            found = runner.read(path)
            made = {(report.line, report.code) for report in found.reports} if found else set()
            yield from (each for each in wanted if each.path == path and (int(each.line), each.code) in made)


def table(wanted: list[Label], made: list[Label]) -> Iterator[str]:
    """For each rule: reports labelled, still made, accepted and not among these, and the share accepted."""
    yield f"{'code':8}{'labelled':>10}{'made':>8}{'accept':>8}{'false alarm':>13}{'share':>8}"
    for code in sorted({each.code for each in wanted}):
        verdicts = Counter(each.verdict for each in made if each.code == code)
        total = sum(verdicts.values())
        share = f"{verdicts[ACCEPT] / total:.3f}" if total else "-"
        labelled = sum(each.code == code for each in wanted)
        yield (
            f"{code:8}{labelled:>10}{total:>8}{verdicts[ACCEPT]:>8}{total - verdicts[ACCEPT]:>13}{share:>8}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    wanted = labels()
    made = list(still_made(wanted, arguments.cache))
    print("\n".join(table(wanted, made)))
    for each in made:
        if each.verdict != ACCEPT:
            print(f"{each.project}-{each.version}/{each.path}:{each.line}: {each.code} {each.reason}")


if __name__ == "__main__":
    main()
