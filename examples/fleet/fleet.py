"""Run flake8 with flake8-testhygiene over many repositories, or the shards of a large one, on a Dask cluster.

Without --scheduler a cluster of processes is started on this machine. With it the machines of a running
cluster do the work; each of them must see every repository under the path that is given here, and have
the same flake8 and plugins.

Options of flake8 follow after a --, each as --option=value:

    python fleet.py ~/src/nova ~/src/cinder --table=found.parquet --page=found.html -- --testhygiene-strict

A repository is split into shards of --shard files. What is split is the list of files that flake8 is told to
report about: every shard has the whole checkout, and so finds the bases and helpers in other files that the
plugin follows. Nothing of a repository is imported or run. How this ends: 0, everything was linted, whatever
was found; 1, a repository could not be, and a line says why; 2, for a wrong option nothing was begun.
"""

from __future__ import annotations

import argparse
import ast
import base64
import configparser
import csv
import io
import json
import logging
import os
import subprocess
import sys
import tokenize
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import dask.config
import jinja2
import matplotlib.style
import pyarrow
import pyarrow.parquet
from dask.system import CPU_COUNT
from distributed import CancelledError, Client, Future, TimeoutError, as_completed
from matplotlib.figure import Figure
from tqdm import tqdm

RETRIES = 2  # of a task that raises; one whose worker is lost starts again elsewhere by itself
PLOTTED = 40  # projects in a plot; the tables hold all of them

# Only lines of this form are read from what flake8 prints.
MARK, SEPARATOR = "finding", "\x1f"
FORMAT = "--format=" + SEPARATOR.join((MARK, "%(path)s", "%(row)d", "%(col)d", "%(code)s", "%(text)s"))
# -I: the working directory is the repository, and nothing may be imported from there.
PYTHON = ("-I", "-X", "utf8")
# Asks flake8 itself, in the repository, which files it would read, and the plugin which of them hold tests.
LISTING = """
import json, sys
from flake8.discover_files import expand_paths
from flake8.options.parse_args import parse_args
from flake8_testhygiene.location import TestFiles

options = parse_args(sys.argv[1:])[1]
files = expand_paths(
    paths=["."],
    stdin_display_name="stdin",
    filename_patterns=options.filename,
    exclude=(*options.exclude, *options.extend_exclude),
)
tests = TestFiles(options.testhygiene_test_files)
print(json.dumps([[name, tests.match(name)] for name in sorted(files)]))
"""
CONFIGURATIONS = ("setup.cfg", "tox.ini", ".flake8")  # flake8's own order: the first with a section counts
HIDING = ("output-file", "quiet")


class Repository(NamedTuple):
    """A checkout: what the table calls it, and its path on every machine of the cluster."""

    project: str
    root: str


class File(NamedTuple):
    """A file as flake8 calls it, and whether its place in the repository says that it holds tests."""

    name: str
    holds_tests: bool


class Finding(NamedTuple):
    """A row of the table."""

    project: str
    path: str
    line: int
    column: int
    code: str
    text: str


@dataclass(frozen=True)
class Listing:
    """What there is to lint in a repository; ``options`` are flake8's, with the choice of a configuration."""

    repository: Repository
    options: tuple[str, ...]
    files: tuple[File, ...]

    def shards(self, size: int) -> Iterator[Listing]:
        """The same with at most ``size`` files each, neighbours together; 0 for all files in one."""
        size = size or len(self.files)
        for first in range(0, len(self.files), size):
            yield Listing(self.repository, self.options, self.files[first : first + size])


@dataclass(frozen=True)
class Linted:
    """What flake8 found in a repository, or in a shard of it."""

    files: int = 0
    tests: int = 0
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: Linted) -> Linted:
        return Linted(
            self.files + other.files, self.tests + other.tests, tuple(sorted(self.findings + other.findings))
        )

    @property
    def counts(self) -> Counter[str]:
        """How many findings there are of each rule."""
        return Counter(each.code for each in self.findings)

    def per_1000_tests(self, count: int) -> float:
        """A count of findings for every 1000 tests; not a number where there are no tests."""
        return 1000 * count / self.tests if self.tests else float("nan")


