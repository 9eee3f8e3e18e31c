"""A test writes to a fixed path that is the same for everybody on the machine.

Two runs at a time write over each other's files; what an earlier run or another user left behind decides
whether this one passes; and what the test leaves stays there.

Bad:

    import unittest

    class TestReport(unittest.TestCase):
        def test_report(self):
            with open('/tmp/report.csv', 'w') as report:
                report.write('a,b')
            self.assertEqual(['a', 'b'], self.columns('/tmp/report.csv'))

Good:

    import os
    import tempfile
    import unittest

    class TestReport(unittest.TestCase):
        def test_report(self):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'report.csv')
                with open(path, 'w') as report:
                    report.write('a,b')
                self.assertEqual(['a', 'b'], self.columns(path))

Reported are calls of the standard library that make a file or folder (`open()` for writing, `mkdir()`,
`copy()`, `write_text()`, ...) in tests, set-ups and fixtures, with a path in a temporary or home folder that
is written out, or put together from parts that are. Of one path in a function the first is reported.

Silent: paths with a part that is not known; system folders, where the place itself is what is tested; reading
and removing; calls that are expected to fail; where a patch, a mock or a fake file system is in reach; bases,
decorators and fixtures that are not known.

Options: none.

Instead: pytest's `tmp_path`, `tempfile.TemporaryDirectory()`, `tempfile.mkdtemp()` with a cleanup.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase

from flake8_testhygiene import literals, reach
from flake8_testhygiene.catalog import replacements, writes
from flake8_testhygiene.catalog.writes import Write
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

FILES = Pattern(replacements.FILES)
LONGEST = 32
LOOKS_LIKE_ONE = Pattern(writes.LOOKS_LIKE_ONE)
SHARED_PLACES = Pattern(writes.SHARED_PLACES)
WRITING = Pattern(writes.WRITING)
ROWS: dict[str, list[Write]] = {}
for _row in writes.WRITES:
    ROWS.setdefault(_row.call.rpartition(".")[2], []).append(_row)


@rule(
    "TH103",
    "{path} is the same for everybody: {way_out}",
    on=FUNCTIONS,
    trigger=tuple((f"{last}(", folder) for last in sorted(ROWS) for folder in writes.SHARED_FOLDERS),
    local=True,
)
def fixed_path(function: Function, module: Module) -> Iterator[Found]:
    if module.is_script or not literals.may_hold(writes.LOOKS_LIKE_ONE, function, module):
        return
    place = module.project.place(function)
    if not module.is_called_by_framework(place):
        return
    walked = module.source.walked(function)
    seen: set[str] = set()
    for call, written in sorted(_writes(walked, module), key=_position):
        if reach.is_run_later(call, walked) or reach.is_expected_to_fail(call, walked, module):
            continue
        path = _path(written, function, module)
        if path in seen or not SHARED_PLACES.search(path) or reach.may_speak_of(FILES, place, module):
            continue
        seen.add(path)
        yield Found(
            call.lineno, call.col_offset, {"path": path[:LONGEST], "way_out": _way_out(place, module)}
        )


def _position(found: tuple[ast.Call, ast.expr]) -> tuple[int, int]:
    return found[0].lineno, found[0].col_offset


def _way_out(place: Place, module: Module) -> str:
    in_case = module.project.lineage(place.owner).foreign
    return "use tempfile.TemporaryDirectory()" if in_case else "use tmp_path"


def _writes(walked: Walked, module: Module) -> Iterator[tuple[ast.Call, ast.expr]]:
    """The calls that write, and what they write to."""
    for call in walked.by_type.get(ast.Call, ()):
        assert isinstance(call, ast.Call)
        for row in ROWS.get(last_name(call), ()):
            written = _written(row, call, module)
            if written is not None and _is_for_writing(row, call):
                yield call, written
                break


def _written(row: Write, call: ast.Call, module: Module) -> ast.expr | None:
    """The expression of the path that a call writes to, if the row is about it."""
    if row.place < 0:
        return call.func.value if isinstance(call.func, ast.Attribute) else None
    if not fnmatchcase(module.source.dotted(call.func), row.call):
        return None
    if row.place < len(call.args):
        return call.args[row.place]
    return next((each.value for each in call.keywords if each.arg == row.keyword), None)


def _is_for_writing(row: Write, call: ast.Call) -> bool:
    if row.mode is None:
        return True
    given = [each.value for each in call.keywords if each.arg == "mode"] + call.args[row.mode : row.mode + 1]
    return any(isinstance(each, ast.Constant) and WRITING.match(str(each.value)) for each in given)


def _path(written: ast.expr, function: Function, module: Module) -> str:
    """The path that an expression spells, of a text or of pathlib's; empty if a part is not known."""
    written = literals.meant(written, function, module)
    match written:
        case ast.Call(callee, [only]) if module.source.dotted(callee).startswith("pathlib."):
            return _path(only, function, module)
        case ast.BinOp(folder, ast.Div(), name):
            above = _path(folder, function, module)
            match literals.values(name, function, module) if above else ():
                case (str(text),):
                    return f"{above}/{text}"
            return ""
    known = literals.beginning(written, function, module)
    if not LOOKS_LIKE_ONE.match(f"'{known}"):
        return ""
    match literals.values(written, function, module):
        case (str(text),):
            return text
    return ""
