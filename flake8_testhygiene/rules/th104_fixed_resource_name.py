"""A shared resource is created under a constant name.

Everybody who runs the test against the same cloud creates a thing of that name: two runs at a time get in
each other's way, and what one run left behind is taken for the next one's. Nor can what is left be told from
what belongs to somebody.

Bad:

    class TestVolumes:
        def test_create(self):
            volume = self.client.create_volume(size=1, name='test-volume')
            assert self.client.show_volume(volume['id'])['size'] == 1
            self.client.delete_volume(volume['id'])

Good:

    import uuid

    class TestVolumes:
        def test_create(self):
            volume = self.client.create_volume(size=1, name=f'test-volume-{uuid.uuid4()}')
            assert self.client.show_volume(volume['id'])['size'] == 1
            self.client.delete_volume(volume['id'])

Reported are the creating calls of a client that TH003 knows, of things that exist on their own (servers,
volumes, networks, users, buckets, ...), where the name is written out: as an argument, or in the body.

Silent: names that are generated, in whole or in part (`rand_name()`, `uuid4()`, `getUniqueString()`), or not
known; what is created only if it is missing; calls that are expected to fail; below `unit/`; where a mock, a
harness or a service of the test's own answers; bases that are not known.

Options: none. It is reported in strict mode only.

Instead: a prefix for what the thing is, and a generated rest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import literals, reach
from flake8_testhygiene.catalog import naming, remote
from flake8_testhygiene.catalog.triggers import CREATES
from flake8_testhygiene.cleanup.acquires import Acquired, acquired
from flake8_testhygiene.cleanup.isolation import is_isolated, is_out_of_sight
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

INDEPENDENT = Pattern(remote.INDEPENDENT)
LONGEST = 18
NAMES = Pattern(naming.NAMES)
RELATES = Pattern(remote.RELATES)


@rule(
    "TH104",
    "{noun} is called {name!r} in every run: use {way_out}",
    on=FUNCTIONS,
    trigger=CREATES,
    trigger_in_unit=(),
    strict=True,
    local=True,
)
def fixed_resource_name(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if module.is_script or module.is_fake_class(place.owner) or is_out_of_sight("remote", place, module):
        return
    if reach.imports_stand_ins(module):
        return
    for each in acquired(place, module):
        if each.kind != "remote" or not _is_shared(each) or _is_answered(each, place, module):
            continue
        call = module.source.call_at(function, each.call)
        names = (_constant(name, function, module) for name in _names(call, function, module)) if call else ()
        name = next(filter(None, names), "")
        if call and name and not _is_only_if_missing(call, function, module):
            yield Found(call.lineno, call.col_offset, _words(each, name, module))


def _words(each: Acquired, name: str, module: Module) -> dict[str, str]:
    imported = {spelled.rpartition(".")[2] for spelled in module.source.imports.values()}
    ways = (way for made, way in naming.GENERATORS.items() if made in imported)
    return {"noun": each.noun[:LONGEST], "name": name[:LONGEST], "way_out": next(ways, naming.GENERATOR)}


def _is_shared(each: Acquired) -> bool:
    """Whether the thing exists on its own, and whoever comes by sees it."""
    return bool(INDEPENDENT.search(each.noun)) and not RELATES.match(each.call.last)


def _is_answered(each: Acquired, place: Place, module: Module) -> bool:
    """Whether something around the test isolates it from a service that others use."""
    return is_isolated("remote", place, each.call, module)


def _is_only_if_missing(call: ast.Call, function: Function, module: Module) -> bool:
    """Whether the thing is created where there is none yet: then all are to share it, by its name."""
    return any(
        isinstance(around, ast.If) and _denies(around.test)
        for around in module.source.walked(function).around(call)
    )


def _denies(test: ast.expr) -> bool:
    match test:
        case ast.UnaryOp(ast.Not()) | ast.Compare(_, [ast.Is() | ast.NotIn()]):
            return True
    return False


def _names(call: ast.Call, function: Function, module: Module) -> Iterator[ast.expr]:
    """The expressions that may be the name of what the call creates."""
    for keyword in call.keywords:
        if keyword.arg is not None and NAMES.match(keyword.arg):
            yield keyword.value
        else:
            yield from _in_body(keyword.value, function, module)
    for argument in call.args[:1]:
        if not isinstance(argument, ast.Starred):
            yield argument
    for argument in call.args:
        yield from _in_body(argument, function, module)


def _in_body(
    expression: ast.expr, function: Function, module: Module, depth: int = naming.DEEPEST
) -> Iterator[ast.expr]:
    """The values that a body has under the key of a name."""
    body = literals.meant(expression, function, module)
    if not isinstance(body, ast.Dict) or not depth:
        return
    for key, value in zip(body.keys, body.values, strict=True):
        if isinstance(key, ast.Constant) and NAMES.match(str(key.value)):
            yield value
        else:
            yield from _in_body(value, function, module, depth - 1)


def _constant(name: ast.expr, function: Function, module: Module) -> str:
    match literals.values(name, function, module):
        case (str(text),):
            return text
    return ""
