"""Success or failure is inferred from a side observation.

A test that expects a migration to fail, and then looks only where the server is, passes with any failure:
with the one it was written for, and with a typing error in the request. What it means to see has a reason,
and the reason is recorded somewhere.

Bad:

    import unittest

    class TestMove(unittest.TestCase):
        def test_no_valid_host(self):
            server = self.api.get_server(self.server_id)
            host = server['OS-EXT-SRV-ATTR:host']
            self.api.post_server_action(server['id'], {'os-migrateLive': {'host': 'host2'}})
            self.wait_for_migration_status(server, 'error')
            server = self.api.get_server(server['id'])
            self.assertEqual(host, server['OS-EXT-SRV-ATTR:host'])

Good:

    import unittest

    class TestMove(unittest.TestCase):
        def test_no_valid_host(self):
            server = self.api.get_server(self.server_id)
            host = server['OS-EXT-SRV-ATTR:host']
            self.api.post_server_action(server['id'], {'os-migrateLive': {'host': 'host2'}})
            self.wait_for_migration_status(server, 'error')
            server = self.api.get_server(server['id'])
            self.assertEqual(host, server['OS-EXT-SRV-ATTR:host'])
            self.assertIn('No valid host', server['fault']['message'])

It is reported at the last assertion of the kind, where the test waits for, or asserts, that this very
migration failed, and compares nothing afterwards but where the server is and what the record repeats of
the request.

Silent: a fault, a message, an exception, an event, a notification or a log that is looked at anywhere
after the start, in helpers too; helpers that stand elsewhere and may look; any assertion on something
else; tests that make the operation fail themselves by a mock or a stub; unit tests below `unit/`.

Strict takes the reviewer at his word. It asks for more than a place after any migration, one that succeeds
and whose record is checked too; and it reports a test whose only proof is that what was read before an act
is read again after it.

Options: `--testhygiene-migrations` names further methods that start a migration.

Instead: assert the fault, the action's event, the notification or the message in the log.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import asynchronous, outcomes
from flake8_testhygiene.catalog.triggers import MIGRATES
from flake8_testhygiene.facts import Call, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.screen import NEVER, Trigger
from flake8_testhygiene.story import aftermath, guards, identity, operations, starts
from flake8_testhygiene.story.aftermath import READS, Step
from flake8_testhygiene.story.outcomes import (
    Bindings,
    Look,
    expects_failure,
    identifiers,
    is_equality,
    looks,
    sides,
    speaks_of_reason,
)

MADE_TO_FAIL = Pattern(outcomes.MADE_TO_FAIL)
STUB = Pattern(r"(?i)(^|_)(stub|fake|mock)")
FAILS = ("fail", "raise ", "error")
RECORDS = Pattern(outcomes.RECORDS)
IN_STRICT: Trigger = (*MIGRATES, *asynchronous.WORDS)


@rule(
    "TH005",
    "{outcome} of {what} (line {line}) is inferred from {field}: {way_out}",
    on=FUNCTIONS,
    trigger=outcomes.FAILED_WORDS,
    trigger_in_strict=IN_STRICT,
    trigger_in_unit=NEVER,
    local=True,
)
def inferred_outcome(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    strict = module.options.is_strict("TH005")
    if module.is_unit or not module.is_called_by_framework(place):
        return
    if not strict and function not in module.touched(MIGRATES):
        return
    for call in place.facts.calls:
        if guards.runs_elsewhere(call) or guards.is_handled(call):
            continue
        moved = starts.moved(call, place, module)
        what = moved or (strict and operations.of(call, place, module))
        if what:
            after = _After(call, place, function, module)
            inferred = (moved and after.inferred_failure()) or (strict and after.inferred_at_its_word())
            if inferred:
                words = {"what": what, "line": str(call.line), **inferred.words}
                yield Found(inferred.step.node.lineno, inferred.step.node.col_offset, words)


class _Inferred(NamedTuple):
    """The assertion that infers, and what the message says of it."""

    step: Step
    words: dict[str, str]


class _After:
    """What a test does after it started something, and what it infers from that."""

    def __init__(self, start: Call, place: Place, function: Function, module: Module) -> None:
        self._start, self._place, self._function, self._module = start, place, function, module
        self._walked = module.source.walked(function)
        self._bindings = Bindings(self._walked)
        self._line = self._statement_line()
        self._node = module.source.call_at(function, start)

    def _statement_line(self) -> int:
        """Where the statement begins that starts it: what it binds is bound there."""
        node = self._module.source.call_at(self._function, self._start)
        around = self._walked.around(node) if node is not None else iter(())
        return next((each.lineno for each in around if isinstance(each, ast.stmt)), self._start.line)

    def _steps(self) -> Iterator[Step]:
        return aftermath.steps(self._start, self._place, self._function, self._module)

    # a failure without its reason

    def inferred_failure(self) -> _Inferred | None:
        """The last look by which a test that expects a failure infers it, and nothing tells the reason."""
        if self._start.within("loop") or self._speaks_of_reason() or self._is_made_to_fail():
            return None
        found: _Inferred | None = None
        failed = self._is_told_to_fail(self._node)
        for step in self._steps():
            if step.kind == aftermath.MAY_TELL:
                return None
            if step.kind in {aftermath.ACT, aftermath.MOVE}:
                break
            if step.kind == aftermath.ASSERTION and not any(looks(step.node)):
                return None  # it looks at something else, which may tell
            failed = failed or self._expects_failure(step)
            look = self._side_observation(step) if failed else None
            if look is not None:
                found = _Inferred(step, _words("failure", look, "assert its reason"))
        return found

    def _expects_failure(self, step: Step) -> bool:
        if step.kind == aftermath.WAIT:
            return self._is_told_to_fail(step.node) and self._is_about_it(step)
        is_asserted = any(look.expects_failure for look in looks(step.node))
        return is_asserted and self._is_about_it(step)

    def _is_told_to_fail(self, node: ast.AST | None) -> bool:
        if not isinstance(node, ast.Call):
            return False
        return expects_failure([*node.args, *(each.value for each in node.keywords)])

    def _is_made_to_fail(self) -> bool:
        """Whether the test, or its class, replaces something by what fails."""
        if any(map(MADE_TO_FAIL.match, identifiers(self._walked))):
            return True
        methods = self._module.project.methods(self._place.owner)
        return any(STUB.search(each.name) and each.source.says(each.function, FAILS) for each in methods)

    # at the reviewer's word

    def inferred_at_its_word(self) -> _Inferred | None:
        """The last look at a place, a state, or what has not changed, where no trace is looked at."""
        if self._speaks_of_reason():
            return None
        compared: _Inferred | None = None
        for step in self._steps():
            if step.kind == aftermath.MOVE:
                break
            look = self._side_observation(step)
            if look is not None:
                compared = _Inferred(step, _words("outcome", look, "check its event or log"))
        return compared or self._unchanged()

    def _unchanged(self) -> _Inferred | None:
        """The last assertion after an act, if all of them say that what was read before is the same."""
        found: _Inferred | None = None
        for step in self._steps():
            if step.kind in {aftermath.MAY_TELL, aftermath.CHECK} or RECORDS.search(step.call.name):
                return None
            if step.kind == aftermath.MOVE:
                break
            if step.kind == aftermath.ASSERTION:
                if not self._is_the_same(step):
                    return None
                found = _Inferred(step, UNCHANGED)
        return found

    def _is_the_same(self, step: Step) -> bool:
        """Whether an assertion compares what is read after the start with what was read before it."""
        if not is_equality(step.node) or not self._is_about_it(step):
            return False
        one, other = sides(step.node)
        return any(
            self._bindings.is_read_after(after, self._line)
            and self._bindings.is_known_before(before, self._line)
            for after, before in ((one, other), (other, one))
        ) and self._is_given_what_was_read_before(step)

    def _is_given_what_was_read_before(self, step: Step) -> bool:
        makers = filter(None, map(self._place.facts.maker, step.call.given))
        return any(made.line < self._line and READS.match(made.last) for made in makers)

    # both

    def _side_observation(self, step: Step) -> Look | None:
        """A place read afterwards that is compared with one known before, or a state with an earlier one."""
        if step.kind != aftermath.ASSERTION or not self._is_about_it(step):
            return None
        return next((look for look in looks(step.node) if self._is_foreseen(look)), None)

    def _is_foreseen(self, look: Look) -> bool:
        if not self._bindings.is_read_after(look.observed, self._line):
            return False
        if isinstance(look.expected, ast.Constant):
            return look.is_of_location and look.expected.value is not None
        is_known = self._bindings.is_known_before(look.expected, self._line)
        return is_known and (look.is_of_location or look.is_of_state)

    def _is_about_it(self, step: Step) -> bool:
        if self._start.result in map(number, step.call.given):
            return True
        shares = identity.shares(self._start, step.call, self._place, self._module)
        return shares and not identity.is_other(self._start, step.call, self._place)

    def _speaks_of_reason(self) -> bool:
        """Whether anything after the start names a reason, or a trace that an outcome leaves."""
        every = (node for nodes in self._walked.by_type.values() for node in nodes)
        return speaks_of_reason(each for each in every if getattr(each, "lineno", 0) > self._start.line)


def _words(outcome: str, look: Look, way_out: str) -> dict[str, str]:
    field = look.field.rpartition(":")[2].removeprefix("hypervisor_")
    return {"outcome": outcome, "field": field, "way_out": way_out}


UNCHANGED = {
    "outcome": "outcome",
    "field": "no change",
    "way_out": "check its event",
}
