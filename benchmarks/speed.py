"""What the plugin costs: CPU seconds of flake8 with it and without it, and of other linters.

All lint the same files in turns, each from an environment of its own. Other questions:

  --by-rule      what each rule costs
  --digest       whether two versions of the plugin find the same in all corpora
  --collection   what the plugin's objects cost when the garbage collector comes by
  --inference    what the first question that needs inference costs
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import by_rule, collection, corpora, digest, rounds, sides
from benchmarks.sides import OURS, Side
from benchmarks.workloads import INFERRED, Workload, counted, small, workloads, written

HERE = Path(__file__).parent
FINDING = re.compile(r"^[^:]+:\d+:\d+: (TH\d+) .*$", re.MULTILINE)
USUAL = ("small", "servers", "eighth", "tempest", "other")


def described(found: rounds.Measured) -> Iterator[str]:
    """The lines to print for one workload."""
    workload, bare = found.workload, rounds.seconds(found.rounds, 0)
    pairs = counted(len(found.rounds), "pair")
    yield f"{workload.name}: {workload.size}, -j{found.jobs}, {pairs}"
    for number, side in enumerate(found.sides):
        line = f"  {side.name:20} {rounds.seconds(found.rounds, number):8.3f} CPU s"
        if number:
            line += f"  ratio {rounds.ratio(found.rounds, number):.3f}"
            line += f"  extra ms {_thousandfold(rounds.extra(found.rounds, number)):.1f}"
        yield f"{line}  peak {rounds.mebibytes(found.rounds, number):.0f} MiB"
    yield f"  {'own run()':20} {found.own:8.3f} CPU s  {found.own / bare:.3f} of bare"
    yield f"  findings {_findings(found.rounds[0][1].output)}"
    if len({_others(spent.output) for each in found.rounds for spent in each[:2]}) > 1:
        yield "  WARNING  the two sides, or two runs, differ in what flake8's own checks find"


def _thousandfold(seconds: rounds.Interval) -> rounds.Interval:
    return rounds.Interval(*(1000 * each for each in seconds))


def _findings(output: str) -> str:
    found = list(FINDING.finditer(output))
    return f"{digest.of(each[0] for each in found)} ({digest.counted(each[1] for each in found)})"


def _others(output: str) -> tuple[str, ...]:
    return tuple(line for line in output.splitlines() if not FINDING.match(line))


# the table


def table(each: Sequence[rounds.Measured]) -> Iterator[str]:
    """What was measured as a table in Markdown."""
    yield "| files | jobs | linter | CPU s | of bare flake8 | extra ms | peak MiB |"
    yield "|---|---|---|---|---|---|---|"
    for found in each:
        workload, bare = found.workload, rounds.seconds(found.rounds, 0)
        what = f"`{workload.name}`: {workload.size}"
        for number, side in enumerate(found.sides):
            cells = [what, f"-j{found.jobs}", side.name, f"{rounds.seconds(found.rounds, number):.3f}"]
            if number:
                cells.append(f"{rounds.ratio(found.rounds, number):.3f}")
                cells.append(f"{_thousandfold(rounds.extra(found.rounds, number)):.0f}")
            else:
                cells += ["1", ""]
            yield _row(*cells, f"{rounds.mebibytes(found.rounds, number):.0f}")
            if side.name == OURS:
                own = ("inside our `run()`", f"{found.own:.3f}", f"{found.own / bare:.3f}")
                yield _row("", "", *own, f"{1000 * found.own:.0f}", "")
            what = ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


# the other questions


def inference(ours: Side, scratch: Path, pairs: int) -> Iterator[str]:
    """What a file costs more because one question needs inference, than its twin that says it outright."""
    twins = (small(scratch), written("inferred", INFERRED, scratch))
    found = rounds.measured([(ours, twin) for twin in twins], pairs, jobs=1)
    without, asking = (rounds.seconds(found, number) for number in (0, 1))
    yield f"a file of 1 kB {without:.3f} CPU s, its twin that needs inference {asking:.3f}"
    yield f"  extra ms {_thousandfold(rounds.extra(found, 1)):.1f}, {counted(pairs, 'pair')}"


# the command


def smoke() -> None:
    """See that the measurements work: nothing is downloaded or built, and the figures mean nothing."""
    both = [Side(sides.BARE, sys.executable), Side(OURS, sys.executable)]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        found = rounds.measure(both, small(scratch), pairs=1, jobs=1)
        print("\n".join([rounds.conditions(), *described(found), *table([found])]))
        print("\n".join(by_rule.lines(small(scratch), strict=True)))
        print("\n".join(collection.lines(both, small(scratch))))
        print("\n".join(inference(both[1], scratch, pairs=1)))
    print("smoke run: both sides had the plugin")


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    names = ", ".join(workloads(Path(), Path()))
    parser.add_argument("names", nargs="*", metavar="FILES", help=f"{names} (default: {', '.join(USUAL)})")
    parser.add_argument("--jobs", type=_numbers, default=(1,), help="such as 1,2,8 (default: 1)")
    parser.add_argument("--peers", action="store_true", help="other linters too")
    parser.add_argument("--table", action="store_true", help="print a table in Markdown, the rest to stderr")
    rounds.add_options(parser, pairs=9)
    question = parser.add_mutually_exclusive_group()
    question.add_argument("--by-rule", action="store_true", help="what each rule costs")
    question.add_argument("--digest", action="store_true", help="what is found in all corpora, in both modes")
    question.add_argument("--collection", action="store_true", help="what garbage collection costs more")
    question.add_argument("--inference", action="store_true", help="what the first of such questions costs")
    question.add_argument("--smoke", action="store_true", help="only see that it works")
    folders = [each.folder for each in corpora.CORPORA]
    only = "for --digest only this one, such as nova-34.0.0 (repeatable)"
    parser.add_argument("--corpus", action="append", choices=folders, metavar="CORPUS", help=only)
    corpora.add_cache_option(parser)
    return parser


def main() -> None:
    parser = _parser()
    arguments = parser.parse_args()
    if arguments.smoke:
        smoke()
    elif arguments.digest:
        _print(digest.lines(arguments.cache, arguments.corpus))
    else:
        with tempfile.TemporaryDirectory() as folder:
            _answer(parser, arguments, Path(folder))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(rounds.number, text.split(",")))


def _answer(parser: argparse.ArgumentParser, arguments: argparse.Namespace, scratch: Path) -> None:
    known = workloads(arguments.cache, scratch)
    chosen = arguments.names or USUAL
    if unknown := set(chosen) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
    if arguments.by_rule:
        for name in chosen:
            _print(by_rule.lines(known[name](), arguments.strict))
        return
    place = arguments.environments or arguments.cache
    both = list(sides.built(place, strict=arguments.strict, peers=arguments.peers))
    print("\n".join([rounds.conditions(), *sides.versions(both)]), flush=True)
    if arguments.inference:
        _print(inference(both[1], scratch, arguments.pairs))
    elif arguments.collection:
        for name in chosen:
            _print(collection.lines(both[:2], known[name]()))
    else:
        _compare(both, [known[name]() for name in chosen], arguments)


def _compare(both: Sequence[Side], chosen: Sequence[Workload], arguments: argparse.Namespace) -> None:
    each: list[rounds.Measured] = []
    for workload in chosen:
        for jobs in arguments.jobs:
            each.append(rounds.measure(both, workload, arguments.pairs, jobs))
            print("\n".join(described(each[-1])), file=sys.stderr if arguments.table else None, flush=True)
    if arguments.table:
        print(f"\n{counted(arguments.pairs, 'pair')}; after them: {rounds.conditions()}\n")
        _print(table(each))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    main()
