import time
import unittest

from cloud.testing import ApiClient


class LiveMigrationTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.api = ApiClient()

    def _boot_server(self):
        server = self.api.create_server({
            'name': 'live-migration',
            'imageRef': '7e1c4bd2-0c6f-4d8a-9d3e-52b1a7f0c964',
            'flavorRef': '1',
        })
        return self._wait_for_status(server, 'ACTIVE')

    def _wait_for_status(self, server, status):
        for _ in range(60):
            server = self.api.get_server(server['id'])
            if server['status'] == status:
                return server
            time.sleep(1)
        self.fail('server is %s, not %s' % (server['status'], status))

    def _wait_for_migration(self, server, status):
        for _ in range(60):
            migration = self.api.list_migrations(server['id'])[-1]
            if migration['status'] == status:
                return
            time.sleep(1)
        self.fail('migration is %s, not %s' % (migration['status'], status))

    def test_live_migrate_one_server(self):
        server = self._boot_server()
        source = server['host']
        hosts = self.api.list_hosts()
        self.assertIn(source, hosts)
        self.assertEqual(2, len(hosts))

        # no other host has room, so this migration must fail
        self.api.live_migrate_server(server['id'], host=None)
        self._wait_for_migration(server, 'error')

        # the migration failed as the server is still on its host
        server = self.api.get_server(server['id'])
        self.assertEqual('ACTIVE', server['status'])
        self.assertEqual(source, server['host'])