class Refused(Exception):
    """A repository that cannot be linted, however often it is tried; the message is one line."""


# ---- On the workers ------------------------------------------------------------


def listed(repository: Repository, options: tuple[str, ...], own: bool) -> Listing | Refused:
    """The files of a repository that flake8 would read; ``own``: its own configuration counts."""
    try:
        root = Path(repository.root)
        if not root.is_dir():
            raise Refused("no such folder")
        options = (*own_configuration(root), *options) if own else options
        run = python(root, "-c", LISTING, *options)
        if run.returncode != 0:
            raise Refused(f"flake8 failed: {reason(run)}")
        files = tuple(File(*row) for row in json.loads(run.stdout))
        if not files:
            raise Refused("no Python file is there that flake8 would read")
        return Listing(repository, options, files)
    except Refused as refused:
        return refused


def own_configuration(root: Path) -> tuple[str, ...]:
    """The option that makes flake8 read the configuration of a repository, if it has one.

    Only what lies in the root of the repository counts.
    """
    for name in CONFIGURATIONS:
        parser = configparser.RawConfigParser()
        try:
            parser.read(root / name, encoding="utf-8")
        except (UnicodeDecodeError, configparser.ParsingError):
            continue  # as flake8 does
        if parser.has_section("flake8:local-plugins"):
            raise Refused(
                f"{name} has local plugins, code of the repository that flake8 would run: lint it without"
                " --own-configuration"
            )
        if parser.has_section("flake8"):
            settings = {setting.replace("_", "-") for setting in parser["flake8"]}
            for setting in settings.intersection(HIDING):
                raise Refused(f"{name} sets {setting} for flake8, which hides the findings")
            return (f"--config={name}",)
    return ("--isolated",)  # else flake8 would look in the folders above


def linted(shard: Listing) -> Linted | Refused:
    """Run flake8 over the files of a shard, in the root of the repository."""
    try:
        project, root = shard.repository
        for file in shard.files:
            if not os.path.lexists(Path(root, file.name)):
                raise Refused(f"{file.name} is not on every machine: each needs the whole checkout")
        run = python(Path(root), "-m", "flake8", *shard.options, *(file.name for file in shard.files))
        findings = tuple(found(project, run.stdout))
        # flake8 ends with 1 where it finds something, and also where it gives up and prints why.
        if run.returncode not in (0, 1) or (run.returncode == 1 and not findings):
            raise Refused(f"flake8 failed: {reason(run)}")
        tests = sum(tests_in(Path(root, file.name), file.holds_tests) for file in shard.files)
        return Linted(len(shard.files), tests, findings)
    except Refused as refused:
        return refused


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the worker's interpreter in a folder, without importing anything from there."""
    command = [sys.executable, *PYTHON, *arguments]
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace"
    )


def found(project: str, printed: str) -> Iterator[Finding]:
    """The findings among the lines that flake8 has printed."""
    for printed_line in printed.split("\n"):
        mark, *cells = printed_line.split(SEPARATOR, 5)
        if mark == MARK and len(cells) == 5:
            path, line, column, code, text = cells
            yield Finding(project, PurePath(path).as_posix(), int(line), int(column), code, text)


def reason(run: subprocess.CompletedProcess[str]) -> str:
    """The line that says why flake8 gave up: the last one, but for advice that does not help here."""
    lines = [line.strip() for line in (run.stdout + "\n" + run.stderr).split("\n")]
    told = [line for line in lines if line and not line.startswith("Run flake8 with greater verbosity")]
    return told[-1] if told else f"it ended with {run.returncode} and said nothing"


def tests_in(path: Path, holds_tests: bool) -> int:
    """How many functions ``test*`` there are in a file that holds tests or defines a TestCase."""
    try:
        with tokenize.open(path) as file:
            text = file.read()
        if not holds_tests and "TestCase" not in text:
            return 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return 0  # flake8 says what it thinks of such a file, if asked: E9
    if not holds_tests and not any(map(is_test_case, tree.body)):
        return 0
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return sum(function.name.startswith("test") for function in functions)


