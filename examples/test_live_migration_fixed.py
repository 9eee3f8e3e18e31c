"""Live migration of a server, as seen through the public API."""

import time
import unittest
import uuid

from cloud.testing import ApiClient, ApiError

# The image and the flavor that every test deployment has.
IMAGE = '7e1c4bd2-0c6f-4d8a-9d3e-52b1a7f0c964'
FLAVOR = '1'


class LiveMigrationTest(unittest.TestCase):
    """What becomes of a server that the scheduler cannot move."""

    def setUp(self):
        """Boot the server that each test tries to move."""
        super().setUp()
        self.api = ApiClient()
        self.server = self._boot_server()

    def _boot_server(self):
        """Return an active server that is deleted after the test."""
        server = self.api.create_server({
            'name': 'live-migration-%s' % uuid.uuid4(),
            'imageRef': IMAGE,
            'flavorRef': FLAVOR,
        })
        self.addCleanup(self.api.delete_server, server['id'])
        return self._wait_for_status(server, 'ACTIVE')

    def _wait_for_status(self, server, status):
        """Return the server once it has the status; fail after a minute."""
        for _ in range(60):
            server = self.api.get_server(server['id'])
            if server['status'] == status:
                return server
            time.sleep(1)
        self.fail('server is %s, not %s' % (server['status'], status))

    def _failed_migration(self):
        """Return the record of a migration for which no host has room."""
        try:
            self.api.live_migrate_server(self.server['id'], host=None)
            migration = self._wait_for_migration()
        except ApiError as error:
            self.fail('the migration did not start: %s' % error)
        self.assertEqual('error', migration['status'])
        return migration

    def _wait_for_migration(self):
        """Return the newest migration once over; fail after a minute."""
        for _ in range(60):
            migration = self.api.list_migrations(self.server['id'])[-1]
            if migration['status'] in ('completed', 'error'):
                return migration
            time.sleep(1)
        self.fail('the migration is still %s' % migration['status'])

    def test_migration_without_a_free_host_fails(self):
        """The record of the migration says why it failed."""
        migration = self._failed_migration()
        self.assertIn('No valid host', migration['fault'])

    def test_failed_migration_leaves_the_server_active(self):
        """A server that could not be moved still serves."""
        self._failed_migration()
        self._wait_for_status(self.server, 'ACTIVE')

    def test_unknown_host_is_refused(self):
        """Nothing is started for a host that does not exist."""
        with self.assertRaisesRegex(ApiError, 'host .* not found'):
            self.api.live_migrate_server(self.server['id'], host='nowhere')
