"""A test is skipped, or expected to fail, and nothing says why.

Nobody can tell when it may run again, so it never does, and what it was to watch breaks unseen.

Bad:

    import pytest

    @pytest.mark.skip
    def test_boot(api):
        assert api.boot('server').is_active

Good:

    import pytest

    @pytest.mark.skip(reason='boots in vain until the image service is back, #4711')
    def test_boot(api):
        assert api.boot('server').is_active

Reported are `skip`, `skipif` and `xfail` of pytest, as marks and as calls; `skip`, `skipIf`, `skipUnless`,
`skipTest()`, `SkipTest` and `expectedFailure` of unittest; each without a reason, or with an empty one.

Silent: a comment on the line or directly above it, at the `if` or handler that decides on the skip, or at the
first statement of the test; a docstring that speaks of it; tear-downs. `expectedFailure` takes no reason, so
a comment is the way to give one.

Options: none.

Instead: `reason='...'`, with the bug's number where there is one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from flake8_testhygiene import remarks
from flake8_testhygiene.catalog import lifecycle, skips
from flake8_testhygiene.catalog.skips import Form
from flake8_testhygiene.expressions import spelled
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import children
from flake8_testhygiene.outline import Function, top_level
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

WORDS = ("skip", "Skip", "xfail", "expectedFailure")
CANDIDATES = tuple(map(Pattern, skips.CANDIDATES))
ABOUT_SKIPS = Pattern(skips.ABOUT_SKIPS)
EXPLAINS = Pattern(skips.EXPLAINS)
TEARDOWN = Pattern(lifecycle.TEARDOWN)
CALLS = skips.CALLS | skips.EXCEPTIONS
BARE = skips.BARE | skips.EXCEPTIONS.keys()


class Place(NamedTuple):
    """A skip, and how to get at what is said about it."""

    skip: ast.expr
    remark: Callable[[], str]


@rule("TH401", "{form} gives no reason: {way_out}", on=(ast.Module,), trigger=WORDS, local=True)
def skip_without_reason(tree: ast.Module, module: Module) -> Iterator[Found]:
    text = module.source.text
    if ABOUT_SKIPS.search(module.stem) or not any(each.search(text) for each in CANDIDATES):
        return
    for places, forms in ((_marks(tree.body, module), skips.MARKS), (_running(module), CALLS)):
        for place in places:
            words = _words(place.skip, forms, module)
            if words and not place.remark():
                yield Found(place.skip.lineno, place.skip.col_offset, words)


# at tests, classes and parameters


def _marks(body: list[ast.stmt], module: Module) -> Iterator[Place]:
    """What decorates tests and classes, or is bound to a name at the top of a module or class."""
    for statement in top_level(body):
        match statement:
            case ast.ClassDef(name) if not ABOUT_SKIPS.search(name):
                yield from _decorating(statement, module)
                yield from _marks(statement.body, module)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                if name.startswith("test") and not ABOUT_SKIPS.search(name):
                    yield from _decorating(statement, module)
            case ast.Assign([ast.Name(name), *_], value):
                for each in _skips(value, module):
                    if name == "pytestmark" or isinstance(each, ast.Call):
                        yield Place(each, partial(_said_at, each, module))


def _decorating(definition: Function | ast.ClassDef, module: Module) -> Iterator[Place]:
    for decorator in definition.decorator_list:
        for each in _skips(decorator, module):
            if each is decorator:
                yield Place(each, partial(_said_of, definition, module))
            else:  # of one case among the parameters
                yield Place(each, partial(_said_at, each, module))


def _said_at(skip: ast.expr, module: Module) -> str:
    return remarks.about(skip.lineno, skip.lineno, module.source)


def _said_of(definition: Function | ast.ClassDef, module: Module) -> str:
    """The comments at the head of a definition, or at its first statement, or a docstring that explains."""
    said = remarks.about(definition.decorator_list[0].lineno, definition.lineno, module.source)
    docstring = ast.get_docstring(definition) or ""
    if not isinstance(definition, ast.ClassDef):
        first = definition.body[1:2] if docstring else definition.body[:1]
        said += "".join(remarks.on(each, module.source) for each in first)
    return said + (docstring if EXPLAINS.search(docstring) else "")


def _skips(expression: ast.expr, module: Module) -> Iterator[ast.expr]:
    """The marks in an expression, as calls where they are called."""
    around = module.source.lines[expression.lineno - 1 : expression.end_lineno]
    if not any(word in line for line in around for word in WORDS):
        return  # hundreds of decorators have nothing to do with it
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if module.source.dotted(node).removesuffix("()") in skips.MARKS:
            yield node
        else:
            inner = (each.value if isinstance(each, ast.keyword) else each for each in children(node))
            waiting += [each for each in inner if isinstance(each, ast.expr)]


# in functions


def _running(module: Module) -> Iterator[Place]:
    """What functions call or raise to skip the test that runs."""
    for function in module.holding(*skips.RUNNING):
        if ABOUT_SKIPS.search(function.name) or TEARDOWN.match(function.name):
            continue  # what a tear-down skips was skipped before
        walked = module.source.walked(function)
        for statement in (*walked.by_type.get(ast.Expr, ()), *walked.by_type.get(ast.Raise, ())):
            match statement:
                case ast.Expr(skip) | ast.Raise(ast.expr() as skip):
                    yield Place(skip, partial(_said_around, statement, walked, module))


def _said_around(statement: ast.stmt, walked: Walked, module: Module) -> str:
    """The comments at a statement, and at what decides that it is run."""
    deciding = (each for each in walked.around(statement) if isinstance(each, ast.If | ast.ExceptHandler))
    return "".join(remarks.on(each, module.source) for each in (statement, *deciding))


# reasons


def _words(skip: ast.expr, forms: Mapping[str, Form], module: Module) -> dict[str, str]:
    """What to say of a skip; nothing where it gives a reason."""
    name = module.source.dotted(skip).removesuffix("()")
    form = forms.get(name)
    if form is None:
        return {}
    way_out = form.way_out
    if isinstance(skip, ast.Call):
        if _gives_reason(skip, form):
            return {}
        strange = [each.arg for each in skip.keywords if each.arg not in form.others | form.keywords]
        if strange:
            way_out = f"{strange[0]}= is nothing to it, write reason="
        return {"form": f"{spelled(skip.func)}()", "way_out": way_out}
    return {"form": spelled(skip), "way_out": way_out} if name in BARE else {}


def _gives_reason(skip: ast.Call, form: Form) -> bool:
    """Whether a call has a reason, may have one, or needs none."""
    names = [each.arg for each in skip.keywords]
    if None in names or "raises" in names or any(isinstance(each, ast.Starred) for each in skip.args):
        return True
    conditions = skip.args if form.place < 0 else skip.args[: form.place]
    reasons = [each.value for each in skip.keywords if each.arg in form.keywords]
    if form.place >= 0:
        reasons += skip.args[form.place : form.place + 1]
    return any(map(_needs_none, conditions)) or any(map(_says_something, reasons))


def _needs_none(condition: ast.expr) -> bool:
    """Whether pytest prints a condition, for it is a text, or it never holds."""
    match condition:
        case ast.Constant(value):
            return isinstance(value, str) or not value
    return False


def _says_something(reason: ast.expr) -> bool:
    return not isinstance(reason, ast.Constant) or bool(str(reason.value or "").strip())
