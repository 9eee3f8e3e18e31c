"""Statements and blocks are told by a table of what has some: the same as by a walk through all nodes."""

import ast
from pathlib import Path

import pytest

from flake8_testhygiene import checks, nodes

PROJECT = Path(__file__).parent.parent
FILES = sorted((PROJECT / "flake8_testhygiene").rglob("*.py")) + sorted((PROJECT / "tests").rglob("*.py"))
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
EVERY_BLOCK = """
async def outer():
    if one:
        a
    elif two:
        b
    else:
        c
    for each in some:
        d
    else:
        e
    async for each in some:
        f
    while one:
        g
    else:
        h
    with one:
        i
    async with one:
        j
    try:
        k
    except ValueError:
        l
    else:
        m
    finally:
        n
    match one:
        case 1:
            o
        case _:
            p
    def inner():
        q
    class Inner:
        r
    (lambda: s) if one else t
"""


def statements_by_walk(function: Scope) -> list[ast.stmt]:
    return [node for node in checks.inside(function.body) if isinstance(node, ast.stmt)]


def blocks_by_walk(function: Scope) -> list[list[ast.stmt]]:
    values = (value for node in ast.walk(function) for _, value in ast.iter_fields(node))
    return [each for each in values if isinstance(each, list) and each and isinstance(each[0], ast.stmt)]


def scopes(text: str) -> list[Scope]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, Scope)]


def test_every_kind_of_block_is_gone_through() -> None:
    outer, *_ = scopes(EVERY_BLOCK)
    names = [ast.unparse(each) for each in nodes.statements(outer.body) if isinstance(each, ast.Expr)]
    assert names == [*"abcdefghijklmnop", "(lambda: s) if one else t"]
    found = [ast.unparse(each) for block in nodes.blocks(outer) for each in block]
    assert {*"abcdefghijklmnopqr"} <= {*found}


@pytest.mark.parametrize("text", [EVERY_BLOCK, *(path.read_text(encoding="utf-8") for path in FILES)])
def test_as_by_a_walk(text: str) -> None:
    for function in scopes(text):
        assert list(nodes.statements(function.body)) == statements_by_walk(function)
        found = list(nodes.blocks(function))
        by_walk = blocks_by_walk(function)
        assert len(found) == len(by_walk)
        assert {id(each) for each in found} == {id(each) for each in by_walk}
