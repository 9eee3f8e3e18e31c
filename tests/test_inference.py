"""What astroid is asked, and that nobody notices."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from flake8_testhygiene.inference import MOST_CHARACTERS, Inference, Snippet, Span


def suite(**texts: str) -> Callable[[str], Snippet | None]:
    """Sources from texts by module name: ``tests__base`` is ``tests.base``, ``tests`` a package."""
    modules = {name.replace("__", "."): textwrap.dedent(text) for name, text in texts.items()}

    def source(name: str) -> Snippet | None:
        is_package = any(other.startswith(f"{name}.") for other in modules)
        return Snippet(name, modules[name], is_package) if name in modules else None

    return source


def nothing(name: str) -> Snippet | None:
    """Sources that give no module."""
    return None


def asked(text: str, name: str = "tests.test_x") -> tuple[Snippet, Span]:
    """The question for the first argument of ``ask(...)``, which stands somewhere in the text."""
    text = textwrap.dedent(text)
    (call,) = (
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ask"
    )
    return Snippet(name, text), Span.of(call.args[0])


def values(text: str, **texts: str) -> tuple[object, ...] | None:
    return Inference(suite(**texts)).values(*asked(text))


def classes(text: str, **texts: str) -> frozenset[str]:
    return Inference(suite(**texts)).classes(*asked(text))


def returned(text: str, **texts: str) -> frozenset[str]:
    return Inference(suite(**texts)).returned(*asked(text))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a'", ("a",)),
        ("-3", (-3,)),
        ("None", (None,)),
        ("b'a' + b'b'", (b"ab",)),
        ("HOST + '-1'", ("host-1",)),
        ("'%s-%d' % (HOST, 3)", ("host-3",)),
        ("'%(host)s' % {'host': HOST}", ("host",)),
        ("'{}-{n}'.format(HOST, n=2)", ("host-2",)),
        ("f'{HOST}-{3:03d}'", ("host-003",)),
        ("'é' + f'{HOST}'", ("éhost",)),
        ("'ab' * 2", ("abab",)),
        ("HOST[:2]", ("ho",)),
        ("'a' if unknown else 'b'", ("a", "b")),
        ("'a' if unknown else 'a'", ("a",)),
        ("1 if unknown else True", (1, True)),
        ("{'x': 1, 2: 3}", (("x",),)),
        ("{**BODY, 'x': 1}", (("key", "x"),)),
        ("{HOST: 1}", (("host",),)),
        ("dict(BODY, x=1)", (("key", "x"),)),
        ("dict(x=1)", (("x",),)),
        ("BODY.copy()", (("key",),)),
        ("BODY['key']", ("value",)),
    ],
)
def test_a_value_is_computed(expression: str, expected: tuple[object, ...]) -> None:
    head = "from elsewhere import unknown\nHOST = 'host'\nBODY = {'key': 'value'}\n"
    found = values(f"{head}ask({expression})")
    assert found == expected
    assert list(map(type, found)) == list(map(type, expected))


@pytest.mark.parametrize(
    "expression",
    [
        "unknown",
        "unknown + 'a'",
        "f'{unknown}-1'",
        "f'{unknown.x}'",
        "'%s' % unknown",
        "'{}'.format(unknown)",
        "'a' if unknown else unknown",
        "{**unknown, 'x': 1}",
        "{unknown: 1}",
        "dict(unknown, x=1)",
        "dict.fromkeys(unknown)",
        "['a']",
        "object()",
        "len",
        # astroid makes up an empty string or a 0 for these:
        "'-'.join(['a', 'b'])",
        "'A'.lower()",
        "'A'.lower() + 'b'",
        "f\"{'A'.lower()}-b\"",
        "b'A'.lower()",
        "str(unknown)",
        "str(unknown) + 'a'",
        "int(unknown)",
        # These it does not know at all:
        "{k: 1 for k in 'ab'}",
        "{'a': 1} | {'b': 2}",
    ],
)
def test_a_value_is_not_known(expression: str) -> None:
    assert values(f"from elsewhere import unknown\nask({expression})") is None


@pytest.mark.parametrize(
    "expression",
    [
        "'a' * 101",
        "'a' * NUMBER",
        "2 ** NUMBER",
        "1 << NUMBER",
        "('a',) * NUMBER",
        "'%1001d' % 1",
        "'%*d' % (NUMBER, 1)",
        "TEMPLATE % 1",
        "b'%1001d' % 1",
        "f'{[1]}'",
        "f'{dict()}'",
        "f'{1:10001}'",
        "f'{1:{NUMBER}}'",
        "f'{unknown}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}{A}'",
        "DOUBLED",
        "DOUBLED_F",
    ],
)
def test_what_is_large_or_takes_long_is_not_known(expression: str) -> None:
    head = (
        "from elsewhere import unknown\nNUMBER = 99_999_999\nTEMPLATE = '%1001d'\n"
        "A = 'a'\nfor A in ('a', 'b', 'c'):\n    pass\nDOUBLED = DOUBLED_F = 'abcdefgh'\n"
        + "DOUBLED = DOUBLED + DOUBLED\nDOUBLED_F = f'{DOUBLED_F}{DOUBLED_F}'\n"
        * 40
    )
    assert values(f"{head}ask({expression})") is None


def test_what_happens_to_a_dict_later_is_not_seen() -> None:
    assert values("body = {'a': 1}\nbody['b'] = 2\nbody.update(c=3)\nask(body)") == (("a",),)


def test_a_loop_has_all_values() -> None:
    assert values("def test():\n    for name, n in (('a', 1), ('b', 2)):\n        ask(name + '-x')") == (
        "a-x",
        "b-x",
    )


def test_too_many_values_are_none() -> None:
    names = [f"name{number}" for number in range(25)]
    assert values(f"for name in {names[:20]}:\n    ask(name)") == tuple(names[:20])
    assert values(f"for name in {names}:\n    ask(name)") is None


def test_a_parameter_may_be_more_than_its_default() -> None:
    assert values("def test(name='a'):\n    ask(name)") is None


def test_a_value_comes_from_a_base_class() -> None:
    base = "class Base:\n    HOST = 'host'\n    def setUp(self):\n        self.name = self.HOST + '-1'\n"
    text = "from tests.base import Base\nclass Test(Base):\n    def test(self):\n        ask(self.name)\n"
    assert values(text, tests__base=base) == ("host-1",)
    assert values(text) is None


@pytest.mark.parametrize(
    "statement", ["from .base import A", "from tests.base import A", "from tests.base import *"]
)
def test_imports_lead_to_sources(statement: str) -> None:
    assert values(f"{statement}\nask(A)", tests__base="A = 'a'") == ("a",)


def test_modules_are_attributes_of_their_package() -> None:
    texts = {"tests": "", "tests__base": "A = 'a'"}
    assert values("from tests import base\nask(base.A)", **texts) == ("a",)
    assert values("from . import base\nask(base.A)", **texts) == ("a",)
    assert values("import tests.base\nask(tests.base.A)", **texts) == ("a",)


def test_sources_may_import_in_circles() -> None:
    texts = {
        "tests__a": "from tests.b import B\nA = B",
        "tests__b": "from tests.a import A\nfrom tests.test_x import *\nB = 'b'",
    }
    assert values("from tests.a import A\nask(A)", **texts) == ("b",)


def test_a_source_that_cannot_be_read_is_unknown() -> None:
    assert values("from tests.base import A\nask(A)", tests__base="A = (") is None
    long = f"A = 'a'\n{'#' * MOST_CHARACTERS}"
    assert values("from tests.base import A\nask(A)", tests__base=long) is None


CLIENT = """
class Client:
    pass
