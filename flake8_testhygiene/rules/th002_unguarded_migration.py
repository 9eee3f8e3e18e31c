"""A migration is started, and nothing handles or observes its failure.

Live migration, cold migration, resize, evacuation and retype answer before they are done. A test that goes
on at once, or ends, passes whatever becomes of them; and what it checks next it checks in the middle of a
move.

Bad:

    import unittest

    class TestMove(unittest.TestCase):
        def test_move(self):
            self.api.post_server_action(self.server['id'], {'os-migrateLive': {'host': 'host2'}})
            self.assertEqual('test', self.server['name'])

Good:

    import unittest

    class TestMove(unittest.TestCase):
        def test_move(self):
            self.api.post_server_action(self.server['id'], {'os-migrateLive': {'host': 'host2'}})
            self.wait_for_migration_status(self.server, 'completed')
            self.assertEqual('test', self.server['name'])

A migration is an action posted to an api, client or session (the body may travel through variables,
`dict(...)`, items or a method that returns it), a method of a client such as `live_migrate_server`, one of
them handed to a thread, an executor or a partial, and a call of a helper of the module that starts one and
leaves it to its callers.

Guards are: a `try` with a handler, `assertRaises` and its kin, a waiter for the same server, volume or share
(by name, by a keyword such as `wait_until=`, a loop that sleeps and reads, a helper that waits), and an
assertion of completion. A waiter of the module that cannot fail guards only where its answer is used.
A look without waiting is TH203.

Silent: unit tests below `unit/`, dictionaries that are expectations, calls inside lambdas and nested
functions, functions of other files that are given the resource, helpers of other files named like a
migration (they wait).

Strict accepts only exception handling.

Options: `--testhygiene-migrations` names further methods that start one, `--testhygiene-waiters` further
functions that wait.

Instead: wait for the migration's status, or expect the failure with `assertRaises`.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.catalog.triggers import MIGRATES
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.screen import NEVER
from flake8_testhygiene.story import guards, starts


@rule(
    "TH002",
    "{what}{origin} is started and nothing {fault}",
    on=FUNCTIONS,
    trigger=MIGRATES,
    trigger_in_unit=NEVER,
)
def unguarded_migration(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if not module.is_called_by_framework(place):
        return
    strict = module.options.is_strict("TH002")
    for migration in starts.started(place, module):
        guard = guards.guard(migration.call, place, module)
        origin = f" (line {migration.origin})" if migration.origin else ""
        call = migration.call
        if guard == guards.UNGUARDED:
            fault = "awaits its outcome: wait for it, or assertRaises"
        elif strict and guard != guards.HANDLED and not guards.runs_elsewhere(call):
            fault = "handles its failure: try/except, or assertRaises"
        else:
            continue
        words = {"what": migration.what, "origin": origin, "fault": fault}
        yield Found(call.line, call.column, words)
