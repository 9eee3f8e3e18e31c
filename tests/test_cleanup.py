"""Ways of acquiring and releasing that are rare, and that a user would be sorry to see mistaken."""

from __future__ import annotations

import textwrap

import pytest

from tests.snippets import assert_as_commented, asserting, linted, said

pytestmark = pytest.mark.usefixtures("project")

HEAD = """\
import contextlib, os, queue, shutil, socket, subprocess, sys, tempfile, threading, unittest
from unittest import mock
import boto3, openstack, pytest
from cloud import fixtures
"""


def in_class(body: str, name: str = "TestIt(unittest.TestCase)") -> str:
    """A module with one class of these methods."""
    return f"{HEAD}class {name}:\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"


def in_method(body: str) -> str:
    lines = asserting(textwrap.dedent(body).strip())
    return in_class(f"def test_it(self):\n{textwrap.indent(lines, '    ')}")


class TestReleased:
    """Silent, each of them."""

    @pytest.mark.parametrize(
        "body",
        [
            # through a container and back
            "threads = [threading.Thread()]\nthreads[0].start()\nfor each in list(threads): each.join()",
            "log = open('x')\nfor each in reversed([log]): each.close()",
            # by methods of what was made
            "thread = threading.Thread()\nthread.setDaemon(True)\nthread.start()",
            "log = open('x')\nlog.__enter__()",
            "lease = self.client.create_lease('x')\nlease.delete()",
            "lease = self.client.create_lease('x')\nself.addCleanup(self.client.get(lease['id']).delete)",
            # handed to what takes over, or is not known
            "process = subprocess.Popen(['x'])\nthreading.Timer(3, process.kill).cancel()",
            "waiting = queue.Queue()\nwaiting.put(open('x'))\nself.serve(waiting)",
            "connection = socket.socket()\nclass Server:\n    listener = connection",
            "listener = socket.socket()\nself.server.sock = listener",
            "connection = socket.socket()\nconnection.transport = self.loopback()",
            "process = subprocess.Popen(['x'])\nprocesses.append(process)",
            "self.addCleanup(self.shut, subprocess.Popen(['x']))",
            # with of another kind
            "process = subprocess.Popen(['x'])\nself.addCleanup(contextlib.closing(process).close)",
            "with contextlib.ExitStack() as stack:\n    log = stack.enter_context(open('x'))\n    log.read()",
            "with temp_cwd():\n    tempfile.mkdtemp()",
            "with threading_helper.wait_threads_exit():\n    threading.Thread().start()",
            "async def go():\n    async with socket.socket() as one:\n        one.recv()",
        ],
    )
    def test_in_one_method(self, body: str) -> None:
        assert said(in_method(body)) == []

    @pytest.mark.parametrize(
        "body",
        [
            # helpers
            """
            def test_it(self):
                self.drop(first=1, process=subprocess.Popen(['x']))
            def drop(self, first, process):
                process.wait()
            """,
            """
            def test_it(self):
                self.drop(*self.some, subprocess.Popen(['x']))
                self.assertTrue(self.service.is_up)
            def drop(self, *processes):
                print(processes)
            """,
            """
            def test_it(self):
                process = self.through(subprocess.Popen(['x']))
                process.wait()
            def through(self, process):
                return process
            """,
            """
            def test_it(self):
                self.drop(subprocess.Popen(['x']))
            def drop(self, process):
                raise NotImplementedError
            """,
            """
            def test_it(self):
                with self.assertRaises(OSError):
                    self.spawn()
            def spawn(self):
                return subprocess.Popen(['x'])
            """,
            """
            def test_it(self):
                self.addCleanup(self.drop, 3, self.client.create_lease('x'))
                self.assertTrue(self.service.is_up)
            def drop(self, times, lease):
                self.client.delete_lease(lease['id'])
            """,
            # fixtures and what runs around
            """
            def test_it(self, fs):
                self.assertTrue(tempfile.mkdtemp())
            """,
            """
            def setUp(self):
                self.client = self.useFixture(fixtures.OSAPIFixture()).api
            def test_it(self):
                self.assertTrue(self.client.create_lease('x'))
            """,
            """
            def setUp(self):
                self.client = mock.Mock()
            def test_it(self):
                self.assertTrue(self.client.create_lease('x'))
            """,
            """
            def setUp(self):
                self.client.register_uris([])
            def test_it(self):
                self.assertTrue(self.client.create_lease('x'))
            """,
            """
            def test_it(self):
                user = self.client.create_user('x')
                self.addCleanup(self.client.delete_user, user['id'])
                self.assertTrue(self.client.create_access_key(user['id']))
            """,
            """
            def test_it(self):
                with self.assertWarns(ResourceWarning):
                    subprocess.Popen(['x'])
            """,
        ],
    )
    def test_in_one_class(self, body: str) -> None:
        assert said(in_class(body)) == []

    def test_same_acquires_without_their_releases_are_found(self) -> None:
        assert said(in_method("threading.Timer(3, print).start()")) == [("TH003", 7)]
        assert said(in_class("def test_it(self, other):\n    tempfile.mkdtemp()")) == [("TH003", 7)]
        assert said(in_method("self.client.create_role('x')")) == [("TH003", 7)]
        assert said(in_method("with other():\n    tempfile.mkdtemp()")) == [("TH003", 8)]

    def test_acquiring_function_is_replaced(self) -> None:
        body = "folder = tempfile.mkdtemp()\nself.assertTrue(folder)"
        assert said(in_method(body)) == [("TH003", 7)]
        for patch in ("@mock.patch('tempfile.mkdtemp')", "@mock.patch.object(tempfile, 'mkdtemp')"):
            assert said(in_method(body).replace("    def", f"    {patch}\n    def")) == []

    def test_open_is_replaced(self) -> None:
        source = in_method("log = open('x')\nself.assertTrue(log)")
        assert said(source) == [("TH003", 7)]
        assert said(source.replace("import mock", "import mock, mock_open")) == []

    def test_class_that_no_framework_runs(self) -> None:
        body = "def listen(self):\n    self.listener = socket.socket()"
        assert said(in_class(body, "Server")) == []
        assert said(in_class(f"def test_it(self):\n    self.assertTrue(self.listen())\n{body}")) == [
            ("TH003", 9)
        ]

    def test_class_of_pytest_that_is_mixed_in(self) -> None:
        body = "def test_it(self):\n    assert tempfile.mkdtemp()"
        assert said(in_class(body, "TestIt")) == [("TH003", 7)]
        assert said(in_class(body, "TestIt") + "class TestMore(TestIt, Other): pass\n") == []
        assert said(in_class(f"{body}\n    self.assertTrue(self)", "TestIt")) == []

    def test_mixin_keeps_what_its_heirs_may_release(self) -> None:
        body = "def setUp(self):\n    self.listener = socket.socket()"
        assert said(in_class(body, "Listening")) == []
        assert said(in_class(body)) == [("TH003", 7)]

    def test_fixture_of_a_conftest(self) -> None:
        source = f"{HEAD}@pytest.fixture\ndef folder():\n    return tempfile.mkdtemp()\n"
        assert said(source) == [("TH003", 7)]
        assert said(source, filename="conftest.py") == []

    def test_fixture_whose_test_releases(self) -> None:
        source = f"{HEAD}@pytest.fixture\ndef folder():\n    return tempfile.mkdtemp()\n"
        assert said(f"{source}def test_it(folder):\n    shutil.rmtree(folder)\n    assert folder\n") == []
        assert said(f"{source}def test_it(folder):\n    assert os.listdir(folder)\n") == [("TH003", 7)]