def is_test_case(statement: ast.stmt) -> bool:
    """Whether a statement defines a class with a base ``*TestCase``."""
    return isinstance(statement, ast.ClassDef) and any(
        str(getattr(parent, "attr", "") or getattr(parent, "id", "")).endswith("TestCase")
        for parent in statement.bases
    )


# ---- On the machine where the script is started --------------------------------


def run_fleet(client: Client, arguments: Arguments) -> tuple[dict[str, Linted], dict[str, str]]:
    """Lint all repositories: what was found in each project, and why others could not be linted."""
    projects: dict[str, Linted] = {}
    refused: dict[str, str] = {}
    late: dict[str, str] = {}
    tasks = {
        client.submit(
            listed, each, arguments.flake8, arguments.own, pure=False, retries=RETRIES
        ): each.project
        for each in arguments.repositories
    }
    shards: dict[Future[Any], str] = {}
    for project, listing in completed(tasks, "listing", "repository"):
        if isinstance(listing, Listing):
            projects[project] = Linted()
            for shard in listing.shards(arguments.shard):
                shards[client.submit(linted, shard, pure=False, retries=RETRIES)] = project
        else:
            refused[project] = str(listing)
    complain(refused)
    for project, part in completed(shards, "linting", "shard"):
        if isinstance(part, Linted):
            projects[project] += part
        else:
            late[project] = str(part)
    complain(late)
    refused |= late
    whole = {project: projects[project] for project in sorted(projects) if project not in refused}
    return whole, refused


def completed(tasks: dict[Future[Any], str], does: str, unit: str) -> Iterator[tuple[str, object]]:
    """The project and the outcome of each task as it comes in; a task that failed for good is refused."""
    # A bar of its own rather than Dask's: it also shows in a log.
    done = as_completed(tasks)
    for future in tqdm(done, total=len(tasks), desc=does, unit=f" {unit}", disable=not tasks):
        try:
            yield tasks[future], future.result()
        except CancelledError:  # the scheduler is gone, and with it all that was to be done
            raise
        except Exception as fault:  # whatever a worker raised, or that it was lost too often
            yield tasks[future], Refused(f"{type(fault).__name__}: {one_line(fault)}")


COLUMNS = pyarrow.schema(
    [
        ("project", pyarrow.string()),
        ("path", pyarrow.string()),
        ("line", pyarrow.int64()),
        ("column", pyarrow.int64()),
        ("code", pyarrow.string()),
        ("text", pyarrow.string()),
    ]
)


def write_csv(findings: Sequence[Finding], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(Finding._fields)
        rows.writerows(findings)


def write_parquet(findings: Sequence[Finding], path: Path) -> None:
    rows = [each._asdict() for each in findings]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, COLUMNS), path)


TABLES: dict[str, Callable[[Sequence[Finding], Path], None]] = {".csv": write_csv, ".parquet": write_parquet}


def bars(counts: Sequence[tuple[str, float]], title: str) -> Figure:
    """A horizontal bar for each name, the first on top, with its number."""
    figure = Figure(figsize=(9, 1 + 0.26 * max(len(counts), 1)), layout="constrained")
    axes = figure.subplots()
    names, numbers = [name for name, _ in counts], [number for _, number in counts]
    drawn = axes.barh(range(len(counts)), numbers, color="#3b6ea5")
    axes.bar_label(drawn, list(map(short, numbers)), padding=3, fontsize=8)
    axes.set_yticks(range(len(counts)), names, parse_math=False)
    axes.invert_yaxis()
    axes.margins(x=0.1, y=0.01)
    axes.set_xlabel(title)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def heat(projects: dict[str, Linted], codes: Sequence[str], title: str) -> Figure:
    """A cell for each project and rule, darker for more findings per 1000 tests."""
    figure = Figure(
        figsize=(max(4, 2.5 + 0.45 * len(codes)), 1.6 + 0.3 * len(projects)), layout="constrained"
    )
    axes = figure.subplots()
    numbers = [[each.per_1000_tests(each.counts[code]) for code in codes] for each in projects.values()]
    # The root brings out small numbers beside large ones.
    axes.imshow([[number**0.5 for number in row] for row in numbers], cmap="Blues", aspect="auto")
    darkest = max(number for row in numbers for number in row if number == number)
    for row, column, number in cells(numbers):
        colour = "white" if number > darkest / 4 else "black"
        axes.text(column, row, short(number), ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(codes)), codes, rotation=90)
    axes.set_yticks(range(len(projects)), list(projects), parse_math=False)
    axes.set_xlabel(title)
    return figure