class Other:
    pass
"""


def test_a_receiver_has_the_class_it_was_made_of() -> None:
    text = """
        from tests.client import Client
        class Base:
            client = None
            def setUp(self):
                self.client = Client()
        class Test(Base):
            def test(self):
                ask(self.client).start()
    """
    assert classes(text, tests__client=CLIENT) == {"tests.client.Client"}
    assert classes(text) == frozenset()


def test_a_property_makes_a_receiver() -> None:
    text = """
        from tests.client import Client
        class Test:
            @property
            def client(self):
                return Client()
            def test(self):
                ask(self.client).start()
    """
    assert classes(text, tests__client=CLIENT) == {"tests.client.Client"}


def test_a_receiver_may_have_several_classes() -> None:
    text = "from tests.client import *\nimport os\nx = Client()\nif os.name:\n    x = {}\nask(x)"
    assert classes(text.format("Other()"), tests__client=CLIENT) == {
        "tests.client.Client",
        "tests.client.Other",
    }
    assert classes(text.format("os.open()"), tests__client=CLIENT) == frozenset()


@pytest.mark.parametrize("expression", ["Client", "os", "len", "self", "missing", "Client.missing"])
def test_what_is_no_instance_has_no_class(expression: str) -> None:
    assert classes(f"import os\nclass Client: pass\nask({expression})") == frozenset()


def test_a_stub_names_a_foreign_class() -> None:
    text = "import threading\ndef test():\n    worker = threading.Thread()\n    ask(worker).start()"
    assert classes(text) == frozenset()
    assert classes(text, threading="class Thread: pass") == {"threading.Thread"}


def test_a_stub_says_all_that_is_known_of_a_module() -> None:
    text = "import hashlib\nask(hashlib.md5().hexdigest())"
    assert values(text, hashlib="class md5: pass") is None
    assert values(text, hashlib="class md5:\n    def hexdigest(self): return 'a'") == ("a",)


def test_a_call_returns_what_its_function_does() -> None:
    text = """
        from tests.client import Client
        class Pool:
            def _get_conn(self):
                if self.closed:
                    return None
                return Client()
        class Test:
            def test(self):
                conn = ask(Pool()._get_conn())
    """
    expected = {"tests.client.Client", "builtins.NoneType"}
    assert returned(text, tests__client=CLIENT) == expected
    assert classes(text, tests__client=CLIENT) == {"tests.client.Client"}
    assert returned(text) == frozenset()


def test_a_call_of_what_only_raises_returns_nothing_known() -> None:
    text = "class Pool:\n    def get(self):\n        raise NotImplementedError\nask(Pool().get())"
    assert returned(text) == frozenset()


def test_an_expression_can_be_added() -> None:
    snippet = Snippet("tests.test_x", "class Client: pass\nclass Test:\n    client = Client()\n\n\n")
    assert Inference(nothing).classes(*snippet.asking("Test().client")) == {"tests.test_x.Client"}


def test_the_whole_f_string_is_meant() -> None:
    assert values("a = 'b'\nask(f'{a}')") == ("b",)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a = 1", Span(7, 0, 7, 1)),
        ("a = (", Span(1, 0, 1, 1)),
        ("a = '\0'", Span(1, 4, 1, 7)),
        (f"a = {'1 + ' * 2000}1", Span(1, 4, 1, 8005)),
        (f"a = 1\n{'#' * MOST_CHARACTERS}", Span(1, 4, 1, 5)),
        ("", Span(0, 0, 0, 0)),
    ],
)
def test_what_cannot_be_asked_is_unknown(text: str, span: Span) -> None:
    inference = Inference(nothing)
    assert inference.values(Snippet("m", text), span) is None
    assert inference.classes(Snippet("m", text), span) == frozenset()
    assert inference.values(Snippet("m", "1"), Span(1, 0, 1, 1)) == (1,)


def test_builtins_are_not_replaced() -> None:
    assert Inference(nothing).values(Snippet("builtins", "1"), Span(1, 0, 1, 1)) is None


class Others:
    """All that astroid keeps for the whole process, as its other users see it."""

    def __init__(self) -> None:
        from astroid.manager import AstroidManager

        self.manager: Any = AstroidManager
        context: Any = import_module("astroid.context")
        tip: Any = import_module("astroid.inference_tip")
        self.held = (
            *((AstroidManager.brain, key) for key in AstroidManager.brain),
            *((vars(context), name) for name in ("_INFERENCE_CACHE",)),
            *((vars(tip), name) for name in ("_cache", "_CURRENTLY_INFERRING")),
        )
        self.brain = AstroidManager.brain

    def state(self) -> list[object]:
        """The objects themselves, and what is in them."""
        assert self.manager.brain is self.brain
        builtins = self.brain["astroid_cache"]["builtins"]
        members = [
            (name, key, tuple(map(id, found)))
            for name, (each, *_) in builtins.locals.items()
            for attributes in (getattr(each, "locals", {}), getattr(each, "instance_attrs", {}))
            for key, found in attributes.items()
        ]
        return [*((id(owner[name]), repr(owner[name])) for owner, name in self.held), *members]


@pytest.fixture
def others() -> Others:
    import astroid

    astroid.parse("a = 'theirs'\nclass C: pass", "tests.base")
    list(astroid.extract_node("'a'.upper()").infer())
    return Others()


@contextmanager
def unchanged(others: Others) -> Iterator[None]:
    before = others.state()
    yield
    assert others.state() == before


def test_other_users_of_astroid_see_nothing_of_ours(others: Others) -> None:
    from astroid import extract_node

    text = "from tests.base import a, b\nask(dict(c=a + b + 'x')['c'])"
    with unchanged(others):
        assert values(text, tests__base="a = b = 'ours'") == ("oursoursx",)
    assert [node.value for node in extract_node("from tests.base import a\na").infer()] == ["theirs"]
    assert [node.value for node in extract_node("'a'.upper()").infer()] == [""]


def test_they_do_not_lend_us_their_modules(others: Others) -> None:
    assert values("from tests.base import a\nask(a)") is None


def test_they_do_not_find_modules_for_us(others: Others) -> None:
    from astroid import parse

    hooks = others.brain["_failed_import_hooks"]
    hooks.append(lambda name: parse("a = 'theirs'", name))
    try:
        for name in ("tests.test_x", "tests.other"):  # a module that imports itself takes another way
            question = asked("from tests.other import a\nask(a)", name)
            assert Inference(nothing).values(*question) is None
    finally:
        hooks.pop()


def test_attributes_set_on_builtins_are_not_left_there(others: Others) -> None:
    text = """
        import tests.base
        error = ValueError()
        error.code = 'a'
        ValueError.kind = 'b'
        tests.base.error.code = 'c'
        str.kind = 'd'
        ask(error.code)
    """
    texts = {"tests": "", "tests__base": "error = KeyError()\nerror.code = 'e'"}
    inference = Inference(suite(**texts))
    with unchanged(others):
        assert inference.values(*asked(text)) == ("a",)
        assert inference.values(*asked(text)) == ("a",)
        assert inference.values(*asked("ask(ValueError().code)")) is None


def test_one_question_tells_the_next_nothing() -> None:
    inference = Inference(suite(tests__base="class C: pass"))
    text = "from tests.base import C\n{}ask(C.kind)"
    assert inference.values(*asked(text.format("C.kind = 'a'\n"))) == ("a",)
    assert inference.values(*asked(text.format(""))) is None
    assert inference.values(*asked(text.format("C.kind = 'b'\n"))) == ("b",)


def test_a_source_is_read_once() -> None:
    read: list[str] = []

    def source(name: str) -> Snippet | None:
        read.append(name)
        return Snippet(name, "A = 'a'") if name == "tests.base" else None

    inference = Inference(source)
    for _ in range(3):
        assert inference.values(*asked("from tests.base import A\nask(A)")) == ("a",)
        assert inference.values(*asked("from os import A\nask(A)")) is None
    assert read == ["tests.base", "os"]


def failing(error: BaseException) -> Callable[[str], Snippet | None]:
    """Sources that fail."""

    def source(name: str) -> Snippet | None:
        raise error

    return source


@pytest.mark.parametrize("error", [RuntimeError(), RecursionError(), MemoryError()], ids=repr)
def test_a_failure_leaves_everything_as_it_was(others: Others, error: Exception) -> None:
    with unchanged(others):
        assert Inference(failing(error)).values(*asked("from tests.base import A\nask(A)")) is None


def test_an_interruption_does_too(others: Others) -> None:
    with unchanged(others), pytest.raises(KeyboardInterrupt):
        Inference(failing(KeyboardInterrupt())).values(*asked("from tests.base import A\nask(A)"))


def test_a_bootstrap_by_another_user_does_not_matter(others: Others) -> None:
    inference = Inference(suite(tests__base="A = 'a'"))
    known, unknown = (asked(f"from tests.base import A\nask({text})") for text in ("A + 'b'", "A.lower()"))
    for _ in range(2):
        assert inference.values(*known) == ("ab",)
        assert inference.values(*unknown) is None
        others.manager().clear_cache()


STDLIB = ("readline", "msvcrt", "nis", "uuid", "random", "six", "gi")


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A project whose modules, C extensions among them, would write a file if they were run."""
    for name in STDLIB:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'canary')!r}, 'w')\nA = 'a'\n")
    for name in ("_planted", "readline", "msvcrt"):
        (tmp_path / f"{name}.so").write_bytes(b"\x7fELF")
    return tmp_path