def test_failure_that_may_come_is_the_last_word() -> None:
    assert_as_commented(
        """
        import subprocess, unittest
        class TestIt(unittest.TestCase):
            def test_goes_on(self):
                try:
                    process = subprocess.Popen(['x'])  # TH003:23
                    self.assertTrue(self.listen())
                except OSError:
                    self.skipTest('no x')
            def test_ends(self):
                try:
                    subprocess.Popen(['x'])
                except OSError:
                    self.skipTest('no x')
                self.assertTrue(self.listen())
        """
    )


def test_waiter_is_no_release() -> None:
    assert_as_commented(
        """
        import unittest
        class TestIt(unittest.TestCase):
            def test_it(self):
                lease = self.client.create_lease('x')  # TH003:17
                self.addCleanup(self.client.wait_until_gone, lease['id'])
                self.assertTrue(self.service.is_up)
        """
    )


def test_cleanup_of_one_test_is_none_for_another() -> None:
    assert_as_commented(
        """
        import unittest
        class TestIt(unittest.TestCase):
            def check_lease(self):
                return self.client.create_lease('x')
            def test_released(self):
                lease = self.check_lease()
                self.addCleanup(self.client.delete_lease, lease)
                self.assertTrue(lease.is_up)
            def test_left(self):
                lease = self.check_lease()  # TH003:17
                self.assertTrue(lease.is_up)
        """
    )