def cells(numbers: Sequence[Sequence[float]]) -> Iterator[tuple[int, int, float]]:
    """Row, column and number of each cell that has something to show."""
    for row, line in enumerate(numbers):
        yield from ((row, column, number) for column, number in enumerate(line) if number > 0)


def short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


class Plot(NamedTuple):
    """A picture for the page: its heading, and an SVG as an address that holds all of it."""

    heading: str
    address: str


def plots(projects: dict[str, Linted]) -> Iterator[Plot]:
    """By rule, by project, and per 1000 tests by project, and by both."""
    total = sum(projects.values(), Linted())
    most = sorted(projects, key=lambda name: (-len(projects[name].findings), name))[:PLOTTED]
    yield plot("Findings by rule", bars(sorted(total.counts.items()), "findings"))
    yield plot(
        "Findings by project", bars([(name, len(projects[name].findings)) for name in most], "findings")
    )
    tested = {name: projects[name] for name in most if projects[name].tests}
    density = [(name, each.per_1000_tests(len(each.findings))) for name, each in tested.items()]
    density.sort(key=lambda row: -row[1])
    yield plot("Findings per 1000 tests, by project", bars(density, "findings per 1000 tests"))
    if any(each.findings for each in tested.values()):
        picture = heat(tested, sorted(total.counts), "findings per 1000 tests")
        yield plot("Findings per 1000 tests, by project and rule", picture)


def plot(heading: str, figure: Figure) -> Plot:
    drawn = io.BytesIO()
    with matplotlib.style.context({"svg.hashsalt": "fleet"}):  # the same picture for the same numbers
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return Plot(heading, f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}")


PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>flake8 over {{ projects|length }} projects</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #222 }
body { max-width: 80rem; margin: 2rem auto; padding: 0 1rem }
figure { margin: 0; overflow-x: auto }
img { max-width: 100% }
.table { overflow-x: auto }
table { border-collapse: collapse }
th, td { padding: .2rem .45rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }
th:first-child, td:first-child, .text { text-align: left }
td.text { white-space: normal }
.refused { border-left: 4px solid #b3261e; padding-left: 1rem }
</style>
</head>
<body>
<h1>flake8 over {{ projects|length }} project{{ "" if projects|length == 1 else "s" }}</h1>
<p>{{ total.findings|length }} findings in {{ total.files }} files with {{ total.tests }} tests,
{{ time }}. Options of flake8: <code>{{ options }}</code>.</p>
{% if refused %}<div class="refused"><h2>Not linted</h2>
<ul>{% for project, reason in refused.items() %}<li><b>{{ project }}</b>: {{ reason }}</li>{% endfor %}</ul>
<p>Nothing of these is in the figures below.</p></div>{% endif %}
{% for plot in plots %}<h2>{{ plot.heading }}</h2>
<figure><img src="{{ plot.address }}" alt="{{ plot.heading }}: the numbers are in the tables below"></figure>
{% endfor %}
{% if projects|length > plotted %}
<p>The plots show the {{ plotted }} projects with most findings.</p>
{% endif %}
<h2>Projects</h2>
<div class="table"><table>
<tr><th>project</th><th>files</th><th>tests</th><th>findings</th><th>per 1000 tests</th></tr>
{% for name, each in projects.items() %}<tr>\
<td>{{ name }}</td><td>{{ each.files }}</td><td>{{ each.tests }}</td>\
<td>{{ each.findings|length }}</td><td>{{ number(each.per_1000_tests(each.findings|length)) }}</td></tr>
{% endfor %}</table></div>
<h2>Rules</h2>
<div class="table"><table>
<tr><th>rule</th><th>findings</th><th>per 1000 tests</th><th class="text">one of them</th></tr>
{% for code, count in total.counts|dictsort %}<tr><td>{{ code }}</td><td>{{ count }}</td>\
<td>{{ number(total.per_1000_tests(count)) }}</td><td class="text">{{ examples[code] }}</td></tr>
{% endfor %}</table></div>
<h2>Findings by project and rule</h2>
<div class="table"><table>
<tr><th>project</th>{% for code, _ in total.counts|dictsort %}<th>{{ code }}</th>{% endfor %}</tr>
{% for name, each in projects.items() %}<tr><td>{{ name }}</td>\
{% for code, _ in total.counts|dictsort %}<td>{{ each.counts[code] or "" }}</td>{% endfor %}</tr>
{% endfor %}</table></div>
</body>
</html>
"""


def page(projects: dict[str, Linted], refused: dict[str, str], arguments: Arguments) -> str:
    """One file of HTML that needs nothing else, neither beside it nor from the network."""
    total = sum(projects.values(), Linted())
    template = jinja2.Environment(autoescape=True).from_string(PAGE)
    return template.render(
        projects=projects,
        refused=refused,
        total=total,
        examples={each.code: each.text for each in reversed(total.findings)},
        plots=list(plots(projects)),
        plotted=PLOTTED,
        number=lambda number: f"{number:.2f}" if number == number else "",
        time=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        options=" ".join(arguments.asked),
    )


class Arguments(NamedTuple):
    """What the user asked for; ``given`` are options of flake8 as they were written."""

    repositories: tuple[Repository, ...]
    table: Path
    page: Path
    scheduler: str | None
    workers: int
    shard: int
    own: bool
    configuration: str | None
    given: tuple[str, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """The options that decide what flake8 finds, but for the configuration of each repository."""
        if self.own:
            return self.given
        return (f"--config={self.configuration}" if self.configuration else "--isolated", *self.given)

    @property
    def flake8(self) -> tuple[str, ...]:
        """The options that flake8 is called with."""
        # Without the plugin there would be no finding, and nothing wrong.
        return ("--require-plugins=flake8-testhygiene", *self.asked, "--no-show-source", "--jobs=1", FORMAT)


def parsed(command_line: Sequence[str]) -> Arguments:
    """The options; a wrong one ends the script with 2 and one line that names it."""
    middle = command_line.index("--") if "--" in command_line else len(command_line)
    parser = parser_of_options()
    options = parser.parse_args(command_line[:middle])
    given = ["--select=TH", *command_line[middle + 1 :]]
    for each in given:
        if not each.startswith("-") or each == "-":
            parser.error(f"after -- come options of flake8, each as --option=value: {each!r} is none")
        if each.startswith(("--config", "--append-config", "--isolated")):
            parser.error(f"{each!r} is not accepted; write --configuration=FILE before the --")
    return Arguments(
        repositories=repositories(options.repositories),
        table=options.table,
        page=options.page,
        scheduler=options.scheduler,
        workers=options.workers or CPU_COUNT,
        shard=options.shard,
        own=options.own_configuration,
        configuration=options.configuration,
        given=tuple(given),
    )


def parser_of_options() -> argparse.ArgumentParser:
    what, more = (__doc__ or "").split("\n\n", 1)
    parser = argparse.ArgumentParser(
        usage="%(prog)s [options] REPOSITORY [REPOSITORY ...] [-- FLAKE8-OPTION ...]",
        description=what,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        fromfile_prefix_chars="@",
        allow_abbrev=False,
    )
    parser.add_argument(
        "repositories",
        nargs="+",
        metavar="REPOSITORY",
        help="the folder of a checkout; @FILE for a file that names one a line",
    )
    parser.add_argument(
        "--table",
        type=written_to(*TABLES),
        default=Path("findings.csv"),
        metavar="FILE",
        help="where all findings go, .csv or .parquet (default: %(default)s)",
    )
    parser.add_argument(
        "--page",
        type=written_to(".html"),
        default=Path("findings.html"),
        metavar="FILE",
        help="where the page with the plots goes (default: %(default)s)",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a running Dask cluster, such as tcp://host:8786 (default: a cluster on this machine)",
    )
    where.add_argument(
        "--workers",
        type=whole_number(1),
        metavar="NUMBER",
        help=f"processes of the cluster on this machine (default: its cores, {CPU_COUNT})",
    )
    parser.add_argument(
        "--shard",
        type=whole_number(0),
        default=200,
        metavar="NUMBER",
        help="files in a shard; 0: a repository is never split (default: %(default)s)",
    )
    configuration = parser.add_mutually_exclusive_group()
    configuration.add_argument(
        "--configuration",
        type=os.path.abspath,
        metavar="FILE",
        help="a configuration of flake8, the same for all repositories, and on every machine (default: none)",
    )
    configuration.add_argument(
        "--own-configuration",
        action="store_true",
        help="let flake8 heed the configuration in the root of each repository; one with local plugins is "
        "refused, since these are code of the repository",
    )
    return parser


def written_to(*suffixes: str) -> Callable[[str], Path]:
    """The type of an option that names a file to be written."""

    def path(text: str) -> Path:
        if Path(text).suffix not in suffixes:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not accepted; write a name in {' or '.join(suffixes)}"
            )
        if Path(text).is_dir() or not Path(text).absolute().parent.is_dir():
            raise argparse.ArgumentTypeError(
                f"{text!r} is not accepted; write a file in a folder that exists"
            )
        return Path(text)

    return path


def whole_number(least: int) -> Callable[[str], int]:
    """The type of an option that counts something."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not accepted; write a whole number from {least} on"
            )
        return int(text)

    return number


