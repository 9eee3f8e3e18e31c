"""The asserted value was read before the act that it is to verify.

The answer of a client is a snapshot. Asserted after the act without being read again it says what was true
before, and the act may have done anything.

Bad:

    import unittest

    class TestRename(unittest.TestCase):
        def test_rename(self):
            volume = self.client.show_volume(self.volume_id)['volume']
            self.client.update_volume(volume['id'], name='new')
            self.assertEqual('new', volume['name'])

Good:

    import unittest

    class TestRename(unittest.TestCase):
        def test_rename(self):
            volume = self.client.show_volume(self.volume_id)['volume']
            self.client.update_volume(volume['id'], name='new')
            volume = self.client.show_volume(volume['id'])['volume']
            self.assertEqual('new', volume['name'])

The act is a call of a client that changes the very thing. The assertion is to verify it where it expects
what the act was given, or looks at a state or a place after a migration, a stop, a rebuild and the like.

Silent: a value that is read again, or handed to the act or to a helper as a whole, which may refresh it;
assertions that also look at something read after the act; unit tests below `unit/`.

Options: `--testhygiene-migrations` names further methods that start a migration.

Instead: read it again, or assert the answer of the act.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene.catalog import acts, asynchronous
from flake8_testhygiene.catalog.triggers import MIGRATES
from flake8_testhygiene.expressions import same
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.screen import NEVER
from flake8_testhygiene.story import aftermath, guards, operations, starts
from flake8_testhygiene.story.aftermath import Step
from flake8_testhygiene.story.outcomes import Bindings, is_equality, looks, sides

ANSWERS = Pattern(acts.ANSWERS)
CHANGES = Pattern(acts.CHANGES)
RECEIVER = Pattern(acts.RECEIVER)


@rule(
    "TH506",
    "{name} was read at line {line}, before {act}() at line {act_line}: read it again",
    on=FUNCTIONS,
    trigger=(*acts.WORDS, *MIGRATES, *asynchronous.WORDS),
    trigger_in_unit=NEVER,
    strict=True,
    local=True,
)
def stale_observation(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if module.is_unit or not module.is_called_by_framework(place):
        return
    seen: set[ast.AST] = set()
    for call in place.facts.calls:
        if guards.runs_elsewhere(call) or guards.is_handled(call) or not _is_act(call, place, module):
            continue
        act = _Act(call, place, function, module)
        for step in aftermath.steps(call, place, function, module):
            snapshot = act.stale(step)
            if snapshot is not None and step.node not in seen:
                seen.add(step.node)
                line = str(act.bindings.last(snapshot, step.node.lineno))
                words = {"name": snapshot.id, "line": line, "act": call.last, "act_line": str(call.line)}
                yield Found(step.node.lineno, step.node.col_offset, words)


def _is_act(call: Call, place: Place, module: Module) -> bool:
    if CHANGES.match(call.last) and RECEIVER.search(call.owner.rpartition(".")[2]):
        return True
    return bool(operations.of(call, place, module) or starts.moved(call, place, module))


class _Act:
    """A call that changes something, and what was read of it before."""

    def __init__(self, call: Call, place: Place, function: Function, module: Module) -> None:
        self._call, self._place, self._module = call, place, module
        self._walked = module.source.walked(function)
        self.bindings = Bindings(self._walked)
        self._node = module.source.call_at(function, call)
        self._given = [] if self._node is None else _parts(self._node)
        self._has_row = bool(operations.of(call, place, module) or starts.moved(call, place, module))

    def stale(self, step: Step) -> ast.Name | None:
        """The snapshot that an assertion takes for what is there after the act."""
        if step.kind != aftermath.ASSERTION or not is_equality(step.node) or self._node is None:
            return None
        for observed, expected in (sides(step.node), sides(step.node)[::-1]):
            snapshot = _root(observed)
            if (
                snapshot is not None
                and self._is_of_the_same(snapshot, step)
                and self._is_to_verify(step, observed, expected)
                and self.bindings.is_known_before(expected, self._call.line)
            ):
                return snapshot
        return None

    def _is_to_verify(self, step: Step, observed: ast.expr, expected: ast.expr) -> bool:
        """Whether what is expected was given to the act, or the act ends in another state or place."""
        if self._has_row:
            return isinstance(expected, ast.Constant) and any(
                look.observed is observed and (look.is_of_state or look.is_of_location)
                for look in looks(step.node)
            )
        is_telling = not isinstance(expected, ast.Constant) or isinstance(expected.value, str)
        return is_telling and any(same(expected, each) for each in self._given)

    def _is_of_the_same(self, snapshot: ast.Name, step: Step) -> bool:
        """Whether a name holds what a client answered before the act, and the act is about that."""
        bound = self.bindings.last(snapshot, step.node.lineno)
        if not 0 < bound < self._call.line or self._is_handed_over(snapshot, step):
            return False
        made = [call for call in self._place.facts.calls if call.line == bound and ANSWERS.match(call.last)]
        asked = [call for call in made if RECEIVER.search(call.owner.rpartition(".")[2])]
        names_it = (_root(each) for each in self._given)
        return bool(asked) and (
            any(each is not None and each.id == snapshot.id for each in names_it)
            or any(_texts(call) & _texts(self._call) for call in asked)
        )

    def _is_handed_over(self, snapshot: ast.Name, step: Step) -> bool:
        """Whether anything is given the whole of it before the assertion, and may bring it up to date."""
        for node in self._walked.by_type.get(ast.Name, ()):
            assert isinstance(node, ast.Name)
            if node.id == snapshot.id and node.lineno <= step.node.lineno:
                parent = self._walked.parents.get(node)
                if not isinstance(parent, ast.Subscript | ast.Assign | ast.AnnAssign):
                    return True
        return False


def _parts(call: ast.Call) -> list[ast.expr]:
    """What a call is given, and what is in the dictionaries among that."""
    found: list[ast.expr] = []
    waiting: list[ast.expr] = [*call.args, *(each.value for each in call.keywords)]
    while waiting:
        each = waiting.pop()
        found.append(each)
        if isinstance(each, ast.Dict):
            waiting += each.values
    return found


def _texts(call: Call) -> frozenset[str]:
    """The names of what a call is given: what it is about may be among them."""
    return frozenset(each.text for each in call.arguments if each.text)


def _root(expression: ast.expr) -> ast.Name | None:
    """``server`` of ``server['addresses']['private']``; nothing for the name alone."""
    if not isinstance(expression, ast.Subscript):
        return None
    root: ast.expr = expression
    while isinstance(root, ast.Subscript):
        root = root.value
    return root if isinstance(root, ast.Name) else None
