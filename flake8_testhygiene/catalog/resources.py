"""Every resource that is acquired by a call, of whatever domain."""

from __future__ import annotations

from flake8_testhygiene.catalog.databases import DATABASES
from flake8_testhygiene.catalog.files import FILES
from flake8_testhygiene.catalog.http_clients import HTTP_CLIENTS
from flake8_testhygiene.catalog.hypervisors import HYPERVISORS
from flake8_testhygiene.catalog.network import NETWORK
from flake8_testhygiene.catalog.patches import PATCHES
from flake8_testhygiene.catalog.processes import PROCESSES
from flake8_testhygiene.catalog.threads import IN_THE_BACKGROUND

# One call stops every patch that was started, whoever started it.
ALL_PATCHES_STOPPED_BY = ("unittest.mock.patch.stopall",)

LOCAL = (*FILES, *PROCESSES, *IN_THE_BACKGROUND, *NETWORK, *HTTP_CLIENTS, *DATABASES, *HYPERVISORS, *PATCHES)
