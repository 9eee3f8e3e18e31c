"""After an asynchronous operation the state is asserted at once, or only that the request was accepted.

The call returns before the move is done. A state read right after it is the old state, the new one, or one
in between, as the machine's load decides; and a 202 says only that somebody will try.

Bad:

    import unittest

    class TestMove(unittest.TestCase):
        def test_move(self):
            server = self.api.get_server(self.server_id)
            self.api.post_server_action(server['id'], {'migrate': None})
            server = self.api.get_server(server['id'])
            self.assertEqual('host2', server['OS-EXT-SRV-ATTR:host'])

Good:

    import unittest

    class TestMove(unittest.TestCase):
        def test_move(self):
            server = self.api.get_server(self.server_id)
            self.api.post_server_action(server['id'], {'migrate': None})
            server = self.wait_for_state(server, 'VERIFY_RESIZE')
            self.assertEqual('host2', server['OS-EXT-SRV-ATTR:host'])

It is reported at the call that starts the migration. A helper that asserts the state at once is reported
itself: its callers can only wait when it is too late.

Besides migrations these count, by the exact names of a client's methods or by their actions: reboot,
start, stop, rebuild, shelve and rescue of a server, attaching and detaching a volume or an interface,
extending a volume or a share, creating a snapshot or a backup, and deleting a server, a volume, a snapshot
or a share. They are reported where a test reads the very thing afterwards, once, and asserts a field that
tells its state.

Silent: where TH002 is; a test that is about the request (negative tests, policy tests, API samples);
classes whose harness turns casts into calls, so that the answer comes after the work, or is not known. A base
in another file that does so only under a condition of its own is no excuse: whether the outcome is there is
then up to a setting.
After what is no migration also the answer of the request, presence in a list, calls of helpers that may
take their time, and files whose clients talk to nobody (moto, responses) or wait themselves.

Options: `--testhygiene-migrations` and `--testhygiene-waiters`, as for TH002.

Instead: a waiter that fails when the state is not reached in time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import partial

from flake8_testhygiene.catalog import asynchronous, migrations
from flake8_testhygiene.catalog.triggers import MIGRATES
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Class, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.screen import NEVER
from flake8_testhygiene.story import guards, operations, starts

FAULTS = {
    guards.OBSERVED: "its state asserted at once",
    guards.ACCEPTED: "only its acceptance asserted",
}
SYNCHRONOUS = Pattern(r"(?i)cast_?as_?call|sync_?rpc")
SYNCHRONOUS_WORDS = ("AsCall", "as_call", "AS_CALL", "sync_rpc", "SyncRPC")


@rule(
    "TH203",
    "{what} is started and {fault}: wait for its outcome",
    on=FUNCTIONS,
    trigger=(*MIGRATES, *asynchronous.WORDS),
    trigger_in_unit=NEVER,
)
def unawaited_outcome(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if function in module.touched(MIGRATES):
        yield from _of_migrations(place, module)
    if function in module.source.holding(asynchronous.WORDS) and not operations.is_synchronous(module):
        yield from _of_operations(place, module)


def _of_migrations(place: Place, module: Module) -> Iterator[Found]:
    if not module.is_called_by_framework(place) and not module.is_test_class(place.owner):
        return
    for migration in starts.started(place, module):
        guard = guards.guard(migration.call, place, module)
        if guard == guards.ACCEPTED and not module.is_called_by_framework(place):
            continue  # a helper that leaves the waiting to its callers
        fault = FAULTS.get(guard)
        if fault and not _is_about_the_request(place, module) and not _may_be_done(place, module):
            yield Found(migration.call.line, migration.call.column, {"what": migration.what, "fault": fault})


def _of_operations(place: Place, module: Module) -> Iterator[Found]:
    if not module.is_called_by_framework(place) or isinstance(place.function, ast.AsyncFunctionDef):
        return  # what is awaited is done
    if _may_be_done(place, module):
        return
    for started in operations.started(place, module):
        call = started.call
        if operations.is_looked_at_early(call, place, module) and not _is_about_the_request(place, module):
            yield Found(call.line, call.column, {"what": started.what, "fault": FAULTS[guards.OBSERVED]})


def _is_about_the_request(place: Place, module: Module) -> bool:
    return bool(re.search(migrations.ABOUT_THE_REQUEST, f"{module.path} {place.name}"))


def _may_be_done(place: Place, module: Module) -> bool:
    """Whether the answer may come after the work: the harness turns casts into calls, or is not known."""
    return module.once(
        ("casts are calls", place.owner), partial(_is_cast_as_call, place.owner, module)
    ) or _mentions_synchrony(place, module)


def _is_cast_as_call(owner: Class | None, module: Module) -> bool:
    """The same, as far as the class and its bases tell."""
    if not module.knows_bases(module.project.lineage(owner)):
        return True
    methods = module.project.methods(owner, SYNCHRONOUS_WORDS)
    return any(
        _mentions_synchrony(method, module)
        for method in methods
        if method.source.says(method.function, SYNCHRONOUS_WORDS)
    )


def _mentions_synchrony(place: Place, module: Module) -> bool:
    """Whether a function names a switch that turns casts into calls; its text is asked first."""
    source = place.source
    if place.function not in source.holding(SYNCHRONOUS_WORDS) and not module.once(
        ("imports synchrony", source), lambda: any(map(SYNCHRONOUS.search, source.imports.values()))
    ):
        return False
    return any(
        SYNCHRONOUS.search(name)
        for call in place.facts.calls
        if not call.within("if") or not module.project.is_inherited(place)
        for name in (call.name, *(argument.text for argument in call.arguments))
    )
