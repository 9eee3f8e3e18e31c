"""A UUID is written out in the body of a test, a fixture or a helper.

Nobody who reads `155d900f-4e14-4e4c-a73d-069cbf4541e6` knows what it identifies, whether it must exist,
or which other literals must change with it. A named constant says so, a sentinel or a generated value
needs no saying.

Bad:

    import unittest

    class TestBoot(unittest.TestCase):
        def test_boot(self):
            self.boot(image_uuid='155d900f-4e14-4e4c-a73d-069cbf4541e6')

Good:

    import unittest

    IMAGE_UUID = '155d900f-4e14-4e4c-a73d-069cbf4541e6'

    class TestBoot(unittest.TestCase):
        def test_boot(self):
            self.boot(image_uuid=IMAGE_UUID)

Each UUID is reported once per file, at its first place; the message names the other lines. Hyphenated
UUIDs in any case count, also in braces or after `urn:uuid:`, also as default arguments, also where the parts
of one are put together in the function (`f'{PREFIX}-4e14-4e4c-a73d-069cbf4541e6'`).

Silent: names bound at module or class level and names in capitals (that *is* the constant), arguments of
decorators such as `@idempotent_id`, docstrings, arguments of assertions and comparisons (the value was made
elsewhere), `uuid.UUID(...)` and functions that parse or check UUIDs, functions whose name says uuid, return
values and attributes of mocks, keys of dictionaries (`table['...'] = 1`), documents of versioned objects
(they mirror a notification sample), the nil and the max UUID, constants of specifications, and modules of
samples and fake data.

Strict also reports UUIDs inside longer strings, the nil and the max UUID, and comparisons.

Options: `--testhygiene-th001-hex32=true` also reports 32 hex digits that carry a UUID's version and variant.

Instead: the constant of the fixture that owns the id, `uuidsentinel.image`, `uuid.uuid4()`, or a constant of
the module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from flake8_testhygiene.catalog import uuids
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Function
from flake8_testhygiene.pattern import Pattern, spells
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

HEX = r"[0-9a-fA-F]"
HYPHENATED = rf"{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}"
IS_UUID = Pattern(rf"(?i)(?:urn:uuid:)?\{{?({HYPHENATED})\}}?")
HOLDS_UUID = Pattern(rf"(?<![0-9a-fA-F-])({HYPHENATED})(?![0-9a-fA-F-])")
PART = Pattern(rf"(^|[^0-9a-fA-F]){HEX}{{4}}-{HEX}{{4}}-|-{HEX}{{4}}-{HEX}{{4}}|-{HEX}{{12}}$")
TEXTS: tuple[type[ast.expr], ...] = (ast.Constant, ast.BinOp, ast.JoinedStr, ast.Call)
TRIGGER = rf"-{HEX}{{4}}-"
HEX32_TRIGGER = rf"{TRIGGER}|['\"]{HEX}{{32}}['\"]"
HEX32 = Pattern(rf"{HEX}{{12}}[1-8]{HEX}{{3}}[89abAB]{HEX}{{15}}")

ASSERTS = Pattern(r"(?i)^_?(assert(?!.*raises)|expect|verify|check|compare|should)|^(called|any_call)")
PARSES = Pattern(uuids.PARSING)
MOCKS = Pattern(r"Mock$|^(sentinel|call|create_autospec|mock_open)$")
MOCK_VALUES = Pattern(r"^(return_value|side_effect|spec|spec_set|wraps|new)$")
EXPECTATION = Pattern(r"(?i)(^|_)(expected|expect|exp|want|wanted)(_|$)")


@rule(
    "TH001",
    "hardcoded UUID {uuid}{others}: {instead}",
    on=(ast.Module,),
    trigger=TRIGGER,
)
def hardcoded_uuid(tree: ast.Module, module: Module) -> Iterator[Found]:
    if _is_sample_data(module):
        return
    strict = module.options.is_strict("TH001")
    places: dict[str, list[ast.expr]] = {}
    trigger = HEX32_TRIGGER if module.options.th001_hex32 else TRIGGER
    for function in module.holding(trigger):
        if not re.search("(?i)uuid", function.name):
            for value, text in _values(function, module, strict):
                places.setdefault(value, []).append(text)
    for value, found in places.items():
        first, *others = found
        words = {"uuid": value, "others": _others(first, others), "instead": _instead(value, module)}
        yield Found(first.lineno, first.col_offset, words)


def _is_sample_data(module: Module) -> bool:
    if any(spells(each, folder) for folder in module.folders for each in uuids.SAMPLE_FOLDERS):
        return True
    named = any(spells(pattern, module.stem) for pattern in uuids.SAMPLE_MODULES)
    return named and not module.holds_tests


def _values(function: Function, module: Module, strict: bool) -> Iterator[tuple[str, ast.expr]]:
    """The UUIDs that a function writes out, each with its literal, in the order of the text."""
    walked = module.source.walked(function)
    texts = [node for kind in TEXTS for node in walked.by_type.get(kind, ()) if _may_spell(node)]
    for text in sorted(texts, key=lambda node: (node.lineno, node.col_offset)):
        found = _uuids(_folded(text), strict, module.options.th001_hex32)
        for value in (*found, *(_composed(text, function, module) if _holds_part(text) else ())):
            if _is_value(text, function, walked, strict):
                yield value, text


def _may_spell(node: ast.AST) -> TypeGuard[ast.expr]:
    """Whether a node is a text that is long enough, or put together."""
    match node:
        case ast.Constant(str(value)):
            return len(value) >= 32
        case ast.Call(ast.Attribute(ast.Constant(), "format")):
            return True
    return isinstance(node, ast.BinOp | ast.JoinedStr)


def _holds_part(text: ast.expr) -> bool:
    """Whether a text is composed, and a literal in it is a part of a UUID and not all of it."""
    match text:
        case ast.JoinedStr(parts):
            pieces = [each for each in parts if isinstance(each, ast.Constant)]
        case ast.BinOp(ast.Constant() as template, ast.Mod(), _):
            pieces = [template]
        case ast.BinOp(left, ast.Add(), right):
            pieces = [each for each in (left, right) if isinstance(each, ast.Constant)]
        case ast.Call(ast.Attribute(ast.Constant() as template, "format")):
            pieces = [template]
        case _:
            return False
    texts = [str(each.value) for each in pieces]
    return any(PART.search(each) and not HOLDS_UUID.search(each) for each in texts)


def _composed(text: ast.expr, function: Function, module: Module) -> Iterator[str]:
    """The UUIDs that a composed text spells, if it spells nothing else."""
    values = module.asking.values(function, text)
    found = [IS_UUID.fullmatch(each) if isinstance(each, str) else None for each in values]
    if all(found):
        yield from (each[1].lower() for each in found if each)


def _uuids(value: str | None, strict: bool, hex32: bool) -> Iterator[str]:
    if value is None:
        return
    if exact := IS_UUID.fullmatch(value):
        found = [exact[1].lower()]
    elif hex32 and HEX32.fullmatch(value):
        found = [value.lower()]
    else:
        found = [each.lower() for each in HOLDS_UUID.findall(value)] if strict else []
    for each in found:
        if each not in uuids.SPECIFIED and (strict or not re.fullmatch("[0-]+|[f-]+", each)):
            yield each


def _folded(text: ast.expr) -> str | None:
    """The string that a literal, or a sum of literals, spells."""
    match text:
        case ast.Constant(str(value)):
            return value
        case ast.BinOp(left, ast.Add(), right):
            parts = (_folded(left), _folded(right))
            return None if None in parts else "".join(filter(None, parts))
    return None


def _is_value(text: ast.expr, function: Function, walked: Walked, strict: bool) -> bool:
    """Whether the literal is made here and could be a name, for all the nodes around it say."""
    inner: ast.AST = text
    for parent in walked.around(text):
        if _excuses(inner, parent, strict):
            return False
        inner = parent
    return inner is function


def _excuses(inner: ast.AST, parent: ast.AST, strict: bool) -> bool:
    match parent:
        case ast.Expr():  # a docstring or a bare string
            return isinstance(inner, ast.Constant)
        case ast.BinOp(_, ast.Add(), _):  # judged whole, as the sum
            return isinstance(inner, ast.Constant) and _folded(parent) is not None
        case ast.Call(callee):
            return inner is not callee and _takes_literals(_last(callee), strict)
        case ast.keyword(name):
            return bool(name and MOCK_VALUES.match(name))
        case ast.Compare() | ast.Assert():
            return not strict
        case ast.Dict(keys):
            return inner in keys or any(_is_document_key(key) for key in keys)
        case ast.Subscript(_, key):
            return inner is key
        case ast.Assign(targets):
            return any(_is_named_or_expected(target) for target in targets)
        case ast.ClassDef():
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return inner in parent.decorator_list or bool(re.search("(?i)uuid", parent.name))
    return False


def _is_document_key(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and bool(re.match(uuids.DOCUMENT_KEY, str(key.value)))


def _takes_literals(callee: str, strict: bool) -> bool:
    if PARSES.search(callee) or MOCKS.search(callee):
        return True
    return not strict and bool(ASSERTS.search(callee))


def _is_named_or_expected(target: ast.expr) -> bool:
    name = _last(target)
    return name.isupper() or bool(MOCK_VALUES.match(name) or EXPECTATION.search(name))


def _last(expression: ast.expr) -> str:
    return getattr(expression, "attr", None) or getattr(expression, "id", None) or ""


def _others(first: ast.expr, places: list[ast.expr]) -> str:
    lines = list(dict.fromkeys(str(each.lineno) for each in places if each.lineno != first.lineno))
    if not lines:
        return ""
    more = f", +{len(lines) - 2}" if len(lines) > 2 else ""
    return f" (also {', '.join(lines[:2])}{more})"


def _instead(value: str, module: Module) -> str:
    for text, name in module.source.constants.items():
        if text.lower() == value:
            return f"use {name}"
    for local, dotted in module.source.imports.items():
        if re.search(r"(^|[._])uuidsentinel($|\.uuids?$)", dotted):
            return f"use {local}.<name>"
    return "name it in a constant"
