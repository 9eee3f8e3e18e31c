"""``examples/fleet/fleet.py`` on a real Dask cluster of two processes, one of which is killed on the way."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import dask
import fleet
import pyarrow.parquet
import pytest
from distributed import LocalCluster

from benchmarks import sample

CHECKOUT = Path(__file__).parents[2]
SCRIPT = CHECKOUT / "examples" / "fleet" / "fleet.py"
LEAK = """\
import tempfile


def test_it():
    folder = tempfile.mkdtemp()
    assert folder
"""
HARNESS = """\
import tempfile


def make_folder():
    return tempfile.mkdtemp()
"""
FAR_LEAK = """\
from tests.harness import make_folder


def test_it():
    folder = make_folder()
    assert folder
"""
TRAP = "open({marker!r}, 'w').close()\n"


class Ran(NamedTuple):
    """What the script left behind; ``said`` is what it printed on standard error besides the progress."""

    status: int
    printed: str
    said: list[str]
    progress: str
    table: Path
    page: Path

    @property
    def rows(self) -> list[str]:
        """The findings, as flake8 prints them."""
        with self.table.open(newline="", encoding="utf-8") as file:
            return [printed(row) for row in csv.DictReader(file)]


def printed(row: dict[str, str]) -> str:
    return "{path}:{line}:{column}: {code} {text}".format_map(row)


def start(folder: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )


def finish(folder: Path, process: subprocess.Popen[str], table: str = "findings.csv") -> Ran:
    out, error = process.communicate(timeout=300)
    lines = error.replace("\r", "\n").splitlines()
    said = [line for line in lines if line.startswith(("fleet.py: ", "Traceback"))]
    return Ran(process.returncode, out, said, error, folder / table, folder / "findings.html")


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with two_workers() as both:
        yield both


def two_workers() -> LocalCluster:
    return LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0")


@pytest.fixture
def run(tmp_path: Path, cluster: LocalCluster) -> Callable[..., Ran]:
    """The script with the shared cluster, and what follows ``--scheduler=ADDRESS``."""

    def running(*arguments: str | Path) -> Ran:
        address = f"--scheduler={cluster.scheduler_address}"
        return finish(tmp_path, start(tmp_path, address, *arguments))

    return running


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with a leak in each of ten files, which only a helper in another file makes one."""
    tests = tmp_path / "shop" / "tests"
    tests.mkdir(parents=True)
    (tests / "__init__.py").touch()
    (tests / "harness.py").write_text(HARNESS)
    for number in range(10):
        (tests / f"test_{number}.py").write_text(FAR_LEAK)
    (tmp_path / "shop" / "setup.cfg").touch()
    return tmp_path / "shop"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A repository in which almost every rule finds something: the fixtures of the rules."""
    root = tmp_path / "corpus"
    shutil.copytree(CHECKOUT / "tests" / "fixtures", root / "tests")
    (root / "setup.cfg").touch()
    return root


def unsharded(root: Path, *options: str) -> list[str]:
    """What flake8 itself prints about a repository."""
    command = [sys.executable, "-m", "flake8", "--isolated", "--select=TH", *options]
    lines = subprocess.run(command, cwd=root, capture_output=True, text=True).stdout.splitlines()
    return sorted(line.removeprefix("./") for line in lines)


def test_sharded_findings_are_the_unsharded_ones(corpus: Path, run: Callable[..., Ran]) -> None:
    ran = run(corpus, "--shard=7", "--", "--testhygiene-strict")
    expected = unsharded(corpus, "--testhygiene-strict")
    assert len({line.split()[1] for line in expected}) > 30, "almost every rule"
    assert sorted(ran.rows) == expected
    assert (ran.status, ran.said) == (0, [])


def test_every_shard_has_the_whole_checkout(shop: Path, tmp_path: Path, run: Callable[..., Ran]) -> None:
    alone = tmp_path / "alone" / "tests" / "test_0.py"
    alone.parent.mkdir(parents=True)
    shutil.copyfile(shop / "tests" / "test_0.py", alone)
    assert unsharded(tmp_path / "alone") == [], "without the helper nobody can tell"
    rows = run(shop, "--shard=1").rows
    assert len(rows) == 10
    assert sorted(rows) == unsharded(shop)


def test_a_killed_worker_loses_nothing(corpus: Path, tmp_path: Path) -> None:
    with two_workers() as both:
        process = start(tmp_path, f"--scheduler={both.scheduler_address}", corpus, "--shard=7")
        lost = kill_a_busy_worker(both)
        ran = finish(tmp_path, process)
    assert lost, "it had work to do"
    assert sorted(ran.rows) == unsharded(corpus)
    assert (ran.status, ran.said) == (0, [])


def test_a_worker_that_is_lost_too_often_is_told(corpus: Path, shop: Path, tmp_path: Path) -> None:
    roots = {"corpus": corpus, "shop": shop}
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), two_workers() as both:
        address = f"--scheduler={both.scheduler_address}"
        process = start(tmp_path, address, *roots.values(), tmp_path / "nowhere", "--shard=7")
        kill_a_busy_worker(both)
        ran = finish(tmp_path, process)
    nowhere, *told = ran.said
    assert nowhere == "fleet.py: nowhere: no such folder"
    assert told
    assert all(": KilledWorker: " in line for line in told)
    lost = {line.split(": ")[1] for line in told}
    whole = [line for name, root in roots.items() if name not in lost for line in unsharded(root)]
    assert (sorted(ran.rows) if whole else []) == sorted(whole), "a project is there as a whole or not at all"
    assert ran.status == 1


def kill_a_busy_worker(cluster: LocalCluster) -> list[str]:
    """Kill, as the kernel would, a worker that lints a shard; the tasks that it did not finish."""
    scheduler, deadline = cluster.scheduler, time.monotonic() + 120
    assert scheduler is not None
    while time.monotonic() < deadline:
        for nanny in cluster.workers.values():
            worker = scheduler.workers.get(nanny.worker_address)
            tasks = list(worker.processing) if worker else []
            if lost := [task.key for task in tasks if task.key.startswith("linted")]:
                os.kill(nanny.pid, signal.SIGKILL)
                return lost
        time.sleep(0.01)
    raise AssertionError("no worker was given a shard")


def test_a_lost_scheduler_is_told(corpus: Path, tmp_path: Path) -> None:
    with two_workers() as both:
        process = start(tmp_path, f"--scheduler={both.scheduler_address}", corpus, "--shard=7")
        kill_a_busy_worker(both)
    ran = finish(tmp_path, process)
    (line,) = ran.said
    assert line.startswith("fleet.py: given up: ")
    assert ran.status == 1
    assert not ran.table.exists()


def test_by_default_there_is_a_cluster_on_this_machine(shop: Path, tmp_path: Path) -> None:
    ran = finish(tmp_path, start(tmp_path, shop, "--workers=2", "--shard=3"))
    assert (ran.status, ran.said) == (0, [])
    assert sorted(ran.rows) == unsharded(shop)
    assert "listing: 100%" in ran.progress
    assert "4/4" in ran.progress
    assert ran.printed.splitlines()[1].split() == ["shop", "12", "10", "10"]


def test_parquet_holds_what_csv_does(shop: Path, tmp_path: Path, run: Callable[..., Ran]) -> None:
    rows = run(shop).rows
    assert run(shop, "--table=found.parquet").status == 0
    table = pyarrow.parquet.read_table(tmp_path / "found.parquet")
    assert table.schema.equals(fleet.COLUMNS)
    assert [printed(row) for row in table.to_pylist()] == rows
    assert set(table["project"].to_pylist()) == {"shop"}


def test_tests_are_counted_as_the_benchmarks_do(corpus: Path, run: Callable[..., Ran]) -> None:
    (corpus / "shop_cases.py").write_text(
        "import unittest\n\n\nclass C(unittest.TestCase):\n    def test_a(self): pass\n"
    )
    (corpus / "shop.py").write_text("def test_connection(): pass\n")
    expected = sample.survey("corpus", corpus, strict=False).tests
    ran = run(corpus)
    assert int(ran.printed.splitlines()[1].split()[2]) == expected > 500


def test_nothing_of_a_repository_is_imported(shop: Path, tmp_path: Path, run: Callable[..., Ran]) -> None:
    marker = tmp_path / "imported"
    names = ("json", "argparse", "flake8", "pycodestyle", "pyflakes", "mccabe", "sitecustomize", "conftest")
    for name in names:
        (shop / f"{name}.py").write_text(TRAP.format(marker=str(marker)))
    ran = run(shop, "--own-configuration")
    assert (ran.status, len(ran.rows)) == (0, 10)
    assert not marker.exists()
    subprocess.run([sys.executable, "-m", "flake8", "--version"], cwd=shop, capture_output=True)
    assert marker.exists(), "the trap is one"


def test_projects_of_one_name_are_told_apart(tmp_path: Path, run: Callable[..., Ran]) -> None:
    roots = [tmp_path / side / "api" for side in ("left", "right")]
    for root in roots:
        root.mkdir(parents=True)
        (root / "test_it.py").write_text(LEAK)
    ran = run(*roots, roots[0])
    with ran.table.open(newline="") as file:
        assert [row["project"] for row in csv.DictReader(file)] == sorted(map(str, roots))


@pytest.fixture
def configured(tmp_path: Path) -> Callable[[str], Path]:
    """A repository with two leaks, one of them below ``generated/``, and a ``tox.ini``."""

    def repository(configuration: str) -> Path:
        root = tmp_path / "configured"
        for name in ("test_it.py", "generated/test_it.py"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(LEAK)
        (root / "tox.ini").write_text(configuration)
        return root

    return repository


def test_configuration_of_a_repository_counts_when_asked(
    configured: Callable[[str], Path], run: Callable[..., Ran]
) -> None:
    root = configured(
        "[flake8]\nexclude = generated\n"
        "show-source = true\ncount = true\nstatistics = true\nformat = pylint\n"
    )
    assert [row.split(":")[0] for row in run(root).rows] == ["generated/test_it.py", "test_it.py"]
    assert [row.split(":")[0] for row in run(root, "--own-configuration").rows] == ["test_it.py"]


def test_one_configuration_may_count_for_all(
    configured: Callable[[str], Path], tmp_path: Path, run: Callable[..., Ran]
) -> None:
    root = configured("[flake8]\nexclude = test_it.py\n")
    (tmp_path / "fleet.cfg").write_text("[flake8]\nper-file-ignores =\n    generated/*: TH003\n")
    assert [row.split(":")[0] for row in run(root, "--configuration=fleet.cfg").rows] == ["test_it.py"]
    (line,) = run(root, "--configuration=none.cfg").said
    assert line.startswith("fleet.py: configured: flake8 failed: ")
    assert str(tmp_path / "none.cfg") in line


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        (
            "[flake8:local-plugins]\nextension =\n    X1 = checks:check\npaths = .\n",
            "tox.ini has local plugins, code of the repository that flake8 would run: lint it without"
            " --own-configuration",
        ),
        ("[flake8]\nquiet = 1\n", "tox.ini sets quiet for flake8, which hides the findings"),
        ("[flake8]\noutput_file = x\n", "tox.ini sets output-file for flake8, which hides the findings"),
        (
            "[flake8]\ntesthygiene-strict = much\n",
            "flake8 failed: flake8: error: argument --testhygiene-strict: 'much' is not accepted;"
            " write rule codes such as TH001,TH104, or leave the value out for all of them",
        ),
    ],
    ids=["local plugins", "quiet", "output file", "bad value"],
)
def test_configuration_that_cannot_be_used_is_told(
    configuration: str, reason: str, configured: Callable[[str], Path], run: Callable[..., Ran]
) -> None:
    ran = run(configured(configuration), "--own-configuration")
    assert (ran.status, ran.said) == (1, [f"fleet.py: configured: {reason}"])
    assert not ran.table.exists()


def test_what_cannot_be_linted_is_told_and_the_others_are(
    shop: Path, tmp_path: Path, run: Callable[..., Ran]
) -> None:
    (tmp_path / "empty").mkdir()
    deep = tmp_path / "deep"
    deep.mkdir()
    (deep / "test_deep.py").write_text("x = " + " + ".join(["1"] * 2000) + "\n")  # too deep for pyflakes
    ran = run(tmp_path / "nowhere", shop, tmp_path / "empty", deep)
    assert ran.status == 1
    assert ran.said[:2] == [
        "fleet.py: nowhere: no such folder",
        "fleet.py: empty: no Python file is there that flake8 would read",
    ]
    (last,) = ran.said[2:]
    assert last.startswith('fleet.py: deep: flake8 failed: ./test_deep.py: "pyflakes[F]" failed')
    assert "RecursionError" in last
    assert len(ran.rows) == 10
    page = ran.page.read_text()
    assert all(f"<b>{name}</b>" in page for name in ("nowhere", "empty", "deep"))


def test_reason_that_many_share_is_told_once(tmp_path: Path, run: Callable[..., Ran]) -> None:
    ran = run(*(tmp_path / name for name in "abcde"))
    assert ran.said == ["fleet.py: a, b, c and 2 more: no such folder"]


def test_flake8_says_what_is_wrong_with_its_options(shop: Path, run: Callable[..., Ran]) -> None:
    ran = run(shop, "--", "--select=TH", "--max-line-length=wide")
    (line,) = ran.said
    assert line.startswith("fleet.py: shop: flake8 failed: ")
    assert "'wide'" in line
    ran = run(shop, "--", "--require-plugins=flake8-none")
    (line,) = ran.said
    assert "flake8-none" in line


def test_file_that_a_machine_lacks_is_told(shop: Path) -> None:
    files = (fleet.File("./tests/test_0.py", True), fleet.File("./tests/test_99.py", True))
    outcome = fleet.linted(fleet.Listing(fleet.Repository("shop", str(shop)), ("--isolated",), files))
    assert isinstance(outcome, fleet.Refused)
    assert str(outcome) == "./tests/test_99.py is not on every machine: each needs the whole checkout"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "the following arguments are required: REPOSITORY"),
        (
            (".", "--table=found.xls"),
            "argument --table: 'found.xls' is not accepted; write a name in .csv or .parquet",
        ),
        ((".", "--page=found.txt"), "argument --page: 'found.txt' is not accepted; write a name in .html"),
        (
            (".", "--table=none/found.csv"),
            "argument --table: 'none/found.csv' is not accepted; write a file in a folder that exists",
        ),
        ((".", "--shard=-1"), "argument --shard: '-1' is not accepted; write a whole number from 0 on"),
        ((".", "--workers=0"), "argument --workers: '0' is not accepted; write a whole number from 1 on"),
        (
            (".", "--workers=2", "--scheduler=tcp://127.0.0.1:1"),
            "argument --scheduler: not allowed with argument --workers",
        ),
        (
            (".", "--", "tests"),
            "after -- come options of flake8, each as --option=value: 'tests' is none",
        ),
        (
            (".", "--", "--config=fleet.cfg"),
            "'--config=fleet.cfg' is not accepted; write --configuration=FILE before the --",
        ),
        (
            (".", "--scheduler=nowhere"),
            "--scheduler: 'nowhere' cannot be used: missing port number in address 'nowhere'",
        ),
        (
            (".", "--scheduler=tcp://127.0.0.1:1"),
            "--scheduler: 'tcp://127.0.0.1:1' cannot be used: "
            "Timed out trying to connect to tcp://127.0.0.1:1 after 1 s",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_option_is_told_in_one_line(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    ran = finish(tmp_path, start(tmp_path, *arguments))
    assert (ran.status, ran.said) == (2, [f"fleet.py: error: {said}"])
    assert list(tmp_path.iterdir()) == []


def test_scheduler_without_workers_is_told(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "3s")
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty:
        ran = finish(tmp_path, start(tmp_path, f"--scheduler={empty.scheduler_address}", shop))
    (line,) = ran.said
    assert line.startswith(f"fleet.py: error: --scheduler: '{empty.scheduler_address}' cannot be used: ")
    assert ran.status == 2


class Addresses(HTMLParser):
    """Every address that a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "link", "iframe"}
        self.found += [value or "" for name, value in attributes if name in {"src", "href", "srcset"}]


def test_page_works_offline_and_escapes_names(tmp_path: Path, run: Callable[..., Ran]) -> None:
    sources = {"plain": LEAK, "<b>$x_1$": LEAK, "untested": "x = 1\n"}
    for name, source in sources.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "test_it.py").write_text(source)
    ran = run(*(tmp_path / name for name in sources))
    page = ran.page.read_text(encoding="utf-8")
    addresses = Addresses()
    addresses.feed(page)
    assert len(addresses.found) == 4
    assert all(address.startswith("data:image/svg+xml;base64,") for address in addresses.found)
    assert "url(" not in page
    assert "<td>&lt;b&gt;$x_1$</td>" in page
    assert ran.said == []


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium is installed")
def test_browser_shows_every_plot(shop: Path, tmp_path: Path, run: Callable[..., Ran]) -> None:
    page = run(shop).page
    script = "document.title = [...document.images].map(each => each.naturalWidth > 100).join()"
    page.write_text(
        page.read_text().replace("</body>", f"<script>onload = () => {{ {script} }}</script></body>")
    )
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = ["chromium", *options, profile, "--virtual-time-budget=5000", "--dump-dom", page.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    assert "<title>true,true,true,true</title>" in shown
