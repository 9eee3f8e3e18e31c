"""Where values go that are easy to lose on the way: found once as false alarms, or as missed ones."""

from __future__ import annotations

import pytest

from tests.snippets import said
from tests.test_cleanup import HEAD, in_class, in_method
from tests.test_project import Calls, lineage
from tests.test_story import in_class as migrating

pytestmark = pytest.mark.usefixtures("project")

POPEN = "subprocess.Popen(['x'])"
SILENT = {
    "pop": f"made = []\nmade.append({POPEN})\nwhile made:\n    made.pop().wait()",
    "values": f"made = {{}}\nmade['x'] = {POPEN}\nfor each in made.values():\n    each.wait()",
    "items": f"made = {{'x': {POPEN}}}\nfor name, each in made.items():\n    each.wait()",
    "get": f"made = {{'x': {POPEN}}}\nmade.get('x').wait()",
    "nested before": f"def stop():\n    made.kill()\nself.addCleanup(stop)\nmade = {POPEN}",
    "lambda before": f"self.addCleanup(lambda: made.kill())\nmade = {POPEN}",
    "lambda default": f"made = {POPEN}\nself.addCleanup(lambda one=made: one.kill())",
    "lambda returns": "self.take(mock.Mock(side_effect=lambda: open('x')))",
    "lambda factory": f"make = lambda: {POPEN}\nmade = make()\nmade.wait()",
    "lambda raises": "self.assertRaises(OSError, lambda: open('x'))",
    "nested with parameter": f"def stop(one):\n    one.kill()\nmade = {POPEN}\nstop(made)",
    "nested raises": "def go():\n    open('x')\nself.assertRaises(OSError, go)",
    "match": f"match {POPEN}:\n    case made:\n        made.kill()",
    "walrus in a comprehension": f"any((made := {POPEN}) for _ in 'x')\nmade.kill()",
    "setattr": f"setattr(self, 'made', {POPEN})\nself.addCleanup(self.made.kill)",
    "bound methods": f"made = {POPEN}\nfor stop in (made.kill, made.wait):\n    stop()",
    "fixture of the project": "self.useFixture(utils.EnvironmentVariable('X'))\nos.environ['X'] = '1'",
    "cleanup elsewhere": "os.environ['X'] = '1'\nself.addCleanup(restore_environ)",
    "accepted in with": "with socket.socket() as one, one.accept()[0] as made:\n    made.send(b'')",
}


@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT)
def test_silent(body: str) -> None:
    assert said(in_method(body)) == []


def test_drained_dictionary_on_self() -> None:
    body = f"""
        def test_it(self):
            self.made = {{}}
            self.made['x'] = {POPEN}
        def tearDown(self):
            for each in self.made.values():
                each.wait()
        """
    assert said(in_class(body)) == []


def test_setattr_on_self() -> None:
    assert said(in_method(f"setattr(self, 'made', {POPEN})")) == [("TH003", 7)]


def test_drained_list_on_self() -> None:
    body = f"""
        def test_it(self):
            self.made.append({POPEN})
            self.assertTrue(self.made)
        def tearDown(self):
            while self.made:
                self.made.pop().wait()
        """
    assert said(in_class(body)) == []


def test_super_of_an_inherited_method() -> None:
    source = f"""{HEAD}
class Grand(unittest.TestCase):
    def drop(self, one):
        one.wait()
class Base(Grand):
    def drop(self, one):
        super().drop(one)
class TestHeir(Base):
    def test_it(self):
        made = {POPEN}
        self.drop(made)
"""
    assert said(source) == []


def test_diamond_in_the_order_of_python() -> None:
    text = "class D: pass\nclass B(D): pass\nclass C(D): pass\nclass A(B, C): pass"
    assert lineage(text, "A")[0] == ["A", "B", "C", "D"]


def test_many_that_call_each_other() -> None:
    names = [f"f{number}" for number in range(8)]
    calls = Calls(dict.fromkeys(names, names), set())
    calls.verdict("f0")
    assert len(calls.asked) <= len(names) ** 2


def test_fixture_that_only_puts_back() -> None:
    source = f"{HEAD}@pytest.fixture(autouse=True)\ndef home():\n    yield\n    os.environ.pop('X', None)\n"
    assert said(source) == []


def test_function_of_the_module_puts_back() -> None:
    source = in_method("os.environ['X'] = '1'\nself.addCleanup(go_back)")
    assert said(f"{source}def go_back():\n    os.environ.pop('X')\n") == []


def test_waiter_is_no_release() -> None:
    body = "made = self.client.create_lease('x')\nself.addCleanup(self.client.wait_for_lease_end, made['id'])"
    assert said(in_method(body)) == [("TH003", 7)]


def test_copy_by_method() -> None:
    assert said(migrating("self.api.post_server_action('x', {'migrate': None}.copy())")) == [("TH002", 4)]


def test_partial_that_must_raise() -> None:
    assert said(migrating("move = partial(self.api.migrate_server, 'x')", "self.assertRaises(E, move)")) == []


def test_accept() -> None:
    body = "one = socket.socket()\nself.addCleanup(one.close)\nmade, _ = one.accept()\nself.assertTrue(made)"
    assert said(in_method(body)) == [("TH003", 9)]
