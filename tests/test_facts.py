"""The facts of one function: which values it makes, and what becomes of each."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from flake8_testhygiene.facts import Call, Facts, Flow
from flake8_testhygiene.source import Source

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("th*.py"))
HEAD = "import os\nimport sys\nfrom unittest import mock\n"


def facts(body: str, parameters: str = "", decorators: str = "", head: str = HEAD) -> Facts:
    """The facts of a module's function with this body; its first line is number 1."""
    body = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    source = Source(ast.parse(f"{head}{decorators}async def it({parameters}):\n{body}\n"), "")
    read = source.facts(source.functions["it"])
    return read


def method_facts(body: str, parameters: str = "self", decorators: str = "") -> Facts:
    body = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    source = Source(ast.parse(f"class It:\n    {decorators}\n    def it({parameters}):\n{body}\n"), "")
    return source.facts(source.classes["It"].methods["it"])


def call(found: Facts, name: str) -> Call:
    """The one call of ``name``."""
    (one,) = (each for each in found.calls if each.name == name)
    return one


def taken(found: Facts, name: str = "take") -> set[str]:
    """What the one call of ``name`` is given: names of callees and parameters, ``~`` before parts."""
    return {spelled(found, each) for argument in call(found, name).arguments for each in argument.values}


def spelled(found: Facts, reference: int) -> str:
    value = found.values[reference if reference >= 0 else ~reference]
    name = found.calls[int(value.detail)].name if value.kind == "call" else value.detail
    return name if reference >= 0 else f"~{name}"


def uses(found: Facts) -> set[tuple[str, str, str]]:
    return {(spelled(found, use.value), use.how, use.detail) for use in found.uses}


def is_plain(value: object) -> bool:
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    if isinstance(value, frozenset):
        return all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str | int | bool)


