"""Migrations that are started in a roundabout way, and what looks after them."""

from __future__ import annotations

import textwrap

import pytest

from flake8_testhygiene.docs import asked, lint
from flake8_testhygiene.options import Options
from tests.snippets import asserting, said

pytestmark = pytest.mark.usefixtures("project")

START = "self.api.post_server_action(server['id'], {'migrate': None})"


def in_class(*lines: str, more: str = "") -> str:
    """A test of these lines, the first of which is number 4, with more methods after it."""
    body = textwrap.indent(asserting("\n".join(lines)), " " * 8)
    methods = textwrap.indent(textwrap.dedent(more).strip(), " " * 4)
    return f"import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n{body}\n{methods}\n"


class TestStarted:
    @pytest.mark.parametrize(
        "start",
        [
            "self.api.post_server_action('x', {'resize': {'flavorRef': '2'}})",
            "self.api.post_server_action('x', dict(migrate=None))",
            "self.api.post_server_action('x', body=dict(migrate=None))",
            "self.api.post_server_action('x', copy.deepcopy({'migrate': None}))",
            "body = {}; body['migrate'] = None; self.api.post_server_action('x', body)",
            "self.api.post_server_action('x', {'evacuate': 1} if self.is_old else {'migrate': 1})",
            "pool.submit(self.api.migrate_server, 'x')",
            "server = nova.servers.get('x'); server.live_migrate()",
        ],
    )
    def test_found(self, start: str) -> None:
        assert said(in_class(start)) == [("TH002", 4)]

    @pytest.mark.parametrize(
        "start",
        [
            "self.api.post_server_action('x', {'reboot': None})",
            "self.mock_api.post_server_action('x', {'migrate': None})",
            "self.conductor.api.post_server_action('x', {'migrate': None})",
            "self.api.post_server_action('x', unknown)",
            "self.listener.post('x', {'migrate': None})",
            "self.driver.migrate_server('x')",
            "self.window.resize()",
            "pool.submit(self.api.get_server, 'x')",
            "self.assertEqual({'migrate': None}, self.body)",
            "callback = lambda: self.api.migrate_server('x')",
        ],
    )
    def test_silent(self, start: str) -> None:
        assert said(in_class(start)) == []

    def test_body_from_a_helper(self) -> None:
        more = "def body(self):\n    return {'migrate': None}"
        source = in_class("self.api.post_server_action('x', self.body())", more=more)
        assert said(source) == [("TH002", 4)]

    def test_below_unit_even_where_a_word_of_the_user_is_in_it(self) -> None:
        source = in_class("self.api.hand_over('x')")
        plugin = asked(Options(migrations=("hand_over",)))
        assert [each.code for each in lint(source, "tests/functional/test_x.py", plugin)] == ["TH002"]
        assert lint(source, "tests/unit/test_x.py", plugin) == []

    def test_word_of_the_user_is_in_the_message(self) -> None:
        (found,) = lint(
            in_class("self.api.hand_over('x')"), "test_x.py", asked(Options(migrations=("hand_*",)))
        )
        assert found.text.startswith("hand over is started")


SERVER = "server = self.api.post_server({})"
CLEANED = "self.addCleanup(self.api.delete_server, server['id'])"


