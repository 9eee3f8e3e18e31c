"""The strict form of TH005: the reviewer at his word."""

from __future__ import annotations

import pytest

from tests.snippets import assert_as_commented, in_test, said

pytestmark = pytest.mark.usefixtures("project")

READ = "server = self.api.get_server('a')"
HOST = "host = server['OS-EXT-SRV-ATTR:host']"
MIGRATE = "self.api.post_server_action(server['id'], {'migrate': None})"
WAIT = "record = self.wait_for_migration_status(server, 'completed')"
AGAIN = "server = self.api.get_server(server['id'])"


class TestPlaceAfterMigration:
    def test_beside_a_checked_record(self) -> None:
        message = "outcome of migration (line 7) is inferred from host: check its event or log"
        assert_as_commented(
            f"""
            import unittest
            class TestIt(unittest.TestCase):
                def test_it(self):
                    server = self.api.get_server('a')
                    old = server['OS-EXT-SRV-ATTR:host']
                    new = 'host1' if old == 'host2' else 'host2'
                    self.api.post_server_action(server['id'], {{'migrate': None}})
                    record = self.wait_for_migration_status(server, 'completed')
                    self.assertEqual(old, record['source_compute'])
                    server = self.api.get_server(server['id'])
                    self.assertEqual(new, server['OS-EXT-SRV-ATTR:host'])  # TH005:9 {message}
            """,
            "TH005",
        )

    def test_silent_by_default(self) -> None:
        look = "self.assertEqual(host, server['OS-EXT-SRV-ATTR:host'])"
        source = in_test(READ, HOST, MIGRATE, WAIT, AGAIN, look)
        assert said(source) == []
        assert said(source, "TH005") == [("TH005", 9)]

    @pytest.mark.parametrize(
        "look",
        [
            "self.assertEqual('ACTIVE', server['status'])",
            "self.assertEqual(server['name'], self.name)",
            "self.assertEqual(host, self.get_host(server)); self.assertIn('moved', self.stdlog.output)",
            "self.assertIsNone(server['OS-EXT-SRV-ATTR:host'])",
        ],
    )
    def test_silent(self, look: str) -> None:
        assert said(in_test(READ, HOST, MIGRATE, WAIT, AGAIN, look), "TH005") == []

    def test_unit(self) -> None:
        look = "self.assertEqual(host, server['OS-EXT-SRV-ATTR:host'])"
        source = in_test(READ, HOST, MIGRATE, WAIT, AGAIN, look)
        assert said(source, "TH005", filename="tests/unit/test_x.py") == []


STOP = "self.api.stop_server(server['id']); self.wait_for_status(server['id'], 'SHUTOFF')"


class TestNothingChanged:
    @pytest.mark.parametrize("act", [STOP, f"{MIGRATE}; self.wait_for_status(server['id'])"])
    def test_found(self, act: str) -> None:
        look = "self.assertEqual(server['image'], after['image'])"
        source = in_test(READ, act, "after = self.api.get_server(server['id'])", look)
        assert said(source) == []
        assert said(source, "TH005") == [("TH005", 7)]

    @pytest.mark.parametrize(
        "look",
        [
            "self.assertEqual('x', after['image'])",
            "self.assertNotEqual(server['image'], after['image'])",
            "self.assertEqual(server['image'], after['image']); self.assertTrue(after['locked'])",
            "self.assertEqual(server['image'], after['image']); self.check_it(after)",
            "self.assertEqual(server['image'], after['image']); self.wait_for_event('stop')",
        ],
    )
    def test_silent(self, look: str) -> None:
        source = in_test(READ, STOP, "after = self.api.get_server(server['id'])", look)
        assert said(source, "TH005") == []


FAILS = "server = self.wait_for_state(server, 'ERROR')"
LOOK = "self.assertEqual('host1', server['OS-EXT-SRV-ATTR:host'])"
HELPER = "    def {}(self, server):\n        {}\n"


class TestFailure:
    """The default form: that a failure is expected, and only a place is looked at."""

    @pytest.mark.parametrize(
        "lines",
        [
            [FAILS],
            [FAILS, "print(server)"],
            [FAILS, "thing.go_on()"],
            [FAILS, "later = lambda: self.api.delete_server('x')"],
            [FAILS, "def later():", "    self.api.delete_server('x')"],
            ["server = self.wait_for_server(server, {'status': 'ERROR'})"],
            ["server = self.wait_for_server(server, {'name': 'x', 'status': 'ERROR'})"],
        ],
    )
    def test_found(self, lines: list[str]) -> None:
        source = in_test(READ, MIGRATE, *lines, LOOK)
        assert said(source) == [("TH005", source[: source.index(LOOK)].count("\n") + 1)]

    @pytest.mark.parametrize(
        "lines",
        [
            [FAILS, "self.api.delete_server('x')"],
            [FAILS, "self.go_on()"],
            [FAILS, "self.assertEqual('x', self.seen)"],
            ["server = self.wait_for_server(server, {'status': 'ACTIVE'})"],
            ["server = self.wait_for_server(server, {'name': 'ERROR'})"],
            ["server = self.wait_for_state(server, ['ERROR', 'ACTIVE'])"],
        ],
    )
    def test_no_failure_is_expected(self, lines: list[str]) -> None:
        assert said(in_test(READ, MIGRATE, *lines, LOOK)) == []

    @pytest.mark.parametrize(
        ("helpers", "is_found"),
        [
            ({"assert_it": "self.assertIn('x', server['name'])"}, True),
            ({"assert_it": "self.assertIn('x', server['fault'])"}, False),
            ({"assert_it": "self.go_on(server)", "go_on": "self.assertIn('x', server['fault'])"}, False),
            ({"assert_it": "self.go_on(server)", "go_on": "self.assertIn('x', server['name'])"}, True),
        ],
    )
    def test_helper_that_checks_the_reason(self, helpers: dict[str, str], is_found: bool) -> None:
        source = in_test(READ, MIGRATE, FAILS, "self.assert_it(server)", LOOK)
        source += "".join(HELPER.format(*each) for each in helpers.items())
        assert bool(said(source)) is is_found

    @pytest.mark.parametrize(("waited_for", "is_found"), [("event", False), ("server", True)])
    def test_helper_that_waits_for_what_tells_the_reason(self, waited_for: str, is_found: bool) -> None:
        helper = HELPER.format("look", f"self.wait_for_{waited_for}(server)")
        source = in_test(READ, MIGRATE, FAILS, "self.look(server)", LOOK) + helper
        assert bool(said(source)) is is_found

    def test_started_by_a_helper(self) -> None:
        source = in_test(READ, "self.go(server)", FAILS, LOOK) + HELPER.format("go", MIGRATE)
        assert said(source) == [("TH005", 7)]


def test_place_that_a_helper_reads() -> None:
    lines = (READ, HOST, MIGRATE, WAIT, AGAIN)
    assert said(in_test(*lines, "self.assertEqual(host, self.get_host(server))"), "TH005") == [("TH005", 9)]
    assert said(in_test(*lines, "self.assertEqual(host, self.get_name(server))"), "TH005") == []
    # an attribute of the test is what the test says, not what is observed
    kept = ("self.host = server['x']", "self.assertEqual(host, self.host)")
    assert said(in_test(*lines, *kept), "TH005") == []