@pytest.mark.parametrize("path", [*FIXTURES, Path(__file__)], ids=lambda path: path.stem)
def test_facts_are_plain_tuples(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    source = Source(ast.parse(text), text)
    assert source.owners
    for function in source.owners:
        assert is_plain(source.facts(function)), function.name


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_references_lead_to_values(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    source = Source(ast.parse(text), text)
    for function in source.owners:
        found = source.facts(function)
        known = range(-len(found.values), len(found.values))
        assert all(use.value in known for use in found.uses)
        for each in found.calls:
            assert found.values[each.result].kind == "call"
            assert {*each.receiver, *(one for a in each.arguments for one in a.values)} <= {*known}


def test_facts_of_a_function_are_read_once() -> None:
    source = Source(ast.parse("def it(): take()\n"), "")
    assert source.facts(source.functions["it"]) is source.facts(source.functions["it"])


class TestValues:
    """What the last line, ``take(...)``, is given."""

    @pytest.mark.parametrize(
        ("body", "given"),
        [
            ("a = make(); take(a)", {"make"}),
            ("a = b = make(); take(b)", {"make"}),
            ("a: int = make(); take(a)", {"make"}),
            ("a: int; take(a)", set()),
            ("take(make())", {"make"}),
            ("a, b = make(); take(b)", {"~make"}),
            ("a, (b, *c) = make(); take(c)", {"~make"}),
            ("a, b = make(), other(); take(b)", {"other"}),
            ("[a, b] = [make(), other()]; take(a)", {"make"}),
            ("a, *b = make(), other(); take(b)", {"~other"}),
            ("a = make(); b = a; take(b)", {"make"}),
            ("a = make(); take(a.x)", {"~make"}),
            ("a = make(); take(a['x'])", {"~make"}),
            ("a = make(); take(f'{a}/x')", {"~make"}),
            ("a = make(); take(a + 'x')", {"~make"}),
            ("a = make(); take(not a)", {"~make"}),
            ("a = make(); take(a == 'x')", set()),
            ("a = make(); take(a or 'x')", {"make"}),
            ("a = make() if c() else other(); take(a)", {"make", "other"}),
            ("a = make(); take(*a)", {"make"}),
            ("a = make(); take(**a)", {"make"}),
            ("a = make(); take(key=a)", {"make"}),
            ("take(a := make()); use(a)", {"make"}),
            ("(a := make()); take(a)", {"make"}),
            ("a = await make(); take(a)", {"make"}),
            ("a = make(); a = other(); take(a)", {"other"}),
            ("a = make(); a = None; take(a)", set()),
            ("a = make(); del a; take(a)", set()),
            ("a = make(); a += other(); take(a)", {"make", "~other"}),
            ("a = 'x'; take(a)", set()),
            ("take(unknown)", set()),
            ("a = make(); b['x'] += a; take(a)", {"make"}),
            ("a = make()(); take(a)", {"make()"}),
        ],
    )
    def test_through_names(self, body: str, given: set[str]) -> None:
        assert taken(facts(body)) == given

    @pytest.mark.parametrize(
        ("body", "given"),
        [
            ("if c():\n    a = make()\nelse:\n    a = other()\ntake(a)", {"make", "other"}),
            ("a = make()\nif c():\n    a = other()\ntake(a)", {"make", "other"}),
            ("a = make()\nif c():\n    return\n    a = other()\ntake(a)", {"make"}),
            ("a = make()\nif c():\n    a = other()\n    return\ntake(a)", {"make"}),
            ("if c():\n    a = make()\nelif d():\n    a = b()\nelse:\n    raise x\ntake(a)", {"make", "b"}),
            ("a = make()\nfor b in c():\n    a = other()\ntake(a)", {"make", "other"}),
            ("a = make()\nwhile c():\n    a = other()\ntake(a)", {"make", "other"}),
            ("for a in make():\n    take(a)", {"~make"}),
            ("async for a in make():\n    take(a)", {"~make"}),
            ("for a in make():\n    pass\nelse:\n    take(a)", {"~make"}),
            ("match c():\n  case 1:\n    a = one()\n  case _:\n    a = b()\ntake(a)", {"one", "b"}),
            ("a = make()\nmatch c():\n    case 1:\n        a = one()\ntake(a)", {"make", "one"}),
            ("a = make()\ntry:\n    a = other()\nexcept E:\n    take(a)", {"make", "other"}),
            ("a = make()\ntry:\n    a = other()\nexcept E:\n    pass\ntake(a)", {"make", "other"}),
            ("a = make()\ntry:\n    a = other()\nexcept E:\n    raise\ntake(a)", {"other"}),
            ("a = make()\ntry:\n    a = other()\nfinally:\n    pass\ntake(a)", {"other"}),
            ("try:\n    c()\nexcept E:\n    pass\nelse:\n    a = make()\n    take(a)", {"make"}),
            ("a = make()\ntry:\n    c()\nfinally:\n    take(a)", {"make"}),
            ("with make() as a:\n    take(a)", {"make"}),
            ("with make() as (a, b):\n    take(b)", {"~make"}),
            ("async with make() as a:\n    take(a)", {"make"}),
            ("with make() as a, other(a) as b:\n    take(b)", {"other"}),
        ],
    )  # fmt: skip
    def test_through_statements(self, body: str, given: set[str]) -> None:
        assert taken(facts(body)) == given

    @pytest.mark.parametrize(
        ("body", "given"),
        [
            ("a = [make()]; take(a)", {"~make"}),
            ("a = {make(), other()}; take(a)", {"~make", "~other"}),
            ("a = []; a.append(make()); take(a)", {"~make"}),
            ("a = []; a.insert(0, make()); take(a)", {"~make"}),
            ("a = set(); a.add(make()); take(a)", {"set", "~make"}),
            ("a = {}; a['x'] = make(); take(a)", {"", "~make"}),
            ("a = {}; a.update(x=make()); take(a)", {"", "~make"}),
            ("a = {'x': make()}; take(a)", {"x", "~make"}),
            ("a = {'x': make(), **other()}; take(a['x'])", {"~x", "~make", "~other"}),
            ("a = [make() for _ in c()]; take(a)", {"~make"}),
            ("a = [b for b in make()]; take(a)", {"~make"}),
            ("a = [b for b in make() if other(b)]; take(a)", {"~make"}),
            ("a = {b: make() for b in c()}; take(a)", {"~c", "~make"}),
            ("a = (make() for _ in c()); take(a)", {"~make"}),
            ("b = make(); [b for b in c()]; take(b)", {"make"}),
            ("a = make(); take(lambda: a)", {"~make"}),
            ("a = make(); take(lambda a: a)", {"~make"}),
            ("take(lambda: make())", set()),
            ("a = make()\ndef b():\n    return a\ntake(b)", {"~make"}),
            ("def b():\n    a = make()\n    take(a)", {"make"}),
            ("a = make()\ndef b():\n    take(a)", {"make"}),
            ("a = make()\ndef b(a):\n    take(a)", set()),
            ("a = make()\ndef b():\n    a = other()\ntake(a)", {"make"}),
        ],
    )
    def test_through_containers_and_functions(self, body: str, given: set[str]) -> None:
        assert taken(facts(body)) == given

    def test_parameters(self) -> None:
        found = facts("take(a, b, c, d, e)", "a, /, b, *c, d=1, **e")
        assert found.parameters == ("a", "b", "d", "c", "e")
        assert taken(found) == {"a", "b", "c", "d", "e"}

    @pytest.mark.parametrize("first", ["self", "cls", "this"])
    def test_first_parameter_of_a_method_is_self(self, first: str) -> None:
        found = method_facts(f"{first}.take({first}.one, two)", f"{first}, two")
        assert found.parameters == ("two",)
        assert call(found, "self.take").owner == "self"
        assert taken(found, "self.take") == {"one", "two"}

    def test_static_method_has_no_self(self) -> None:
        found = method_facts("take(self)", decorators="@staticmethod")
        assert found.parameters == ("self",)
        assert taken(found) == {"self"}

    def test_attribute_of_self_holds_what_it_was_given(self) -> None:
        found = method_facts("self.a = make(); take(self.a)")
        assert taken(found) == {"make"}
        assert ("make", "stored", "self.a") in uses(found)

    def test_attribute_of_self_is_one_value(self) -> None:
        found = method_facts("take(self.a); take(self.a.b)")
        assert [each.arguments[0].values for each in found.calls] == [(0,), (~0,)]

    @pytest.mark.parametrize("spelling", ["self.__class__", "type(self)"])
    def test_attribute_of_the_class(self, spelling: str) -> None:
        found = method_facts(f"{spelling}.a = make(); take(self.a)")
        assert taken(found) == {"make"}


class TestUses:
    @pytest.mark.parametrize(
        ("body", "use"),
        [
            ("a = make()", ("make", "bound", "a")),
            ("return make()", ("make", "returned", "")),
            ("return [make()]", ("~make", "returned", "")),
            ("a = yield make()", ("make", "yielded", "")),
            ("with make(): pass", ("make", "entered", "")),
            ("async with make(): pass", ("make", "entered", "")),
            ("a = make(); a.daemon = True", ("make", "marked", "daemon=True")),
            ("a = make(); a.daemon = b", ("make", "marked", "daemon=?")),
            ("a = {}; a['x'] = 1", ("", "marked", "[x]")),
            ("a.b = make()", ("make", "stored", "?")),
            ("a['b'] = make()", ("make", "stored", "?")),
            ("global a; a = make()", ("make", "stored", "a")),
            ("a = make()\nclass B:\n    b = a", ("make", "escaped", "B")),
        ],
    )
    def test_use(self, body: str, use: tuple[str, str, str]) -> None:
        assert use in uses(facts(body))

    @pytest.mark.parametrize(
        ("body", "target"),
        [
            ("self.a = make()", "self.a"),
            ("self.a['x'] = make()", "self.a[]"),
            ("self.a += [make()]", "self.a[]"),
            ("self.a.b = make()", "?"),
        ],
    )
    def test_stored_on_self(self, body: str, target: str) -> None:
        stored = {(how, detail) for _, how, detail in uses(method_facts(body))}
        assert ("stored", target) in stored

    def test_yield_from(self) -> None:
        source = Source(ast.parse("def it():\n    yield from make()\n"), "")
        found = source.facts(source.functions["it"])
        assert ("make", "yielded", "") in uses(found)
        assert found.yields == 2

    @pytest.mark.parametrize(
        ("body", "line"),
        [
            ("take()", 0),
            ("yield", 2),
            ("take()\nyield 1\nyield 2", 3),
            ("try:\n    yield\nfinally:\n    take()", 3),
            ("def b():\n    yield", 0),
        ],
    )
    def test_line_of_the_first_yield(self, body: str, line: int) -> None:
        assert facts(body, head="").yields == line

    def test_locals(self) -> None:
        found = facts("a = 1\nfor b in c: pass\nwith d as e: pass\n(f := 1)\ng.h = i['j'] = 1")
        assert found.locals == {"a", "b", "e", "f"}

    def test_flow_finds_by_value(self) -> None:
        found = facts("a.b(); take('x', a); take(a.c); return a", "a")
        flow = Flow(found)
        assert flow.named == {("parameter", "a"): [0]}
        assert [each.name for each in flow.called_on[0]] == ["a.b"]
        assert [(each.number, each.whole) for each in flow.given[0]] == [(1, True), (0, False)]
        assert [use.how for use in flow.uses[0]] == ["returned"]


class TestCalls:
    def test_arguments_run_before_the_call(self) -> None:
        found = facts("one(two(three()), key=four()).five(six())")
        names = [each.name for each in found.calls]
        assert names == ["three", "two", "four", "one", "six", "one().five"]

    def test_are_in_the_order_they_run(self) -> None:
        found = facts(
            """
            with a():
                try:
                    b()
                except E:
                    c()
                else:
                    d()
                finally:
                    e()
            """
        )
        names = [each.name for each in found.calls]
        assert sorted(names) == ["a", "b", "c", "d", "e"]
        assert (names[0], names[1], names[-1]) == ("a", "b", "e")

    def test_place(self) -> None:
        one = call(facts("if a:\n    b = one()", head=""), "one")
        assert (one.line, one.column) == (3, 12)

    @pytest.mark.parametrize(
        ("head", "spelling", "name"),
        [
            ("import a.b", "a.b.c()", "a.b.c"),
            ("import a.b as d", "d.c()", "a.b.c"),
            ("from a import b", "b.c()", "a.b.c"),
            ("from a import b as d", "d()", "a.b"),
            ("from . import b", "b()", ".b"),
            ("from .a import b", "b()", ".a.b"),
            ("import mock", "mock.patch()", "unittest.mock.patch"),
            ("from mock import patch", "patch.object()", "unittest.mock.patch.object"),
            ("import mocker", "mocker.patch()", "mocker.patch"),
            ("", "a().b()", "a().b"),
            ("", "a[0].b()", "a[].b"),
            ("", "(await a.b()).c()", "a.b().c"),
            ("", "(a or b).c()", "?.c"),
            ("", "''.join()", "?.join"),
            ("", "a()()", "a()"),
        ],
    )
    def test_name(self, head: str, spelling: str, name: str) -> None:
        assert facts(spelling, head=f"{head}\n").calls[-1].name == name

    def test_last_and_owner(self) -> None:
        one = call(facts("a.b.c(); d()"), "a.b.c")
        assert (one.last, one.owner) == ("c", "a.b")

    @pytest.mark.parametrize(
        ("body", "name"),
        [
            ("import json as os; os.take()", "json.take"),
            ("from a import take; take()", "a.take"),
            ("os = b(); os.take()", "os.take"),
            ("for mock in b():\n    mock.take()", "mock.take"),
            ("take = mock.patch; take()", "unittest.mock.patch"),
            ("a = mock; a.patch()", "unittest.mock.patch"),
            ("a = mock; a = b(); a.patch()", "a.patch"),
            ("def mock(): pass\nmock.patch()", "mock.patch"),
        ],
    )
    def test_name_that_means_something_else_here(self, body: str, name: str) -> None:
        assert facts(body).calls[-1].name == name

    def test_parameter_is_no_import(self) -> None:
        assert facts("mock.patch()", "mock").calls[-1].name == "mock.patch"

    def test_alias_of_a_method_of_self(self) -> None:
        assert method_facts("a = self.b.c; a()").calls[-1].name == "self.b.c"

    def test_argument(self) -> None:
        one = call(facts("take(a.b, 'x', key=True, *c, **d)"), "take")
        rows = [(each.name, each.text, each.constant) for each in one.arguments]
        assert rows == [("", "a.b", ""), ("", "", "'x'"), ("*", "", ""), ("key", "", "True"), ("**", "d", "")]
        assert one.keyword("key") == one.arguments[3]
        assert one.keyword("other") is None

    def test_words_are_kept_for_assertions_only(self) -> None:
        found = facts("self.assertEqual('done', a.status); take('done')")
        words = [{word for each in one.arguments for word in each.words} for one in found.calls]
        assert words == [{"done", "status"}, set()]

    @pytest.mark.parametrize(
        ("statement", "name"),
        [("assert a, b()", "assert"), ("raise a", "raise"), ("raise a from b", "raise"), ("raise", "raise")],
    )
    def test_assert_and_raise_are_calls(self, statement: str, name: str) -> None:
        assert facts(statement).calls[-1].name == name

    def test_what_is_compared_is_given_to_the_assert(self) -> None:
        assert taken(facts("a = make(); assert a == 'x'"), "assert") == {"make"}

    @pytest.mark.parametrize(
        ("body", "frames"),
        [
            ("take()", []),
            ("if a: take()", [("if", "0")]),
            ("if a: pass\nelse: take()", [("if", "1")]),
            ("for a in b: take()", [("loop", "for")]),
            ("while a: take()", [("loop", "while")]),
            ("[take() for a in b]", [("loop", "for")]),
            ("with a.b(): take()", [("with", "a.b()")]),
            ("with await a.b(): take()", [("with", "a.b()")]),
            ("with a['b']: take()", [("with", "a[]")]),
            ("with a, b: take()", [("with", "a"), ("with", "b")]),
            ("try: take()\nexcept (A, B): pass", [("try", "?")]),
            ("try: take()\nexcept A: pass\nexcept B: pass", [("try", "A,B")]),
            ("try: take()\nexcept: pass", [("try", "BaseException")]),
            ("try: take()\nfinally: pass", [("try", "")]),
            ("try: pass\nexcept A: take()", [("except", "A")]),
            ("try: pass\nexcept: take()", [("except", "")]),
            ("try: pass\nfinally: take()", [("finally", "")]),
            ("def a(): take()", [("def", "a")]),
            ("lambda: take()", [("lambda", "")]),
            ("match a:\n    case 1: pass\n    case 2: take()", [("if", "1")]),
            ("if a:\n    with b: take()", [("if", "0"), ("with", "b")]),
        ],
    )
    def test_frames(self, body: str, frames: list[tuple[str, str]]) -> None:
        one = call(facts(body), "take")
        assert [(kind, detail) for kind, _, detail in one.where] == frames
        assert one.within("if", "with") is any(kind in {"if", "with"} for kind, _ in frames)

    def test_context_expression_is_outside(self) -> None:
        assert call(facts("with take(): pass"), "take").where == ()

    def test_dead_code_is_not_read(self) -> None:
        found = facts("return one()\ntwo()")
        assert [each.name for each in found.calls] == ["one"]

    def test_decorator_of_a_nested_function_is_called_outside(self) -> None:
        assert call(facts("@take()\ndef b(): pass"), "take").where == ()

    def test_annotation_without_a_value_is_read(self) -> None:
        assert call(facts("a: take()"), "take").where == ()

    def test_what_may_be_swallowed_goes_on(self) -> None:
        assert call(facts("with self.assertRaises(E):\n    raise E\ntake()"), "take")
        assert call(facts("with await suppress(E):\n    raise E\ntake()"), "take")
        assert call(facts("with raises[E]:\n    raise E\ntake()"), "take")
        assert "take" not in {each.name for each in facts("with a:\n    raise E\ntake()").calls}
        assert call(facts("try:\n    raise E\nexcept E:\n    pass\ntake()"), "take")

    def test_receiver(self) -> None:
        found = facts("a = make(); a.one(); a.b.two(); a()")
        receivers = {each.name: [spelled(found, value) for value in each.receiver] for each in found.calls}
        assert receivers == {"make": [], "a.one": ["make"], "a.b.two": ["~make"], "a": ["~make"]}


class TestEffects:
    @pytest.mark.parametrize(
        ("body", "target", "key"),
        [
            ("os.environ['X'] = '1'", "os.environ", "X"),
            ("os.environ[x] = '1'", "os.environ", ""),
            ("del os.environ['X']", "os.environ", "X"),
            ("sys.stdout = a", "sys.stdout", ""),
            ("del sys.stdout", "sys.stdout", ""),
            ("sys.path += [a]", "sys.path", ""),
            ("mock.a.b = c", "unittest.mock.a.b", ""),
            ("a, sys.stdout = b", "sys.stdout", ""),
            ("import locale; locale.x = 1", "locale.x", ""),
            ("for sys.stdout in a: pass", "sys.stdout", ""),
            ("with a as sys.stdout: pass", "sys.stdout", ""),
        ],
    )
    def test_part_of_a_module_is_changed(self, body: str, target: str, key: str) -> None:
        (effect,) = facts(body).effects
        assert (effect.target, effect.key) == (target, key)

    @pytest.mark.parametrize(
        "body",
        [
            "a.b = 1",
            "a['b'] = 1",
            "os = a(); os.environ['X'] = '1'",
            "for sys in a:\n    sys.stdout = b",
            "os.environ.get('X')",
            "a().b = 1",
            "del a.b",
        ],
    )
    def test_something_else_is_changed(self, body: str) -> None:
        assert facts(body).effects == ()

    def test_parameter_is_no_module(self) -> None:
        assert facts("os.environ['X'] = '1'", "os").effects == ()

    def test_place_and_sources(self) -> None:
        (effect,) = facts("a = make()\nif b:\n    sys.stdout = c.d or a", head="import sys\n").effects
        assert (effect.line, effect.column) == (5, 8)
        assert {"c.d", "a"} <= {*effect.sources}
        assert [kind for kind, _, _ in effect.where] == ["if"]
        assert len(effect.values) == 1


class TestDecorators:
    def test_names(self) -> None:
        found = facts("pass", decorators="@mock.patch('x')\n@a.b\n")
        assert found.decorators == ("unittest.mock.patch()", "a.b")

    @pytest.mark.parametrize(
        ("decorator", "is_autouse"),
        [
            ("@pytest.fixture(autouse=True)", True),
            ("@pytest.fixture(autouse=False)", False),
            ("@pytest.fixture", False),
            ("@pytest.fixture(autouse=a)", False),
        ],
    )
    def test_autouse(self, decorator: str, is_autouse: bool) -> None:
        assert facts("pass", decorators=f"{decorator}\n").is_autouse is is_autouse


@pytest.mark.parametrize(
    ("body", "is_abstract"),
    [
        ("raise NotImplementedError", True),
        ("raise NotImplementedError('in a subclass')", True),
        ("return 1", False),
        ("a(); b(); raise c()", False),
    ],
)
def test_abstract(body: str, is_abstract: bool) -> None:
    assert facts(body).is_abstract is is_abstract
