"""Places in public history where people fixed such defects: is the defect reported, and the fix not?

Reads tables of mined places: repository, fixing commit and its parent, path, rule, the line before and
after, and how sure the miner was. Every file is linted with the whole tree of its commit in place. The
histories are ordinary or bare clones, in a folder for each: ``HISTORIES/openstack/nova``.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpora, runner

STRICT = frozenset({"TH301", "TH303"})
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Row(NamedTuple):
    """One mined place; ``after`` is 0 where nothing was fixed: then nothing may be reported."""

    id: str
    repository: str
    commit: str
    parent: str
    path: str
    rule: str
    before: int
    after: int
    confidence: str
    what: str


class Outcome(NamedTuple):
    """What the plugin says of a row: codes at the line before, codes at the line after."""

    row: Row
    before: tuple[str, ...]
    after: tuple[str, ...]
    near: tuple[str, ...]


def rows(path: Path) -> list[Row]:
    """The rows of a table of defects, or of one of places that are no defects."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(each) for each in csv.DictReader(file, delimiter="\t")]


def _row(each: dict[str, str]) -> Row:
    return Row(
        each["id"],
        each["repo"],
        each.get("fix_commit") or each["commit"],
        each["parent_commit"],
        each["path"],
        each["rule"],
        int(each["before_line"]),
        int(each.get("after_line") or 0),
        each.get("confidence", "sure"),
        each["resource_idiom"],
    )


def tree(repository: str, commit: str, histories: Path, cache: Path) -> Path:
    """The Python files of one commit, unpacked once."""
    folder = cache.absolute() / "mined" / repository.replace("/", "+") / commit[:12]
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
            whole = Path(unfinished, "tree")
            _unpack(histories / repository, commit, whole)
            whole.rename(folder)
    return folder


def _unpack(history: Path, commit: str, folder: Path) -> None:
    git = ["git", "-C", str(history), "archive", "--format=tar", commit]
    patterns = [":(glob)**/*.py"]
    with tempfile.TemporaryFile() as archive:
        subprocess.run([*git, "--", *patterns], check=True, stdout=archive)
        archive.seek(0)
        with tarfile.open(fileobj=archive) as members:
            members.extractall(folder, filter="data")


def outcome(row: Row, histories: Path, cache: Path) -> Outcome:
    """Lint both sides of a row."""
    before, near = _reported(row, tree(row.repository, row.parent, histories, cache), row.before)
    after: tuple[str, ...] = ()
    if row.after:
        after, _ = _reported(row, tree(row.repository, row.commit, histories, cache), row.after)
    return Outcome(row, before, after, near)


def _reported(row: Row, root: Path, line: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes of the rule's family at the line, and with their lines those elsewhere in the file."""
    with runner.working_in(root):
        runner.prepare(STRICT)
        found = runner.read(row.path)
    if found is None:
        return (), ("unparsable",)
    reports = [each for each in found.reports if _family(each.code) == _family(row.rule)]
    text = found.lines[line - 1] if line <= len(found.lines) else ""
    uuids = {each.lower() for each in UUID.findall(text)}
    at = [each for each in reports if each.line == line or any(uuid in each.text for uuid in uuids)]
    near = [f"{each.code}:{each.line}" for each in reports if each not in at and abs(each.line - line) <= 3]
    return tuple(each.code for each in at), tuple(near)


def _family(code: str) -> str:
    """``3`` of TH003 and TH301."""
    return code[4] if code.startswith("TH00") else code[2]


def table(outcomes: list[Outcome]) -> Iterator[str]:
    """For each rule: sure rows, how many are found, how many of the fixed lines are reported."""
    yield f"{'rule':8}{'sure':>6}{'found':>7}{'share':>8}{'likely':>8}{'found':>7}{'fixed reported':>16}"
    for rule in sorted({each.row.rule for each in outcomes}):
        mine = [each for each in outcomes if each.row.rule == rule]
        sure = [each for each in mine if each.row.confidence == "sure"]
        likely = [each for each in mine if each.row.confidence != "sure"]
        found, also = (sum(bool(each.before) for each in part) for part in (sure, likely))
        share = f"{found / len(sure):.3f}" if sure else "-"
        fixed = sum(bool(each.after) for each in mine)
        yield f"{rule:8}{len(sure):>6}{found:>7}{share:>8}{len(likely):>8}{also:>7}{fixed:>16}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tables", nargs="+", type=Path, metavar="TABLE", help="tab-separated, with a header")
    parser.add_argument("--histories", type=Path, required=True, metavar="FOLDER")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    every = [row for path in arguments.tables for row in rows(path)]
    outcomes = [outcome(row, arguments.histories, arguments.cache) for row in every]
    defects = [each for each in outcomes if each.row.after]
    print("\n".join(table(defects)))
    for each in defects:
        if not each.before:
            print(_line("missed", each))
        if each.after:
            print(_line("fixed line reported", each))
    negatives = [each for each in outcomes if not each.row.after]
    wrong = [each for each in negatives if each.before]
    print(f"places that are no defect: {len(negatives)}, reported: {len(wrong)}")
    for each in wrong:
        print(_line("reported", each))


def _line(word: str, each: Outcome) -> str:
    row = each.row
    place = (
        f"{row.repository} {row.parent[:10]} {row.path}:{row.before} (fixed: {row.commit[:10]}:{row.after})"
    )
    codes = ",".join((*each.before, *each.after)) or "-"
    near = f" near: {', '.join(each.near)}" if each.near else ""
    return f"{word}: {row.id} {row.rule} {row.confidence} {codes} {place} {row.what}{near}"


if __name__ == "__main__":
    main()
