"""Base classes and decorators that isolate a test, each with the kinds it takes care of."""

from __future__ import annotations

from typing import NamedTuple

FILE, HANDLE, DATABASE, NETWORK, REMOTE, PATCH, STATE = (
    "file",
    "handle",
    "database",
    "network",
    "remote",
    "patch",
    "state",
)
OF_A_SERVICE = (FILE, DATABASE, REMOTE, PATCH)


class Harness(NamedTuple):
    """A dotted class or decorator name (``*`` matches any characters) and the kinds it releases.

    ``tells_all`` is false where the class does more for a test than the row says: it has helpers, or
    releases what the test keeps on ``self``.
    """

    name: str
    isolates: tuple[str, ...]
    tells_all: bool = True


BASES = (
    # Plain frameworks: they give a test nothing but a place to register cleanups.
    Harness("unittest.TestCase", ()),
    Harness("unittest.IsolatedAsyncioTestCase", ()),
    Harness("unittest.case.TestCase", ()),
    Harness("unittest2.TestCase", ()),
    Harness("testtools.TestCase", ()),
    Harness("testtools.testcase.TestCase", ()),
    Harness("fixtures.TestWithFixtures", ()),
    Harness("testscenarios.TestWithScenarios", ()),
    Harness("testresources.ResourcedTestCase", ()),
    Harness("asynctest.TestCase", ()),
    Harness("aiounittest.AsyncTestCase", ()),
    Harness("absl.testing.absltest.TestCase", ()),
    Harness("absl.testing.parameterized.TestCase", ()),
    # They close the event loop and the server they made, and nothing that a test opens.
    Harness("tornado.testing.Async*TestCase", ()),
    Harness("aiohttp.test_utils.AioHTTPTestCase", ()),
    # tempest/test.py, tempest/lib/base.py: cleanups as registered, credentials, and no isolation.
    Harness("tempest.test.BaseTestCase", ()),
    Harness("tempest.lib.base.BaseTestCase", ()),
    Harness("tempest.scenario.manager.*", (), tells_all=False),
    # oslotest/base.py: mock.patch.stopall and NestedTempfile in setUp.
    Harness("oslotest.base.BaseTestCase", (PATCH, FILE)),
    # openstack/tests/base.py is oslotest's; below unit/ a requests_mock answers.
    Harness("openstack.tests.base.TestCase", (PATCH, FILE), tells_all=False),
    Harness("openstack.tests.unit.base.*", (PATCH, FILE, REMOTE, NETWORK), tells_all=False),
    # octavia/tests/unit/base.py: mock.patch.stopall.
    Harness("octavia.tests.unit.base.*", (PATCH, DATABASE, REMOTE), tells_all=False),
    # nova/test.py, cinder/tests/unit/test.py, neutron/tests/base.py: databases, fake services,
    # temporary directories, patches and policies live and die with the test.
    # They restore neither the environment nor the clock (nova has a TimeOverride fixture for that).
    Harness("nova.test.*", OF_A_SERVICE, tells_all=False),
    Harness("cinder.test.*", OF_A_SERVICE, tells_all=False),
    Harness("cinder.tests.unit.test.*", OF_A_SERVICE, tells_all=False),
    Harness("neutron.tests.base.*", OF_A_SERVICE, tells_all=False),
    Harness("neutron.tests.functional.base.*", OF_A_SERVICE, tells_all=False),
    Harness("neutron.tests.fullstack.base.*", OF_A_SERVICE, tells_all=False),
    Harness("manila.test.*", OF_A_SERVICE, tells_all=False),
    # Django rolls back or flushes the database and nothing else.
    Harness("django.test.*TestCase", (DATABASE,)),
    Harness("django.test.testcases.*", (DATABASE,)),
    Harness("django.contrib.staticfiles.testing.StaticLiveServerTestCase", (DATABASE,)),
    Harness("rest_framework.test.API*TestCase", (DATABASE,)),
    Harness("hypothesis.extra.django.*TestCase", (DATABASE,)),
    Harness("pyfakefs.fake_filesystem_unittest.TestCase", (FILE, HANDLE)),
)

# Bases that raise where their own set-up or tear-down was not called: nobody needs to be told.
_TESTTOOLS = (
    "testtools.*",
    "oslotest.*",
    "tempest.*",
    "nova.test.*",
    "cinder.tests.unit.test.*",
    "neutron.tests.base.*",
    "manila.test.*",
)
INSISTS_ON_UPCALLS = {
    "setUp": _TESTTOOLS,
    "tearDown": _TESTTOOLS,
    "setUpClass": ("tempest.*", "django.test.*"),
    "tearDownClass": ("tempest.*", "django.test.*"),
}

