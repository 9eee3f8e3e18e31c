"""A test that nothing can fail: neither it nor anything that it runs, in whatever file, checks a thing.

Such a test stays green whatever the code returns or leaves behind. It fails only where the code it runs
happens to raise, which is not what it was written for.

Bad:

    import unittest

    class TestCart(unittest.TestCase):
        def test_add(self):
            self.cart.add('apple')
            self.cart.add('pear')

Good:

    import unittest

    class TestCart(unittest.TestCase):
        def test_add(self):
            self.cart.add('apple')
            self.cart.add('pear')
            self.assertEqual(['apple', 'pear'], self.cart.items)

It is reported at the `def` line. Helpers, fixtures and base classes are followed into the other files of
the project. An assertion is whatever can fail on purpose there: `assert`, `assertEqual()`, `fail()`, `raise`,
a waiter that raises, assertions on mocks, blocks that expect an exception, requests that name the status they
expect, and functions that are called, or called after, any of these. What the tested code raises is none.

Silent: anything that cannot be read: a base class, a helper, a decorator, a fixture or an object of unknown
making; teardowns and cleanups that check; tests that return something; tests whose name, comment or
docstring says that coming to the end is all they ask (`test_no_error`, `smoke`, "does not raise"); empty
tests, and those that are skipped or expected to fail.

Options: `--testhygiene-assertions` names further functions and methods that fail unless something is so.

Instead: assert what the act changed, or what it returned; where it must only not raise, say so in the name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from flake8_testhygiene import assertions, checks, remarks
from flake8_testhygiene.catalog import assertions as words
from flake8_testhygiene.catalog import harnesses, lifecycle
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import Class, Function, first_line
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

ONLY_RUNS = Pattern(words.ONLY_RUNS)
SAYS_IT_ONLY_RUNS = Pattern(words.SAYS_IT_ONLY_RUNS)
HARMLESS_DECORATOR = Pattern(harnesses.HARMLESS_DECORATOR)
SWITCHES_OFF = Pattern(
    r"(?i)skip(?!_?(if|unless))|xfail|expectedFailure|usefixtures|raises|warns|benchmark|hookimpl"
)
LOOKS_UP = Pattern(words.LOOKS_UP)
RAISING = ("aises(", "aisesRegex", "ExpectedException", "aisesMessage")
CHECKING = ("assert", "verify", "Verify", "fail(", "check")
# Not what a test is about, if it does anything else.
PREPARES = Pattern(
    r"(?i)^self\.(\w*cleanup|useFixture|enterContext|flags|skipTest)$|^unittest\.mock|^time\.|^logging|\.close$|^print$"
)
# A helper that is a test itself: what it checks is not for those to say who call it.
IS_A_TEST = Pattern(r"^_+test(_|$)|^(run|do|check)_test")
LONGEST = 40


@rule(
    "TH501",
    "nothing here can fail on purpose: assert {way_out}",
    on=(ast.Module,),
    trigger=("def test",),
)
def no_assertion(tree: ast.Module, module: Module) -> Iterator[Found]:
    if module.is_fake or module.is_script:
        return
    for function in module.test_code:
        if not function.name.startswith("test") or module.source.says(function, words.WORDS):
            continue
        place = module.project.place(function)
        if (
            module.is_test(place)
            and not assertions.is_plain(place, module)
            and not ONLY_RUNS.search(function.name)
            and _is_meant_to_check(function, place, module)
            and not assertions.verdict(place, module)
            and not _has_negative_twin(place, module)
            and not module.once("has fakes that raise", partial(_has_fakes_that_raise, module))
        ):
            yield Found(function.lineno, function.col_offset, {"way_out": _way_out(place)})


def _way_out(place: Place) -> str:
    called = [
        call.name if len(call.name) <= LONGEST and "?" not in call.name else call.last
        for call in place.facts.calls
        if not PREPARES.search(call.name)
    ]
    return f"what {called[-1]}() did" if called else "what it did"


# tests that are not judged


def _has_fakes_that_raise(module: Module) -> bool:
    """Whether a stand-in of the file raises: then what is tested has to cope with it, or the test fails."""
    raising = {
        owner
        for owner in module.own_classes
        if any(module.source.says(method, ("raise ",)) for method in owner.methods.values())
    }
    return any(map(module.is_fake_class, raising))


def _is_meant_to_check(function: Function, place: Place, module: Module) -> bool:
    """Whether a test does something, by itself, and is not content with coming to the end."""
    return (
        not _checks_by_form(function)
        and _has_known_decorators(function, module)
        and module.once(("judged", place.owner), partial(_is_judged, place.owner, module))
        and all(assertions.is_parameter_known(name, place, module) for name in place.facts.parameters)
        and not any(IS_A_TEST.search(call.last) for call in place.facts.calls)
        and not _says_so(function, place, module)
        and not _looks_up(function)
    )


def _checks_by_form(function: Function) -> bool:
    """Whether a test has a form that says enough.

    It is empty or skipped, only makes objects, returns something, loops until something is so, unpacks one
    value, or holds the bare comparison that is another rule's.
    """
    own = list(checks.inside(function.body))
    first = next((each for each in function.body if not _is_docstring(each)), None)
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Call) and _skips(first.value):
        return True
    calls = [node for node in own if isinstance(node, ast.Call)]
    return all(last_name(call)[:1].isupper() for call in calls) or any(
        isinstance(node, ast.While)
        or (isinstance(node, ast.Return) and node.value is not None)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare))
        or (isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Store) and len(node.elts) < 2)
        for node in own
    )


def _skips(call: ast.Call) -> bool:
    return last_name(call) in {"skipTest", "skip"}


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _has_known_decorators(function: Function, module: Module) -> bool:
    return all(_is_known_decorator(module.source.dotted(each)) for each in function.decorator_list)


def _is_known_decorator(name: str) -> bool:
    if SWITCHES_OFF.search(name):
        return False
    return name.startswith("unittest.mock.patch") or bool(HARMLESS_DECORATOR.search(name))


def _is_judged(owner: Class | None, module: Module) -> bool:
    """Whether all that runs around the tests of a class is known, and checks nothing."""
    lineage = module.project.lineage(owner)
    if not module.knows_bases(lineage):
        return False
    if not all(_is_known_decorator(name) for each in lineage.classes for name in each.decorators):
        return False
    around = (*module.project.methods(owner), *module.once("autouse", partial(_autouse, module)))
    return not any(_checks_around(each, module) for each in around)


def _autouse(module: Module) -> tuple[Place, ...]:
    """The fixtures around that pytest runs for every test."""
    return tuple(each for each in module.project.around if each.source.says(each.function, ("autouse",)))


def _checks_around(place: Place, module: Module) -> bool:
    """Whether a teardown, or what a set-up registers, checks something."""
    if module.is_teardown(place) or place.name in lifecycle.ENDS:
        return place.source.says(place.function, CHECKING)
    if module.is_setup(place):
        return place.source.says(place.function, CHECKING) and assertions.registers_checks(place)
    return place.source.says(place.function, ("autouse",)) and place.source.says(place.function, CHECKING)


def _says_so(function: Function, place: Place, module: Module) -> bool:
    """Whether a docstring, or a comment, says that the test only has to come to its end."""
    comments = remarks.between(
        first_line(function) - 1, function.end_lineno or function.lineno, module.source
    )
    said = f"{ast.get_docstring(function)} {_of_class(place, module)} {comments}"
    return bool(SAYS_IT_ONLY_RUNS.search(" ".join(said.split())))


def _of_class(place: Place, module: Module) -> str:
    """The docstring of the class of a test."""
    nodes = (each for each in module.source.tree.body if isinstance(each, ast.ClassDef))
    node = next((each for each in nodes if place.owner and each.lineno == place.owner.line), None)
    return (ast.get_docstring(node) or "") if node else ""


def _looks_up(function: Function) -> bool:
    """Whether a test ends with looking up what it has made: that fails where there is nothing."""
    last = function.body[-1]
    if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and len(function.body) > 1):
        return False
    return bool((last.value.args or last.value.keywords) and LOOKS_UP.search(last_name(last.value)))


def _has_negative_twin(place: Place, module: Module) -> bool:
    """Whether another test here expects the same call to raise: this one says when it does not."""
    if not place.facts.calls:
        return False
    act = place.facts.calls[-1].last
    siblings = place.owner.methods.values() if place.owner else module.source.functions.values()
    return any(
        each is not place.function
        and module.source.says(each, RAISING)
        and module.source.says(each, (f".{act}", f" {act}"))
        for each in siblings
    )
