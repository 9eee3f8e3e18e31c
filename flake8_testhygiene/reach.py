"""What is in reach of a function: its own text, the set-ups of its class, its fixtures, what runs around it.

And of a call in it: whether the function makes it in earnest, and does not expect it to fail.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene.catalog import harnesses, replacements, verification
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Definition
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.source import Walked

EXPECTS = Pattern(verification.EXPECTS)
HARMLESS_DECORATOR = Pattern(harnesses.HARMLESS_DECORATOR)


def may_speak_of(words: Pattern, place: Place, module: Module) -> bool:
    """Whether one of ``words`` stands in reach of a function, or may stand where nothing can be read."""
    if any(map(words.search, _own_texts(place, module))):
        return True
    if place.owner is not None and not module.knows_bases(module.project.lineage(place.owner)):
        return True
    if not all(map(HARMLESS_DECORATOR.search, module.project.decorators(place))):
        return True
    return _fixtures_may(words, place, module)


def is_run_later(node: ast.AST, walked: Walked) -> bool:
    """Whether a node stands in an inner function, which somebody else may call, or nobody."""
    return any(
        isinstance(around, (*FUNCTIONS, ast.Lambda)) and around in walked.parents
        for around in walked.around(node)
    )


def is_expected_to_fail(node: ast.AST, walked: Walked, module: Module) -> bool:
    """Whether a block around a node expects it to fail, or bears with it."""
    return any(
        EXPECTS.search(module.source.dotted(item.context_expr))
        for around in walked.around(node)
        if isinstance(around, ast.With | ast.AsyncWith)
        for item in around.items
    )


def is_handled(node: ast.AST, walked: Walked) -> bool:
    """Whether there is a handler for what a node may raise."""
    return any(isinstance(around, ast.Try) and bool(around.handlers) for around in walked.around(node))


def imports_stand_ins(module: Module) -> bool:
    """Whether the file imports a library that answers requests in the place of whoever they are for."""
    names = {each.split(".")[0] for each in module.source.imports.values()}
    return not replacements.LIBRARIES.isdisjoint(names)


def _own_texts(place: Place, module: Module) -> Iterator[str]:
    """The texts of a function and of what its class and its module do around it."""
    yield place.source.text_of(place.function)
    yield from module.project.decorators(place)
    for each in module.project.lineage(place.owner).classes:
        yield from each.makers
    for method in module.project.methods(place.owner):
        if module.is_setup(method):
            yield method.source.text_of(method.function)
    for other in module.project.around:
        if module.is_setup(other):
            yield other.source.text_of(other.function)


# fixtures


def _fixtures_may(words: Pattern, place: Place, module: Module) -> bool:
    """Whether a fixture that runs before a function speaks of ``words``, or is not known."""
    around = _around(place, module)
    names = [each.name for each in around if each.facts.is_autouse]
    return any(
        fixture is None or words.search(fixture.source.text_of(fixture.function))
        for fixture in _known([*names, *_asked(place, module)], around)
    )


def requested(place: Place, module: Module) -> Iterator[Place | None]:
    """The fixtures that a function asks for, and those that these ask for; None for one that is not known."""
    asked = _asked(place, module)
    return _known(asked, _around(place, module) if asked else [])


def _around(place: Place, module: Module) -> list[Place]:
    """The fixtures of the class, of the module and of every conftest.py above, the nearest first."""
    every = (*module.project.methods(place.owner), *module.project.around)
    return [each for each in every if module.is_fixture(each)]


def _known(names: list[str], around: list[Place]) -> Iterator[Place | None]:
    """The fixtures of these names, and those that they ask for; None for one that is not ``around``."""
    known = {each.name: each for each in reversed(around)}
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name not in seen and name not in replacements.HARMLESS_FIXTURES:
            seen.add(name)
            fixture = known.get(name)
            yield fixture
            names += fixture.facts.parameters if fixture is not None else ()


def _asked(place: Place, module: Module) -> list[str]:
    """The fixtures that a function asks for by its parameters; unittest gives it none."""
    lineage = module.project.lineage(place.owner)
    if lineage.foreign or lineage.covered:
        return []
    return [name for name in place.facts.parameters if name not in from_a_table(place)]


def from_a_table(place: Place) -> set[str]:
    """The parameters that ``parametrize`` gives values to."""
    names: set[str] = set()
    if isinstance(place.function, Definition):
        return names
    for decorator in place.function.decorator_list:
        match decorator:
            case ast.Call(ast.Attribute(_, "parametrize"), [first, *_]):
                texts = (each.value for each in ast.walk(first) if isinstance(each, ast.Constant))
                names |= {name.strip() for text in texts for name in str(text).split(",")}
    return names