def test_clients_by_where_they_come_from() -> None:
    assert_as_commented(
        """
        import boto3, openstack, unittest
        class TestIt(unittest.TestCase):
            def setUp(self):
                self.backend = boto3.client('s3')
                self.here = boto3.client('s3', endpoint_url=self.url)
            def test_it(self):
                self.backend.create_bucket(Bucket='x')  # TH003:9
                self.here.create_bucket(Bucket='x')
                self.elsewhere.create_bucket(Bucket='x')
                for name, cloud in {'x': openstack.connect()}.items():
                    cloud.create_keypair(name)  # TH003:13
        """
    )


def test_messages_name_what_the_user_wrote() -> None:
    source = in_class(
        """
        def test_it(self):
            make = tempfile.mkdtemp
            folder = make()
            self.addCleanup(shutil.rmtree, tempfile.mkdtemp())
            self.assertTrue(self.service.is_up)
        def test_long_names(self):
            self.administrators_of_everything.load_balancers_client.create_load_balancer_listener('x')
            self.assertTrue(self.service.is_up)
        """
    )
    short, long = linted(source)
    assert "directory from tempfile.mkdtemp() is never released" in short.text
    assert long.text.startswith("load balancer listener from create_load_balancer_listener() is never")
    assert long.text.endswith("self.addCleanup(delete_load_balancer_listener, ...)")


class TestStates:
    @pytest.mark.parametrize(
        "around",
        [
            "def tearDownModule():\n    os.chdir(HOME)",
            "def teardown_function():\n    os.chdir(HOME)",
            "@pytest.fixture(autouse=True)\ndef home():\n    old = os.getcwd()\n    yield\n    os.chdir(old)",
        ],
    )
    def test_restored_around_every_test(self, around: str) -> None:
        source = f"{HEAD}def test_it():\n    os.chdir('/')\n    assert os.listdir()\n"
        assert said(source) == [("TH303", 6)]
        assert said(f"{source}{around}\n") == []

    @pytest.mark.parametrize(
        "body",
        [
            "with temp_cwd():\n    os.chdir('/')",
            "with self.assertRaises(OSError):\n    os.chdir('/')",
            "with contextlib.chdir('/tmp'):\n    os.chdir('/')",
            "self.enterContext(contextlib.chdir('/tmp'))\nos.chdir('/')",
            "os.environ['X'] = self.saved",
            "os.environ['X'] = old_value",
            "self.addCleanup(os.environ.update, os.environ.copy())\nos.environ['X'] = '1'",
            "self.addCleanup(setattr, sys, 'stdout', sys.stdout)\nsys.stdout = self.stream",
            "self.addCleanup(os.environ.pop, 'X', None)\nos.environ['X'] = '1'",
        ],
    )
    def test_restored(self, body: str) -> None:
        assert said(in_method(body)) == []

    @pytest.mark.parametrize(
        "body",
        [
            "os.environ['X'] = value()\nself.addCleanup(os.environ.pop, 'Y')",
            "sys.stdout = stream\nself.addCleanup(setattr, sys, 'stderr', 1)",
            "os.chdir('/')\nself.addCleanup(print, [1], {})",
        ],
    )
    def test_another_is_restored(self, body: str) -> None:
        assert said(in_method(body)) == [("TH303", 7)]

    def test_monkeypatch_that_knows_the_variable(self) -> None:
        source = f"{HEAD}def test_it(monkeypatch):\n    monkeypatch.delenv('X')\n    os.environ['X'] = '1'\n"
        source += "    assert os.listdir()\n"
        assert said(source) == []
        assert said(source.replace("delenv('X')", "delenv('Y')")) == [("TH303", 7)]

    def test_strict_knows_attributes_of_modules(self) -> None:
        source = in_method("socket.socket = mock.Mock()\nmock.x.return_value = 1\nsocket._cache = {}")
        assert said(source, "TH303") == [("TH303", 7)]
        assert said(source) == []

    def test_program_that_tests_start(self) -> None:
        test = "def test_it():\n    os.chdir('/')\n    assert os.listdir()\n"
        source = f"{HEAD}{test}if __name__ == '__main__':\n    test_it()\n"
        assert said(source, filename="tests/server.py") == []
        assert said(source, filename="tests/test_server.py") == [("TH303", 6)]


def test_fakes_are_no_tests() -> None:
    source = in_class("def make(self):\n    return self.client.create_lease('x')\nsetUp = make")
    test = "def setUp(self):\n    socket.socket()\ndef test_it(self):\n    pass"
    assert said(source, filename="tests/fakes.py") == []
    assert said(in_class(test), filename="tests/test_fakes.py") == [("TH003", 7)]
