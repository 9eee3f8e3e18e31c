"""A test stands where no runner collects it.

A wrong indent, and one test becomes an inner function of the one above; a constructor, and pytest leaves the
whole class out. Nothing fails: the tests are written, reviewed, and never run.

Bad:

    import unittest

    class TestBoot(unittest.TestCase):
        def test_boot(self):
            self.assertTrue(self.api.boot('server'))

            def test_boot_twice(self):
                self.assertFalse(self.api.boot('server'))

Good:

    import unittest

    class TestBoot(unittest.TestCase):
        def test_boot(self):
            self.assertTrue(self.api.boot('server'))

        def test_boot_twice(self):
            self.assertFalse(self.api.boot('server'))

Reported are, at their `def` or `class`: a test inside another test, or inside a set-up, that nothing names; a
class of tests inside a `TestCase` or inside a function, that nothing in the file names; and a class that
pytest would collect, did it not have a constructor.

Silent: decorated functions and classes; names that are mentioned anywhere around; `locals()` and the like;
`__test__`, `load_tests` and hooks by which a conftest collects; stubs; mixins and bases; plain classes that
are named or inherited from in the file. Constructors are judged only in files and classes that pytest's
configuration collects from (`python_files`, `python_classes`, `testpaths` of `pytest.ini`, `pyproject.toml`,
`tox.ini` or `setup.cfg`). Before Python 3.11 a `pyproject.toml` that configures pytest cannot be read, and
they are not judged.

Options: none.

Instead: move the test out; a fixture, or `setup_method`, in place of the constructor.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks
from flake8_testhygiene.catalog import lifecycle, running
from flake8_testhygiene.module import PYTEST_CLASS, Module
from flake8_testhygiene.nodes import walk
from flake8_testhygiene.outline import FUNCTIONS, Class, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

SETUP = Pattern(lifecycle.SETUP)
LOOKS_AROUND = Pattern(running.LOOKS_AROUND)
COLLECTS = Pattern(running.COLLECTS)
CONSTRUCTORS = ("__init__", "__new__")
# A test inside something, at the left margin (and perhaps with another in it), or a constructor.
WORDS = (
    "        def test",
    "        async def test",
    "\tdef test",
    "\ndef test",
    "\nasync def test",
    *(f"def {name}(" for name in CONSTRUCTORS),
)
LONGEST = 22


@rule("TH510", "{test} is never collected: {reason}", on=(ast.Module,), trigger=WORDS, local=True)
def uncollected_test(tree: ast.Module, module: Module) -> Iterator[Found]:
    text = module.source.text
    if "def test" not in text or "__test__" in text or "load_tests" in text:
        return
    own = sum(function.name.startswith("test") for function in module.source.owners)
    found = [*_constructed(tree, module)]
    if text.count("def test") > own:
        found += [*_inside_functions(module), *_inside_cases(tree, module)]
    # The conftest.py files are read last: few modules get as far.
    if found and not _is_collected_by_hook(module):
        yield from found


def _is_collected_by_hook(module: Module) -> bool:
    """Whether a conftest.py decides by itself what is a test."""
    return any(COLLECTS.match(place.name) for place in module.project.around)


def _found(inner: Function | ast.ClassDef, outer: str, line: int) -> Found:
    reason = f"it is inside {_short(outer)} (line {line})"
    return Found(inner.lineno, inner.col_offset, {"test": _short(inner.name), "reason": reason})


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 3]}..."


def _is_named(name: str, around: ast.AST) -> bool:
    """Whether anything mentions a name besides its definition: code, or a text that holds it."""
    for node in walk(around):
        match node:
            case ast.Name(found) | ast.Attribute(_, found) | ast.Constant(str(found)):
                if name in found:
                    return True
            case ast.Global(names) | ast.Nonlocal(names):
                if name in names:
                    return True
    return False


# inside functions and classes


def _inside_functions(module: Module) -> Iterator[Found]:
    """Tests, and classes of tests, in a test or a set-up that does not name them."""
    lines = module.source.lines
    for outer in module.source.owners:
        if not isinstance(outer, FUNCTIONS) or not (outer.name.startswith("test") or SETUP.match(outer.name)):
            continue
        text = "\n".join(lines[outer.lineno - 1 : outer.end_lineno])
        if text.count("def test") == outer.name.startswith("test") or LOOKS_AROUND.search(text):
            continue
        walked = module.source.walked(outer)
        for kind in (*FUNCTIONS, ast.ClassDef):
            for inner in walked.by_type.get(kind, ()):
                assert isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                if (
                    inner is not outer
                    and not inner.decorator_list
                    and _is_test(inner)
                    and _is_own(inner, walked)
                    and not _is_named(inner.name, outer)
                ):
                    yield _found(inner, f"{outer.name}()", outer.lineno)


def _is_own(inner: ast.AST, walked: Walked) -> bool:
    """Whether an inner definition is not in turn inside another."""
    *around, _ = walked.around(inner)
    return not any(isinstance(each, checks.RUN_LATER) for each in around)


def _inside_cases(tree: ast.Module, module: Module) -> Iterator[Found]:
    """Classes of tests in a ``TestCase``, where neither unittest nor pytest looks."""
    for outer in tree.body:
        if not isinstance(outer, ast.ClassDef) or not _is_case(module.source.classes.get(outer.name), module):
            continue
        for inner in outer.body:
            if (
                isinstance(inner, ast.ClassDef)
                and not inner.decorator_list
                and _is_test(inner)
                and not _is_named(inner.name, tree)
            ):
                yield _found(inner, outer.name, outer.lineno)


def _is_case(owner: Class | None, module: Module) -> bool:
    lineage = module.project.lineage(owner)
    return any(base in running.CASES for base in (*lineage.foreign, *lineage.covered))


def _is_test(inner: Function | ast.ClassDef) -> bool:
    """Whether a definition is a test, or a class of tests, that checks something."""
    if isinstance(inner, ast.ClassDef):
        return any(isinstance(each, FUNCTIONS) and _is_test(each) for each in inner.body)
    return inner.name.startswith("test") and any(map(checks.is_assertion, checks.own_nodes(inner)))


# with a constructor


def _constructed(tree: ast.Module, module: Module) -> Iterator[Found]:
    """Classes that pytest would take, if it could make an object of them."""
    for owner in module.source.classes.values():
        line = _constructor(owner)
        if (
            line
            and PYTEST_CLASS.match(owner.name)
            and not owner.bases
            and not owner.decorators
            and not owner.metaclass
            and any(isinstance(each, FUNCTIONS) and _is_test(each) for each in owner.methods.values())
            and not _is_named(owner.name, tree)
            and _is_taken(owner, module)
        ):
            reason = f"pytest skips classes with a constructor (line {line})"
            yield Found(owner.line, 0, {"test": _short(owner.name), "reason": reason})


def _constructor(owner: Class) -> int:
    """The line of a class's constructor, or 0."""
    return next((owner.methods[name].lineno for name in CONSTRUCTORS if name in owner.methods), 0)


def _is_taken(owner: Class, module: Module) -> bool:
    """Whether pytest's configuration makes it look at the class."""
    collection = module.project.collection
    path = module.source.name.path
    return collection.is_known and collection.takes_file(path) and collection.takes_class(owner.name)
