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
