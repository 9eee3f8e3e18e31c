"""What inference adds: which reports it changes, question by question, and how many files ask.

Every corpus is read with inference, without it, and with each question alone unanswered.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import corpora, runner
from flake8_testhygiene.asking import Asking
from flake8_testhygiene.options import ALL_CODES

QUESTIONS = {"values": (), "classes": frozenset()}
Place = tuple[str, int, str]


class Asked(NamedTuple):
    """What was asked while a corpus was read: questions, known answers, files, CPU seconds."""

    questions: Counter[str]
    known: Counter[str]
    files: set[str]
    seconds: list[float]


@contextmanager
def counted() -> Iterator[Asked]:
    """Count every question that is asked meanwhile."""
    asked = Asked(Counter(), Counter(), set(), [])
    originals = {name: getattr(Asking, name) for name in QUESTIONS}

    def counting(name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def answer(asking: Asking, *arguments: Any) -> Any:
            begin = time.process_time()
            found = ask(asking, *arguments)
            asked.seconds.append(time.process_time() - begin)
            asked.questions[name] += 1
            asked.known[name] += bool(found)
            asked.files.add(asking.path)
            return found

        return answer

    try:
        for name, ask in originals.items():
            setattr(Asking, name, counting(name, ask))
        yield asked
    finally:
        for name, ask in originals.items():
            setattr(Asking, name, ask)


@contextmanager
def unanswered(*names: str) -> Iterator[None]:
    """Let these questions have no answer meanwhile."""
    originals = {name: getattr(Asking, name) for name in names}
    try:
        for name in names:
            setattr(Asking, name, lambda *_, nothing=QUESTIONS[name]: nothing)
        yield
    finally:
        for name, ask in originals.items():
            setattr(Asking, name, ask)


def reports(root: Path, strict: bool) -> tuple[set[Place], int]:
    """What is reported in a corpus, and how many of its files are test modules."""
    codes = ALL_CODES if strict else frozenset()
    read = list(runner.read_each(root, corpora.python_files(root), codes))
    places = {(each.path, each.line, each.code) for found in read for each in found.reports}
    return places, sum(found.is_test_module for found in read)


def compared(name: str, root: Path, strict: bool) -> Iterator[str]:
    """The lines to print for one corpus."""
    with counted() as asked:
        full, modules = reports(root, strict)
    share = 100 * len(asked.files) / (modules or 1)
    yield f"{name}: {modules} test modules, {len(asked.files)} ask ({share:.2f} %), {len(full)} reports"
    for question in QUESTIONS:
        with unanswered(question):
            without, _ = reports(root, strict)
        yield (
            f"  {question:8} asked {asked.questions[question]:4}, known {asked.known[question]:4}, "
            f"reports it adds {len(full - without)}, takes away {len(without - full)}"
        )
        yield from (f"    + {path}:{line} {code}" for path, line, code in sorted(full - without))
        yield from (f"    - {path}:{line} {code}" for path, line, code in sorted(without - full))
    if asked.seconds:
        rest = sorted(asked.seconds[1:]) or [0.0]
        first, median = 1000 * asked.seconds[0], 1000 * rest[len(rest) // 2]
        yield f"  first question {first:.0f} ms, then median {median:.1f} ms, most {1000 * rest[-1]:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", action="append", help="only this one, such as nova-34.0.0 (repeatable)")
    parser.add_argument("--folder", type=Path, action="append", default=[], help="another tree to read")
    parser.add_argument("--strict", action="store_true", help="with --testhygiene-strict")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    for corpus in corpora.OPENSTACK:
        if arguments.corpus is None or corpus.folder in arguments.corpus:
            root = corpora.unpacked(corpus, arguments.cache)
            print("\n".join(compared(corpus.folder, root, arguments.strict)), flush=True)
    for folder in arguments.folder:
        print("\n".join(compared(str(folder), folder, arguments.strict)), flush=True)


if __name__ == "__main__":
    main()