# Parts of a module's dotted name that make it test support, whose functions may be followed; and
# packages that are nothing else.
TEST_PACKAGES = frozenset({"tests", "test", "testing", "conftest", "functional", "integration"})
SUITES = ("tempest.*", "*_tempest_plugin.*", "*_tempest_tests.*")

# Bases that say nothing of who runs the class: what it is mixed into may take care of everything.
MIXINS = (
    Harness("object", ()),
    Harness("abc.ABC", ()),
    Harness("typing.Generic[]", ()),
    Harness("typing.Protocol", ()),
    Harness("testscenarios.WithScenarios", ()),
    Harness("testtools.testcase.WithAttributes", ()),
    Harness("fixtures.Fixture", ()),
)

DECORATORS = (
    Harness("moto.*", (REMOTE, NETWORK)),
    Harness("responses.activate", (REMOTE, NETWORK)),
    Harness("responses.RequestsMock", (REMOTE, NETWORK)),
    Harness("requests_mock.*", (REMOTE, NETWORK)),
    Harness("httpretty.*", (REMOTE, NETWORK)),
    Harness("aioresponses.*", (REMOTE, NETWORK)),
    Harness("respx.*", (REMOTE, NETWORK)),
    Harness("vcr.*", (REMOTE, NETWORK)),
    Harness("freezegun.freeze_time", ()),
    Harness("time_machine.travel", ()),
    Harness("pyfakefs.fake_filesystem_unittest.patchfs", (FILE, HANDLE)),
    Harness("django.test.override_settings", ()),
    Harness("django.test.utils.override_settings", ()),
    Harness("django.utils.translation.override", (STATE,)),
    Harness("django.utils.timezone.override", (STATE,)),
    Harness("unittest.mock.patch.dict", (STATE,)),
    Harness("test.support.run_with_locale", (STATE,)),
    Harness("test.support.run_with_tz", (STATE,)),
    Harness("pytest.mark.django_db", (DATABASE,)),
)

# Decorators that name, skip, repeat or time a test and leave what it acquires alone. Any other may do
# anything: @dynamodb_aws_verified mocks the cloud, or cleans it.
HARMLESS_DECORATOR = (
    r"^(pytest\.|unittest\.|ddt\.|parameterized\.|testtools\.|testscenarios\.|hypothesis\.|functools\.|abc\."
    r"|typing\.|contextlib\.|flaky|six\.|django\.test\.|tempest\.|oslo|eventlet|freezegun\.|time_machine\.)"
    r"|(^|\.)(classmethod|staticmethod|property|override|attr|idempotent_id|related_bug|services|unstable_test"
    r"|skip\w*|requires\w*|require_\w*|only_?if\w*|run_?if\w*|needs_\w*|expectedFailure|tag|slow|timeout|ddt|data|unpack|file_data|cached_property"
    r"|flaky|mark\.\w+)(\(\))?$"
)

# What a class that is read does about these can be read too: stopall, a fixture for temporary files.
READABLE = frozenset({FILE, PATCH})

# Kinds of which a base class that cannot be read may take care. A process, a thread or a socket that
# stays local to a function is out of any base's reach.
WITHIN_REACH_OF_A_BASE = frozenset({FILE, DATABASE, REMOTE, PATCH, STATE})

# Fixtures that redirect what a test acquires to a place they remove themselves, by the name of the class
# or of the pytest parameter.
REQUEST_MOCKS = frozenset(
    {"requests_mock", "responses", "mocked_responses", "httpx_mock", "respx_mock", "aioresponses", "vcr"}
)
FIXTURES = {
    FILE: frozenset({"NestedTempfile", "NestedTempfileFixture", "fs", "pyfakefs"}),
    NETWORK: REQUEST_MOCKS,
    REMOTE: REQUEST_MOCKS,
}

# Context managers that take care of what is acquired inside, by words in their names.
BLOCKS = {
    FILE: r"(?i)te?mp_?(dir|cwd|folder)|temporary_?dir|change_cwd|isolated_filesystem",
    "thread": r"(?i)threads",
    "process": r"(?i)process",
    REMOTE: (
        r"(?i)(^|[._])(stubber|cassettes?|vcr|httpretty|responses"
        r"|(http|requests?|response)_?(mock(er)?|stub|fake))$"
    ),
}
