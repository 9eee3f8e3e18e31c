"""A test changes the state of the whole process and does not put it back.

Environment variables, the working directory, the umask, signal handlers, the locale, standard streams,
default timeouts and clock overrides are shared by all tests of the process: the next test runs in the world
the last one left.

Bad:

    import os
    import unittest

    class TestProxy(unittest.TestCase):
        def test_proxy(self):
            os.environ['HTTP_PROXY'] = 'http://127.0.0.1'
            self.assertTrue(uses_proxy())

Good:

    import os
    import unittest
    from unittest import mock

    class TestProxy(unittest.TestCase):
        def test_proxy(self):
            with mock.patch.dict(os.environ, {'HTTP_PROXY': 'http://127.0.0.1'}):
                self.assertTrue(uses_proxy())

Silent: a later change of the same state in the function, a `finally`, a teardown or cleanup of the class that
names the state, `mock.patch` and `mock.patch.dict` of it, `monkeypatch`, guards of `test.support`, an autouse
fixture or one that the test asks for that touches it, or that is not known; values that were saved before;
unread base classes; functions that others call.

Strict also reports `sys.path`, `sys.modules`, overrides of `oslo_config.cfg.CONF` and attributes of imported
modules and classes.

Options: `--testhygiene-isolated-by` names classes and decorators that restore state.

Instead: `mock.patch.dict(os.environ)`, `monkeypatch`, `contextlib.chdir`, `contextlib.redirect_stdout`, or a
cleanup registered before the change.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.catalog.states import State
from flake8_testhygiene.catalog.triggers import CHANGES, CHANGES_AT_ALL, CHANGES_BY_NAME
from flake8_testhygiene.cleanup.states import left_changed, may_change_an_import
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.screen import ready

BY_NAME = ready(CHANGES_BY_NAME)
REGISTER = "self.addCleanup("
WITHOUT_SELF = frozenset({"classmethod", "staticmethod"})


@rule(
    "TH303",
    "{noun} is changed and never restored: {way_out}",
    on=FUNCTIONS,
    trigger=CHANGES,
    trigger_in_strict=CHANGES_AT_ALL,
    local=True,
)
def leaked_global_state(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if not module.is_called_by_framework(place) and not module.is_test_class(place.owner):
        return  # a function that somebody else calls, and may put things back after it
    strict = module.options.is_strict("TH303")
    if (
        strict
        and function not in module.source.holding(BY_NAME)
        and not may_change_an_import(function, module)
    ):
        return
    for change in left_changed(place, module, strict=strict):
        noun = f"{change.state.noun} {change.key}".strip()
        yield Found(change.line, change.column, {"noun": noun, "way_out": _way_out(change.state, place)})


def _way_out(state: State, place: Place) -> str:
    """How to put it back here: where there is no ``self`` to register a cleanup with, by hand."""
    way_out = state.way_out
    has_self = place.owner is not None and WITHOUT_SELF.isdisjoint(place.decorators)
    if has_self or not way_out.startswith(REGISTER):
        return way_out
    called, _, given = way_out.removeprefix(REGISTER).removesuffix(")").partition(", ")
    return f"try/finally {called}({given})"