def repositories(paths: Iterable[str]) -> tuple[Repository, ...]:
    """Each folder once, called by its name, or by its path where two have the same name."""
    roots = list(dict.fromkeys(os.path.abspath(os.path.expanduser(path)) for path in paths if path.strip()))
    names = Counter(os.path.basename(root) for root in roots)
    return tuple(
        Repository(name if names[name] == 1 else root, root)
        for root in roots
        for name in (os.path.basename(root),)
    )


def connected(arguments: Arguments) -> Client:
    """A client of the cluster that was asked for, with at least one worker."""
    if arguments.scheduler is None:
        # One thread each: a task is a process of flake8, which takes a core.
        return Client(n_workers=arguments.workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")
    client = Client(arguments.scheduler)
    client.wait_for_workers(1, timeout=dask.config.get("distributed.comm.timeouts.connect"))
    return client


def one_line(fault: Exception) -> str:
    return " ".join(str(fault).split())


def main() -> int:
    arguments = parsed(sys.argv[1:])
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what it logs is told below, shorter
    try:
        client = connected(arguments)
    except (OSError, TimeoutError, ValueError) as fault:
        print(
            f"fleet.py: error: --scheduler: {arguments.scheduler!r} cannot be used: {one_line(fault)}",
            file=sys.stderr,
        )
        return 2
    try:
        with client:
            projects, refused = run_fleet(client, arguments)
        if projects:
            write(projects, refused, arguments)
    except (CancelledError, OSError) as fault:
        print(f"fleet.py: given up: {one_line(fault)}", file=sys.stderr)
        return 1
    return 1 if refused else 0


def write(projects: dict[str, Linted], refused: dict[str, str], arguments: Arguments) -> None:
    """The table, the page, and a summary on the terminal."""
    findings = [finding for each in projects.values() for finding in each.findings]
    TABLES[arguments.table.suffix](findings, arguments.table)
    text = page(projects, refused, arguments)
    arguments.page.write_text(text, encoding="utf-8", errors="backslashreplace")
    print("\n".join(summary(projects)))
    print(f"{arguments.table}, {arguments.page}")


def complain(refused: dict[str, str]) -> None:
    """Print a line for each reason why something was not linted, with the projects."""
    for why in dict.fromkeys(refused.values()):
        names = [project for project in refused if refused[project] == why]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        print(f"fleet.py: {', '.join(names[:3])}{more}: {why}", file=sys.stderr)


def summary(projects: dict[str, Linted]) -> Iterator[str]:
    """What the page's first table says, for a terminal."""
    width = max(len(name) for name in ("project", *projects))
    yield f"{'project':{width}}{'files':>8}{'tests':>8}{'findings':>10}"
    for name, each in projects.items():
        yield f"{name:{width}}{each.files:>8}{each.tests:>8}{len(each.findings):>10}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
