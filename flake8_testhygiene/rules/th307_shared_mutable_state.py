"""A test changes a list, dict or set that lives on the class or the module.

There is one such object for all tests, so the next test sees what this one has left in it. Tests then pass or
fail by their order, and alone otherwise than together.

Bad:

    import unittest

    class TestConfig(unittest.TestCase):
        config = {'debug': False}

        def test_debug(self):
            self.config['debug'] = True
            self.assertTrue(start(self.config).debug)

        def test_default(self):
            self.assertFalse(start(self.config).debug)

Good:

    import unittest

    class TestConfig(unittest.TestCase):
        def setUp(self):
            super().setUp()
            self.config = {'debug': False}

        def test_debug(self):
            self.config['debug'] = True
            self.assertTrue(start(self.config).debug)

        def test_default(self):
            self.assertFalse(start(self.config).debug)

Reported once for each object, at the first change by a test, where another function of the file uses it too.
It must be bound to a display, a comprehension or a call such as `dict()` in the body of a class or a module
of the linted file; changes under another local name count.

Silent: objects that a set-up, a fixture or the test itself binds anew, copies, clears or patches; everything
a tear-down or cleanup mentions; attributes of classes with a base that is not known; what the test takes back
afterwards; changes in callbacks; containers named after what tests are to collect in them (`created_ids`,
`cleanups`, `calls`); a test that takes something out of what is empty to begin with.

Options: none.

Instead: make the object in `setUp()`, or change a copy.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene import checks
from flake8_testhygiene.catalog import containers
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import walk
from flake8_testhygiene.outline import Class, Function, top_level
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

CHANGING = containers.FILLS | containers.EMPTIES | containers.REORDERS
# What a name must be bound to: a display, or what one of these makes.
MADE_BY = {f"{maker.rpartition('.')[2]}(" if "." in maker else f"= {maker}(" for maker in containers.MAKERS}
WORDS = ("= [", "=[", "= {", "={", *sorted(MADE_BY))
# What stands behind the name where the container is changed, or gets another name.
BEHIND = ("[", ".", " ", "\n")
COLLECTING = Pattern(containers.COLLECTING)
PUTS_BACK = Pattern(r"(?i)patch|cleanup|copy|finalizer|monkeypatch|setitem|setattr|restor|reset|preserv|swap")


class Shared(NamedTuple):
    """A container that all tests of a class, or of the module, have in common."""

    name: str
    owner: Class | None
    line: int
    is_empty: bool


class Change(NamedTuple):
    """A place where a function changes a container; ``takes_back`` if it takes something out."""

    shared: Shared
    node: ast.stmt | ast.expr
    takes_back: bool


@rule(
    "TH307",
    "{spelled} lives on {owner} (line {line}), and the next test sees this change: {way_out}",
    on=(ast.Module,),
    trigger=WORDS,
    local=True,
)
def shared_mutable_state(tree: ast.Module, module: Module) -> Iterator[Found]:
    every = {(each.owner, each.name): each for each in _shared(tree, module)}
    if not every or module.is_fake or module.is_script:
        return
    names = {each.name for each in every.values()}
    first: dict[Shared, Change] = {}
    mentioning = module.source.holding(tuple(f"{name}{sign}" for name in sorted(names) for sign in BEHIND))
    for function in module.test_code:
        place = module.project.place(function)
        if function in mentioning and module.is_test(place):
            for change in _left_changes(function, place, every, module):
                first.setdefault(change.shared, change)
    for each, change in first.items():
        if not COLLECTING.search(each.name) and _is_seen(change, module) and not _is_renewed(each, module):
            yield Found(change.node.lineno, change.node.col_offset, _words(change))


def _words(change: Change) -> dict[str, str]:
    shared = change.shared
    return {
        "spelled": f"self.{shared.name}" if shared.owner else shared.name,
        "owner": shared.owner.name if shared.owner else "the module",
        "line": str(shared.line),
        "way_out": "make it in setUp()" if shared.owner else "change a copy",
    }


# what is shared


def _shared(tree: ast.Module, module: Module) -> Iterator[Shared]:
    for statement in top_level(tree.body):
        yield from _bound(statement, None, module)
        if isinstance(statement, ast.ClassDef):
            owner = module.source.classes[statement.name]
            for inner in top_level(statement.body):
                yield from _bound(inner, owner, module)


def _bound(statement: ast.stmt, owner: Class | None, module: Module) -> Iterator[Shared]:
    match statement:
        case ast.Assign(targets, value):
            pass
        case ast.AnnAssign(target, _, ast.expr() as value):
            targets = [target]
        case _:
            return
    if _is_container(value, module):
        for each in targets:
            if isinstance(each, ast.Name):
                yield Shared(each.id, owner, statement.lineno, not any(map(_parts, walk(value))))


def _parts(node: ast.AST) -> list[ast.AST]:
    """What a display or a call puts into the container."""
    found = (getattr(node, name, []) for name in ("elts", "keys", "args", "keywords", "generators"))
    return [part for parts in found for part in parts]


def _is_container(value: ast.expr, module: Module) -> bool:
    if isinstance(value, ast.Call):
        return module.source.dotted(value.func) in containers.MAKERS
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


# changes


def _left_changes(
    function: Function, place: Place, every: dict[tuple[Class | None, str], Shared], module: Module
) -> Iterator[Change]:
    """The changes of a test that it does not take back itself."""
    nodes = list(checks.own_nodes(function))
    scope = _Scope(function, nodes, place, every, module)
    changes = [change for node in nodes for change in scope.changes(node)]
    changes.sort(key=lambda change: (change.node.lineno, change.node.col_offset))
    for change in changes:
        empties = change.takes_back and change.shared.is_empty  # what is in it came from somewhere else
        if empties or _sets_what_is_declared(change, module):
            continue
        if not any(_undo(change, each) for each in changes) and not scope.puts_back(change):
            yield change


def _sets_what_is_declared(change: Change, module: Module) -> bool:
    """Whether an item is set to the very value that the file writes beside that key elsewhere."""
    match change.node:
        case ast.Assign([ast.Subscript(_, ast.Constant(str(key)))], value):
            written = re.escape(ast.unparse(value))
            declared = rf"['\"]{re.escape(key)}['\"]\s*:\s*{written}(?!\w)"
            return re.search(declared, module.source.text) is not None
    return False


def _undo(one: Change, other: Change) -> bool:
    """Whether the later of two changes may put back what was there: one puts in, the other takes out."""
    if one.shared is not other.shared or one is other:
        return False
    items = _items(one) & _items(other)
    return bool(items) if _items(one) and _items(other) else one.takes_back != other.takes_back


def _items(change: Change) -> set[str]:
    """The items that a statement sets or deletes, as they are written."""
    return {ast.unparse(each) for each in getattr(change.node, "targets", ())}


class _Scope:
    """What the names in one test mean, as far as containers are concerned."""

    def __init__(
        self,
        function: Function,
        nodes: list[ast.AST],
        place: Place,
        every: dict[tuple[Class | None, str], Shared],
        module: Module,
    ) -> None:
        self._function = function
        self._nodes = nodes
        self._place = place
        self._every = every
        self._classes = module.source.classes
        self._module = module
        self._owner = place.owner
        arguments = [*function.args.posonlyargs, *function.args.args]
        self._self = {arguments[0].arg} if place.owner and arguments else set()
        self._aliases = dict(self._other_names())

    def _other_names(self) -> Iterator[tuple[str, Shared]]:
        """Local names that are bound once, to a shared container itself."""
        bound = [
            each.id for each in self._nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        ]
        self._aliases = {}
        for node in self._nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
                target, shared = node.targets[0], self._meant(node.value)
                if isinstance(target, ast.Name) and shared and bound.count(target.id) == 1:
                    yield target.id, shared

    def changes(self, node: ast.AST) -> Iterator[Change]:
        """What a statement or a call changes."""
        match node:
            case ast.Assign(targets) | ast.Delete(targets):
                for target in targets:
                    if isinstance(target, ast.Subscript):
                        yield from self._change(node, target.value, isinstance(node, ast.Delete))
            case ast.AugAssign(ast.Subscript(base)):
                yield from self._change(node, base, False)
            case ast.AugAssign(ast.Attribute() as base):
                yield from self._change(node, base, False)
            case ast.Call(ast.Attribute(base, method)) if method in CHANGING:
                yield from self._change(node, base, method in containers.EMPTIES)

    def _change(self, node: ast.stmt | ast.expr, base: ast.expr, takes_back: bool) -> Iterator[Change]:
        while isinstance(base, ast.Subscript):
            base = base.value
        shared = self._meant(base)
        if shared is not None:
            yield Change(shared, node, takes_back)

    def _meant(self, expression: ast.expr) -> Shared | None:
        """The shared container that an expression names."""
        match expression:
            case ast.Name(name):
                if name in self._aliases:
                    return self._aliases[name]
                if name in self._place.facts.locals or name in self._place.facts.parameters:
                    return None
                return self._every.get((None, name))
            case ast.Attribute(ast.Name(name), attribute):
                owner = self._owner if name in self._self else self._classes.get(name)
                return self._of_class(owner, attribute)
            case ast.Attribute(ast.Attribute(ast.Name(name), "__class__"), attribute):
                return self._of_class(self._owner, attribute) if name in self._self else None
        return None

    def _of_class(self, owner: Class | None, attribute: str) -> Shared | None:
        for each in self._module.project.lineage(owner).classes:
            if (each, attribute) in self._every:
                return self._every[each, attribute]
            if attribute in each.attributes or attribute in each.methods:
                return None
        return None

    def puts_back(self, change: Change) -> bool:
        """Whether the test binds the container anew, or hands it to something that restores it."""
        name = change.shared.name
        for node in (*self._nodes, *self._function.decorator_list):
            match node:
                case ast.Attribute(_, attribute, ast.Store() | ast.Del()) if attribute == name:
                    if not isinstance(change.node, ast.AugAssign):
                        return True
                case ast.Call(callee) if PUTS_BACK.search(ast.unparse(callee)):
                    if name in _identifiers(node):
                        return True
                case ast.Subscript(base, ast.Slice(None, None), ast.Store() | ast.Del()):
                    if self._meant(base) is change.shared:
                        return True
                case ast.Try(_, _, _, final) if final:
                    if any(name in _identifiers(each) for each in final):
                        return True
        return False


def _identifiers(node: ast.AST) -> set[str]:
    """Names, attributes and strings anywhere inside; of dotted strings the last part."""
    found = set()
    for each in walk(node):
        if isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.Attribute):
            found.add(each.attr)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            found.add(each.value.rpartition(".")[2])
    return found


# what others do with it


def _is_seen(change: Change, module: Module) -> bool:
    """Whether a function beside the one that changes it reads the container."""
    name = change.shared.name
    return any(
        name in _identifiers(function)
        for function in module.test_code
        if not function.lineno <= change.node.lineno <= (function.end_lineno or function.lineno)
    )


def _is_renewed(shared: Shared, module: Module) -> bool:
    """Whether a set-up, a fixture or a tear-down makes the container as good as new, or may."""
    lineages = map(module.project.lineage, module.project.heirs(shared.owner))
    if any(module.harness(base) is None for lineage in lineages for base in lineage.foreign):
        return True  # what such a base does around a test is not known
    word = re.compile(rf"\b{re.escape(shared.name)}\b")
    for place in _around(shared, module):
        if not (module.runs_around_tests(place) or module.is_fixture(place)):
            continue
        node = place.source.node(place.function)
        if shared.name not in _identifiers(node):
            continue
        if module.is_setup(place) and not module.project.is_inherited(place) and _only_reads(node, word):
            continue
        return True
    return False


def _around(shared: Shared, module: Module) -> Iterator[Place]:
    """Functions that may run around the tests that use the container, as far as their text has its name."""
    yield from module.project.around
    every = module.source.classes.values()
    for heir in every if shared.owner is None else module.project.heirs(shared.owner):
        yield from module.project.methods(heir, (shared.name,))


def _only_reads(function: ast.AST, word: re.Pattern[str]) -> bool:
    """Whether a set-up uses the container, and neither binds, changes, copies nor patches it."""
    for node in walk(function):
        match node:
            case ast.For(_, each) if word.search(ast.unparse(each)):  # and does something to what is in it
                return False
            case ast.Attribute(_, name, ast.Store()) | ast.Name(name, ast.Store()) if word.fullmatch(name):
                return False
            case ast.Call(callee) if word.search(ast.unparse(node)):
                spelled = ast.unparse(callee)
                if PUTS_BACK.search(spelled) or (
                    spelled.rpartition(".")[2] in CHANGING and word.search(spelled)
                ):
                    return False
            case ast.Subscript(base, _, ast.Store() | ast.Del()) if word.search(ast.unparse(base)):
                return False
    return True
