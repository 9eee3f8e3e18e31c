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

Silent: a comment on the line or directly above it, at the `if` or handler that decides on the skip, or in the
test; a docstring that speaks of it. `expectedFailure` takes no reason, so a comment is the way to give one.

Options: none.

Instead: `reason='...'`, with the bug's number where there is one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flake8_testhygiene import remarks
from flake8_testhygiene.catalog import skips
from flake8_testhygiene.catalog.skips import Form
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Function, top_level
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import NEVER

WORDS = ("skip", "Skip", "xfail", "expectedFailure")
CANDIDATE = Pattern(rf"(?m){skips.CANDIDATE}")
ABOUT_SKIPS = Pattern(skips.ABOUT_SKIPS)
EXPLAINS = Pattern(skips.EXPLAINS)
CALLS = skips.CALLS | skips.EXCEPTIONS
BARE = skips.BARE | skips.EXCEPTIONS.keys()
DECIDES = (ast.If, ast.ExceptHandler)


class Place(NamedTuple):
    """A skip, and the lines whose comments may give its reason, or what a docstring says."""

    skip: ast.expr
    first: int
    last: int
    said: str = ""


@rule("TH401", "{form} gives no reason: {way_out}", on=(ast.Module,), trigger=NEVER)
def skip_without_reason(tree: ast.Module, module: Module) -> Iterator[Found]:
    text = module.source.text
    if not any(word in text for word in WORDS) or not CANDIDATE.search(text):
        return
    if ABOUT_SKIPS.search(module.stem):
        return
    for places, forms in ((_marks(tree.body, module), skips.MARKS), (_running(module), CALLS)):
        for place in places:
            words = _words(place.skip, forms, module)
            if words and not remarks.between(place.first, place.last, module.source):
                if not EXPLAINS.search(place.said):
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
            case ast.Assign([ast.Name("pytestmark")], value):
                yield from (Place(each, statement.lineno, each.lineno) for each in _skips(value, module))
            case ast.Assign(_, value):
                every = (Place(each, each.lineno, each.lineno) for each in _skips(value, module))
                yield from (place for place in every if isinstance(place.skip, ast.Call))


def _decorating(definition: Function | ast.ClassDef, module: Module) -> Iterator[Place]:
    """The decorators of a definition; what explains them stands anywhere above its first statement."""
    said = ast.get_docstring(definition) or ""
    for decorator in definition.decorator_list:
        for each in _skips(decorator, module):
            first = min(definition.decorator_list[0].lineno, each.lineno)
            is_parameter = each is not decorator
            last = each.lineno if is_parameter else max(definition.body[0].lineno - 1, definition.lineno)
            yield Place(each, each.lineno if is_parameter else first, last, said)


def _skips(expression: ast.expr, module: Module) -> Iterator[ast.expr]:
    """The marks in an expression, as calls where they are called."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if module.source.dotted(node).removesuffix("()") in skips.MARKS:
            yield node
        else:
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
            waiting += [each.value for each in getattr(node, "keywords", ())]


# in functions


def _running(module: Module) -> Iterator[Place]:
    """What functions call or raise to skip the test that runs."""
    for function in module.holding(skips.RUNNING):
        if ABOUT_SKIPS.search(function.name):
            continue
        walked = module.source.walked(function)
        for kind in (ast.Expr, ast.Raise):
            for statement in walked.by_type.get(kind, ()):
                skip = statement.value if isinstance(statement, ast.Expr) else getattr(statement, "exc", None)
                if isinstance(skip, ast.expr) and isinstance(statement, ast.stmt):
                    deciding = (each for each in walked.around(statement) if isinstance(each, DECIDES))
                    first = next(deciding, statement).lineno
                    yield Place(skip, first, statement.lineno)


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
        return {"form": f"{ast.unparse(skip.func)}()", "way_out": way_out}
    return {"form": ast.unparse(skip), "way_out": way_out} if name in BARE else {}


def _gives_reason(skip: ast.Call, form: Form) -> bool:
    """Whether a call has a reason, may have one, or needs none."""
    names = [each.arg for each in skip.keywords]
    if None in names or "raises" in names or any(isinstance(each, ast.Starred) for each in skip.args):
        return True
    reasons = [each.value for each in skip.keywords if each.arg in form.keywords]
    if form.place >= 0:
        reasons += skip.args[form.place : form.place + 1]
        conditions = skip.args[: form.place]
    else:
        conditions = skip.args
    if any(isinstance(each, ast.Constant) and (isinstance(each.value, str) or not each.value) for each in conditions):
        return True  # a condition that pytest prints, or one that never skips
    return any(not isinstance(each, ast.Constant) or str(each.value or "").strip() for each in reasons)