class TestGuarded:
    def after(self, *lines: str, more: str = "") -> list[str]:
        """The codes where these lines follow a migration."""
        source = in_class("server = self.server", START, *lines, more=more)
        return [code for code, _ in said(source)]

    @pytest.mark.parametrize(
        "line",
        [
            "waiters.wait_for_server_status(self.api, server['id'], 'ACTIVE')",
            "self.poll_until(server, 'ACTIVE')",
            "self._assert_resize_action_fail(server)",
            "for _ in range(9):\n    if self.api.get_server(server['id']): break\n    time.sleep(1)",
            "self.assertEqual('completed', self.api.get_migration('x')['status'])",
            "self.do_something_elsewhere(server)",
            "self.confirm_resize(server)",
        ],
    )
    def test_silent(self, line: str) -> None:
        assert self.after(line) == []

    @pytest.mark.parametrize(
        "line",
        [
            "pass",
            "print(server)",
            "names = sorted(server)",
            "self.addCleanup(self.wait_until_gone, server)",
            "self.api.get_server(server['id'])",
            "self.do_something_elsewhere('x')",
            "self.assertEqual('x', server['name'])",
            "for _ in range(9):\n    self.api.get_server(server['id'])",
        ],
    )
    def test_found(self, line: str) -> None:
        assert self.after(line) == ["TH002"]

    def test_helper_that_waits_and_fails_through_another(self) -> None:
        more = """
        def settle(self, server):
            while not self.is_there(server):
                time.sleep(1)
            self.check(server)
        def is_there(self, server):
            self.poll_until(server)
        def check(self, server):
            self.check_more(server)
        def check_more(self, server):
            self.assertTrue(server)
        """
        assert self.after("self.settle(server)", more=more) == []

    def test_helper_that_only_says_whether(self) -> None:
        more = """
        def settled(self, server):
            for _ in range(9):
                if self.api.get_server(server['id'])['status'] == 'ACTIVE':
                    return True
                time.sleep(1)
            return False
        """
        assert self.after("self.settled(server)", more=more) == ["TH002", "TH206"]
        assert self.after("self.assertTrue(self.settled(server))", more=more) == []

    def test_waiter_for_another_server(self) -> None:
        lines = (SERVER, CLEANED, SERVER.replace("server =", "other ="), CLEANED.replace("server[", "other["))
        for waited, codes in (("server", []), ("other", ["TH002"])):
            source = in_class(*lines, START, f"self.wait_for_state({waited}, 'ACTIVE')")
            assert [code for code, _ in said(source)] == codes

    def test_state_of_another_server_is_no_observation(self) -> None:
        lines = (
            "one = self.api.get_server('one')",
            "other = self.api.get_server('other')",
            "self.api.post_server_action(one['id'], {'migrate': None})",
        )
        for seen, code in (("one", "TH203"), ("other", "TH002")):
            source = in_class(*lines, f"self.assertEqual('ACTIVE', {seen}['status'])")
            assert [found for found, _ in said(source)] == [code]

    def test_set_up_that_the_tests_wait_for(self) -> None:
        more = "def setUp(self):\n    self.api.migrate_server('x')"
        assert said(in_class("self.wait_for_state('x')", more=more)) == []
        assert said(in_class("self.assertTrue(self)", more=more)) == [("TH002", 6)]

    def test_answer_that_a_test_returns(self) -> None:
        source = in_class("self.assertTrue(self)", "return self.api.migrate_server('x')")
        assert said(source) == []
        assert said(source.replace("return ", "")) == [("TH002", 5)]


@pytest.mark.parametrize(
    ("parameters", "moved", "waited", "codes"),
    [
        ("", "self.server", "self.server", []),
        ("", "self.server", "self.other_server", ["TH002"]),
        ("", "self.server", "self.servers_client", []),
        (", server, server2", "server", "server", []),
        (", server, server2", "server", "server2", ["TH002"]),
        (", server, name", "server", "name", []),
    ],
)
def test_whom_a_waiter_waits_for(parameters: str, moved: str, waited: str, codes: list[str]) -> None:
    start = START.replace("server['id']", f"{moved}['id']")
    source = in_class(start, f"self.wait_for_state({waited}, 'ACTIVE')")
    source = source.replace("def test_it(self)", f"def test_it(self{parameters})")
    assert [code for code, _ in said(source)] == codes


@pytest.mark.parametrize(
    ("client", "codes"),
    [
        ("manager_client", ["TH002"]),
        ("manager", []),
        ("fake_client", []),
        ("fake_manager_client", []),
    ],
)
def test_client_of_a_manager_is_a_client(client: str, codes: list[str]) -> None:
    source = in_class(f"self.{client}.live_migrate_server('x')")
    assert [code for code, _ in said(source)] == codes


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        ("migrate_server('x', wait=True)", []),
        ("migrate_server('x', wait_until='ACTIVE')", []),
        ("migrate_server('x', wait=False)", ["TH002"]),
        ("migrate_server('x', wait=None)", ["TH002"]),
        ("post_server_action('x', {'force': 1, 'migrate': None})", ["TH002"]),
        ("post_server_action('x', {'force': 1, 'stop': None})", []),
    ],
)
def test_what_a_call_says_of_itself(call: str, codes: list[str]) -> None:
    assert [code for code, _ in said(in_class(f"self.api.{call}"))] == codes
