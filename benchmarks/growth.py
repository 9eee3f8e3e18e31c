"""How the cost grows: with the suite (parts of nova's tests, then six projects), and with one file.

What is linear costs the same for each MB. The CPU seconds of flake8 without the plugin and with it are those
of the whole process tree, measured in turns; those inside our own ``run()`` are steadier.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import corpora, rounds, sides
from benchmarks.rounds import Measured, conditions, measure
from benchmarks.workloads import FILES, SUITES, counted, small, workloads

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SERIES = {"as the suite grows": (*SUITES, "six"), "as one file grows": tuple(FILES)}


class Point(NamedTuple):
    """What one workload costs: MB, CPU s of bare flake8, more with the plugin, in ``run()``; peaks in MiB."""

    name: str
    megabytes: float
    bare: float
    more: float
    own: float
    peaks: tuple[float, float]

    @classmethod
    def of(cls, found: Measured) -> Point:
        """The point of a measured workload."""
        bare, ours = (rounds.seconds(found.rounds, side) for side in (0, 1))
        peaks = (rounds.mebibytes(found.rounds, 0), rounds.mebibytes(found.rounds, 1))
        name = found.workload.name
        return cls(name, found.workload.kilobytes / 1000, bare, ours - bare, found.own, peaks)


def table(points: Sequence[Point]) -> Iterator[str]:
    """The table in Markdown."""
    yield "| files | MB | bare: CPU s for each MB | more with the plugin | inside our `run()` | peak MiB |"
    yield "|---|---|---|---|---|---|"
    for each in points:
        per = [f"{seconds / each.megabytes:.3f}" for seconds in (each.bare, each.more, each.own)]
        peaks = f"{each.peaks[0]:.0f}, with plugin {each.peaks[1]:.0f}"
        yield f"| {' | '.join([f'`{each.name}`', f'{each.megabytes:.2f}', *per, peaks])} |"


def draw(series: dict[str, list[Point]], file: Path) -> None:
    """Draw all series beside each other as SVG; equal points give equal files."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(8, 3.2), layout="constrained")
        for axes, (title, points) in zip(figure.subplots(1, len(series)), series.items(), strict=True):
            _plot(axes, title, points)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})


def _plot(axes: Axes, title: str, points: Sequence[Point]) -> None:
    sizes = [each.megabytes for each in points]
    axes.plot(sizes, [each.bare / each.megabytes for each in points], "o-", label="bare flake8")
    axes.plot(sizes, [each.more / each.megabytes for each in points], "s-", label="more with the plugin")
    axes.plot(sizes, [each.own / each.megabytes for each in points], "^--", label="inside our run()")
    axes.set(title=title, xlabel="MB", ylabel="CPU s for each MB", xscale="log", ylim=(0, None))
    axes.set_xticks(sizes, [f"{each.megabytes:.2g}\n{each.name}" for each in points])
    axes.minorticks_off()
    axes.legend(frameon=False)


def smoke(plot: Path | None) -> None:
    """See that it works; the figures mean nothing."""
    both = [sides.Side(name, sys.executable) for name in (sides.BARE, sides.OURS)]
    with tempfile.TemporaryDirectory() as scratch:
        points = [Point.of(measure(both, small(Path(scratch)), pairs=1, jobs=1))]
    print("\n".join(table(points)))
    if plot:
        draw(dict.fromkeys(SERIES, points), plot)


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    every = [name for names in SERIES.values() for name in names]
    parser.add_argument("--only", action="append", choices=every, help="only these (repeatable)")
    parser.add_argument("--plot", type=Path, metavar="SVG", help="draw it too; needs matplotlib")
    parser.add_argument("--smoke", action="store_true", help="only see that it works")
    rounds.add_options(parser, pairs=3)
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    if arguments.smoke:
        smoke(arguments.plot)
        return
    with tempfile.TemporaryDirectory() as scratch:
        measured = _measured(arguments, Path(scratch))
    if arguments.plot:
        draw(measured, arguments.plot)


def _measured(arguments: argparse.Namespace, scratch: Path) -> dict[str, list[Point]]:
    known = workloads(arguments.cache, scratch)
    both = list(sides.built(arguments.environments or arguments.cache, strict=arguments.strict))
    series: dict[str, list[Point]] = {}
    print(conditions())
    for title, names in SERIES.items():
        chosen = [name for name in names if arguments.only is None or name in arguments.only]
        series[title] = []
        for name in chosen:
            series[title].append(Point.of(measure(both, known[name](), arguments.pairs, jobs=1)))
            print(series[title][-1], file=sys.stderr)
    points = [each for points in series.values() for each in points]
    print(f"{counted(arguments.pairs, 'pair')}; after them: {conditions()}\n\n" + "\n".join(table(points)))
    return series


if __name__ == "__main__":
    main()