@pytest.mark.slow
def test_nothing_of_the_project_is_run_or_read(planted: Path) -> None:
    """In a process of its own, where the project stands first on ``sys.path``."""
    text = f"""
        import builtins, importlib, os, sys
        import astroid.manager, astroid.modutils
        from flake8_testhygiene.inference import Inference, Snippet

        inference = Inference(lambda name: None)
        assert inference.values(*Snippet("warm", "").asking("1")) == (1,)
        loaded = set(sys.modules)
        def refuse(*arguments, **keywords):
            raise SystemExit(f"opened {{arguments}}")
        astroid.manager.load_module_from_name = refuse
        astroid.manager.file_info_from_modpath = refuse
        importlib.import_module = refuse
        builtins.open = refuse
        sys.path.insert(0, {str(planted)!r})
        for name in {STDLIB}:
            for module in ("tests.test_x", name):
                snippet = Snippet(module, f"import {{name}}\\nfrom {{name}} import *\\nfrom . import z")
                for expression in (f"{{name}}.A", "A", name, f"{{name}}.uuid4()", "z"):
                    assert inference.values(*snippet.asking(expression)) is None
        assert {set(STDLIB)!r}.isdisjoint(set(sys.modules) - loaded)
    """
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text)], capture_output=True, text=True, cwd=planted.parent
    )
    assert not finished.returncode, finished.stderr
    assert not (planted / "canary").exists()


@pytest.mark.slow
def test_astroid_is_not_imported_before_the_first_question(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("import unittest\n\n\nclass T(unittest.TestCase):\n    pass\n")
    text = """
        import sys
        import flake8_testhygiene.plugin
        from flake8.main.application import Application
        from flake8_testhygiene.inference import Inference, Snippet

        Application().run(["--isolated", "--jobs=1", "--select=TH", "test_x.py"])
        inference = Inference(lambda name: None)
        assert "flake8_testhygiene.module" in sys.modules
        assert "astroid" not in sys.modules
        assert inference.values(*Snippet("tests.test_x", "").asking("1")) == (1,)
        assert "astroid" in sys.modules
    """
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text)], capture_output=True, text=True, cwd=tmp_path
    )
    assert not finished.returncode, finished.stderr
