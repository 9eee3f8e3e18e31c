"""What the plugin finds, in short: two versions of it with equal digests find the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks import corpora, runner
from flake8_testhygiene.options import ALL_CODES

MODES = {"default": frozenset[str](), "strict": ALL_CODES}


def of(found: Iterable[str]) -> str:
    """The digest of findings, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()[:12]


def lines(cache: Path, names: Iterable[str] | None) -> Iterator[str]:
    """A line to print for each corpus and mode, then one for all; ``names`` are those of corpora."""
    chosen = [each for each in corpora.CORPORA if names is None or each.folder in names]
    together: list[str] = []
    for corpus in chosen:
        root = corpora.unpacked(corpus, cache)
        for mode, strict in MODES.items():
            found: list[str] = []
            seconds = 0.0
            for read in runner.read_each(root, corpora.python_files(root), strict):
                found += (f"{' '.join(map(str, report))}" for report in read.reports)
                seconds += read.seconds
            together.append(f"{corpus.folder} {mode} {of(found)}")
            yield f"{together[-1]}  {len(found)} findings, {seconds:.2f} CPU s in run()"
    yield f"all {of(together)}"


def counted(codes: Iterable[str]) -> str:
    """How often each code was found."""
    return ", ".join(f"{code} {count}" for code, count in sorted(Counter(codes).items()))
