"""Ways of acquiring and releasing that are rare, and that a user would be sorry to see mistaken."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from flake8_testhygiene.cleanup import states
from flake8_testhygiene.docs import asked, lint
from flake8_testhygiene.module import Module
from flake8_testhygiene.options import Options
from flake8_testhygiene.outline import Definition
from flake8_testhygiene.project.files import Files
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
    assert long.text.endswith("self.addCleanup(delete_load_balancer_listener, ...) [missing_cleanup]")


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


class TestAcquired:
    """What counts as acquired, each beside its neighbour that does not."""

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            # where a file lies that is made in a folder of somebody's
            ("tempfile.mkdtemp('', 'x')", [("TH003", 7)]),
            ("tempfile.mkdtemp('', 'x', self.root)", []),
            ("tempfile.mkdtemp(dir=self.root)", []),
            ("log = open('x', 'w', self.size)", [("TH003", 7)]),
            # what is patched
            ("mock.patch.object(os, 'x').start()", [("TH304", 7)]),
            ("name = self.choose()\nmock.patch.object(os, name).start()", [("TH304", 8)]),
            ("thing = Thing()\nmock.patch.object(thing, 'x').start()", []),
            # in which process
            ("os.chdir('/')", [("TH303", 7)]),
            ("if not os.fork():\n    os.chdir('/')", []),
            # who has it at last
            ("log = open('x')\nself.assertTrue(log)", [("TH003", 7)]),
            ("log = open('x')\ndef get():\n    return log\nself.serve(get)", []),
        ],
    )
    def test_in_one_method(self, body: str, found: list[tuple[str, int]]) -> None:
        assert said(in_method(body)) == found

    @pytest.mark.parametrize(("method", "found"), [("work", [("TH003", 11)]), ("run", [])])
    def test_heir_of_a_thread(self, method: str, found: list[tuple[str, int]]) -> None:
        worker = f"class Worker(threading.Thread):\n    def {method}(self):\n        pass\n"
        test = in_method("worker = Worker()\nworker.start()").removeprefix(HEAD)
        assert said(HEAD + worker + test) == found

    @pytest.mark.parametrize(("deleted", "found"), [("True", []), ("False", []), ("", [("TH003", 7)])])
    def test_volume_that_goes_with_its_server(self, deleted: str, found: list[tuple[str, int]]) -> None:
        disk = "{'uuid': volume['id']" + (f", 'delete_on_termination': {deleted}" if deleted else "") + "}"
        body = f"""
        volume = self.client.create_volume('x')
        server = self.client.create_server({{'disks': [{disk}]}})
        self.addCleanup(self.client.delete_server, server)
        """
        assert said(in_method(body)) == found

    def test_decorator_that_the_user_names(self) -> None:
        body = "@mylib.swept()\ndef test_it(self):\n    self.assertTrue(tempfile.mkdtemp())"
        source = (
            "import mylib\n" + in_class(body, "TestIt(Base)") + "class Base(unittest.TestCase):\n    pass\n"
        )
        plain = source.replace("    @mylib.swept()\n", "")
        assert said(plain) == [("TH003", 8)]
        for word in ("TestIt", "Base", "mylib.swept"):
            plugin = asked(Options(isolated_by=(word,)))
            assert lint(source, "test_x.py", plugin) == []
        assert lint(plain, "test_x.py", asked(Options(isolated_by=("mylib.swept",))))

    def test_fixture_that_releases_before_it_yields(self) -> None:
        source = f"{HEAD}@pytest.fixture\ndef folder():\n    made = tempfile.mkdtemp()\n"
        test = "def test_it(folder):\n    assert os.listdir(folder)\n"
        assert said(f"{source}    yield made\n{test}") == [("TH003", 7)]
        assert said(f"{source}    yield made\n    shutil.rmtree(made)\n{test}") == []
        assert said(f"{source}    use(made)\n    yield made\n    shutil.rmtree(made)\n{test}") == []


class TestProposed:
    """The way out that a message proposes exists where it is proposed."""

    @pytest.mark.parametrize(
        ("source", "text"),
        [
            (
                in_method("self.nova.servers.create('x')"),
                "server from create() is never released: self.addCleanup(self.nova.servers.delete, ...)",
            ),
            (
                in_class("def test_it(self):\n    assert tempfile.mkdtemp()", "TestIt(object)"),
                "directory from tempfile.mkdtemp() is never released: try/finally shutil.rmtree(...)",
            ),
            (
                f"{HEAD}def test_it():\n    client = boto3.client('s3')\n"
                "    client.create_bucket(Bucket='x')\n    assert client.list()\n",
                "bucket from client.create_bucket() is never released: try/finally client.delete_bucket(...)",
            ),
        ],
        ids=["collection", "no base", "function"],
    )
    def test_text(self, source: str, text: str) -> None:
        assert [each.text for each in linted(source)] == [f"{text} [missing_cleanup]"]


class TestLate:
    """What stands between an acquire and its cleanup, and may fail."""

    @pytest.mark.parametrize(
        ("between", "found"),
        [
            ("self.wait_for(lease)", [("TH302", 9)]),
            ("self.thing.create_port('x')", [("TH302", 9)]),
            ("self.thing.make_port('x')", []),
            ("later = lambda: self.wait_for(lease)", []),
        ],
    )
    def test_remote(self, between: str, found: list[tuple[str, int]]) -> None:
        body = f"lease = self.manager.create_lease('x')\n{between}\n"
        assert said(in_method(f"{body}self.addCleanup(self.manager.delete_lease, lease)")) == found

    @pytest.mark.parametrize(
        "between",
        ["try:\n    self.wait_for(1)\nexcept OSError:\n    pass", "def go():\n    self.wait_for(1)"],
    )
    def test_failure_does_not_get_out(self, between: str) -> None:
        body = "folder = tempfile.mkdtemp()\n{}\nself.addCleanup(shutil.rmtree, folder)"
        assert said(in_method(body.format("self.wait_for(1)"))) == [("TH302", 9)]
        assert said(in_method(body.format(between))) == []

    @pytest.mark.parametrize(
        ("helper", "is_found"),
        [
            ("self.assertTrue(self.x)", True),
            ("self.later = lambda: self.assertTrue(self.x)", False),
            ("try:\n    self.assertTrue(self.x)\nexcept AssertionError:\n    pass", False),
        ],
    )
    def test_helper(self, helper: str, is_found: bool) -> None:
        test = "folder = tempfile.mkdtemp()\nself.settle()\nself.addCleanup(shutil.rmtree, folder)"
        settle = f"def settle(self):\n{textwrap.indent(helper, '    ')}"
        source = in_class(f"def test_it(self):\n{textwrap.indent(asserting(test), '    ')}\n{settle}")
        assert ("TH302" in {code for code, _ in said(source)}) is is_found

    @pytest.mark.parametrize(
        ("between", "is_found"),
        [
            ("self.assertIsNotNone(lease)", False),
            ("self.assertIsNotNone(lease.get('id'))", False),
            ("self.assertIsNotNone(other.get('id'))", True),
            ("self.assertEqual(1, lease)", True),
            ("self.eventually(1)", True),
            ("self.waiter.go(1)", True),
            ("self._assert_eventually(1)", True),
            ("self.go(1)", False),
        ],
    )
    def test_what_may_fail(self, between: str, is_found: bool) -> None:
        body = f"lease = self.client.create_lease('x')\n{between}\n"
        source = in_method(f"{body}self.addCleanup(self.client.delete_lease, lease)\nself.assertTrue(self.x)")
        assert said(source) == ([("TH302", 9)] if is_found else [])

    def test_waiter_that_is_registered_is_no_cleanup(self) -> None:
        body = "lease = self.client.create_lease('x')\nself.addCleanup(self.client.wait_until_gone, lease)\n"
        body += "self.wait_for(lease)\nself.addCleanup(self.client.delete_lease, lease)"
        assert said(in_method(body)) == [("TH302", 10)]

    def test_another_process_that_may_not_start(self) -> None:
        body = "folder = tempfile.mkdtemp()\nprocess = {}\n"
        body += "self.addCleanup(shutil.rmtree, folder)\nprocess.wait()"
        codes = [[code for code, _ in said(in_method(body.format(made)))] for made in ("Thing()", "None")]
        assert codes == [[], []]
        started = body.format("subprocess.Popen(['x'])")
        assert ("TH302", 9) in said(in_method(started))

    @pytest.mark.parametrize(
        ("last", "is_found"),
        [
            ("self.wait_for(1)", True),
            ("self.later = lambda: self.wait_for(1)", False),
            ("try:\n        self.wait_for(1)\n    except OSError:\n        pass", False),
            ("def go():\n        self.wait_for(1)", False),
            ("def wait():\n        pass\n    wait()", False),
        ],
    )
    def test_set_up_that_fails_half_way(self, last: str, is_found: bool) -> None:
        source = in_class(
            f"def setUp(self):\n    self.listener = socket.socket()\n    {last}\n"
            "def tearDown(self):\n    self.listener.close()\n"
            "def test_it(self):\n    self.assertTrue(self.listener.x)"
        )
        assert said(source, "TH305") == ([("TH305", 7)] if is_found else [])


class TestIsolated:
    """Nothing real is made, or something around takes it away."""

    @pytest.mark.parametrize(
        ("around", "line", "is_found"),
        [
            ("self.go()", "self.client.create_lease('x')", True),
            ("mock.patch('cloud.send').start()", "self.client.create_lease('x')", False),
            ("self.go()", "mock.patch('cloud.send'); self.client.create_lease('x')", False),
            ("self.go()", "self.client.create_lease('x'); self.send.assert_called_once_with(1)", False),
            ("self.go()", "mine.patch('cloud.send'); self.client.create_lease('x')", True),
        ],
    )
    def test_mocks_answer(self, around: str, line: str, is_found: bool) -> None:
        source = in_class(
            f"def setUp(self):\n    {around}\n    self.addCleanup(mock.patch.stopall)\n"
            f"def test_it(self):\n    {line}\n    self.assertTrue(self.x)"
        )
        assert [code for code, _ in said(source)] == (["TH003"] if is_found else [])

    @pytest.mark.parametrize(
        ("runner", "found"), [("multiprocessing.Process", []), ("threading.Thread", [("TH003", 13)])]
    )
    def test_what_a_process_of_its_own_runs(self, runner: str, found: list[tuple[str, int]]) -> None:
        source = in_class(
            f"def test_it(self):\n    job = {runner}(target=self.serve)\n    job.start()\n    job.join()\n"
            "    self.assertTrue(self.x)\n"
            "def serve(self):\n    listener = socket.socket()\n    listener.bind(1)"
        )
        assert said(f"import multiprocessing\n{source}") == found

    @pytest.mark.parametrize(("name", "found"), [("tearDown", []), ("drop_all", [("TH302", 12)])])
    def test_late_where_a_teardown_deletes_too(self, name: str, found: list[tuple[str, int]]) -> None:
        source = in_class(
            f"""
            def {name}(self):
                for each in self.client.list_leases():
                    self.client.delete_lease(each)
            def test_it(self):
                lease = self.client.create_lease('x')
                self.wait_for(lease)
                self.addCleanup(self.client.delete_lease, lease)
            """
        )
        assert said(source) == found

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            ("self.client.delete_lease(lease)", []),
            ("self.pool.take(lease)", []),
            ("print(lease)", [("TH003", 7)]),
        ],
    )
    def test_registered_helper(self, body: str, found: list[tuple[str, int]]) -> None:
        source = in_class(
            "def test_it(self):\n    lease = self.client.create_lease('x')\n"
            "    self.addCleanup(self.note, lease)\n    self.assertTrue(self.x)\n"
            f"def note(self, lease):\n    {body}"
        )
        assert said(source) == found

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            ("for each in self.client.list_leases(): self.client.delete_lease(each)", []),
            ("for each in self.kept: self.client.delete_lease(each)", [("TH003", 11)]),
            ("self.leases.clear()", [("TH003", 11)]),
        ],
    )
    def test_teardown_by_a_helper(self, body: str, found: list[tuple[str, int]]) -> None:
        source = in_class(
            f"def tearDown(self):\n    self.delete_leases()\ndef delete_leases(self):\n    {body}\n"
            "def test_it(self):\n    self.client.create_lease('x')\n    self.assertTrue(self.x)"
        )
        assert said(source) == found

    def test_inner_function_that_is_given_it(self) -> None:
        assert said(in_method("log = open('x')\ndef look(each):\n    print(each)\nlook(log)")) == []
        assert said(in_method("log = open('x')\nprint(log)")) == [("TH003", 7)]

    def test_owner_of_what_is_replaced(self) -> None:
        source = in_method("pool = futures.ThreadPoolExecutor()\nself.assertTrue(pool)")
        source = f"from concurrent import futures\n{source}"
        patched = "    @mock.patch.object(futures, 'ThreadPoolExecutor')\n    def test"
        assert said(source) == [("TH003", 8)]
        assert said(source.replace("    def test", patched)) == []

    @pytest.mark.parametrize(("action", "is_found"), [("forceDelete", False), ("suspend", True)])
    def test_action_that_deletes(self, action: str, is_found: bool) -> None:
        body = f"server = self.client.create_server('x')\nself.client.act(server, {{'{action}': None}})\n"
        source = in_method(f"{body}self.assertTrue(self.x)")
        assert [code for code, _ in said(source)] == (["TH003"] if is_found else [])


class TestStatesAround:
    @pytest.mark.parametrize(
        ("line", "is_found"),
        [
            ("locale.setlocale(locale.LC_ALL)", False),
            ("locale.setlocale(locale.LC_ALL, None)", False),
            ("locale.setlocale(locale.LC_ALL, 'C')", True),
            ("socket.setdefaulttimeout(None)", False),
            ("socket.setdefaulttimeout(3)", True),
            ("signal.signal(signal.SIGINT, signal.SIG_DFL)", False),
            ("signal.signal(signal.SIGINT, go)", True),
            ("try:\n    go()\nfinally:\n    os.chdir('/')", False),
            ("def back(): os.chdir('/old')\nself.addCleanup(back)\nos.chdir('/')", False),
            ("def back(): os.listdir('/old')\nself.addCleanup(go)\nos.chdir('/')", True),
        ],
    )
    def test_call_that_leaves_things_as_they_were(self, line: str, is_found: bool) -> None:
        codes = [code for code, _ in said(f"import locale, signal\n{in_method(line)}")]
        assert codes == (["TH303"] if is_found else [])

    def test_language(self) -> None:
        test = "def test_it(self):\n    translation.activate('fr')\n    self.assertTrue(self.x)"
        head = "from django.utils import translation\n"
        assert said(head + in_class(test)) == [("TH303", 8)]
        assert said(head + in_class(f"@translation.override('de')\n{test}")) == []

    def test_second_change_is_how_it_was_put_back(self) -> None:
        body = "os.environ['X'] = '1'\nself.go()\nos.environ['{}'] = '2'"
        assert said(in_method(body.format("X"))) == []
        assert said(in_method(body.format("Y"))) == [("TH303", 7)]

    @pytest.mark.parametrize(("name", "found"), [("X", []), ("Y", [("TH303", 8)])])
    def test_guard_of_one_variable(self, name: str, found: list[tuple[str, int]]) -> None:
        guard = f"self.useFixture(fixtures.EnvironmentVariable('{name}', '1'))"
        assert said(in_method(f"{guard}\nos.environ['X'] = '1'")) == found

    @pytest.mark.parametrize(
        "arguments",
        ["'os.environ'", "os.environ", "'os.environ', {'Y': '1'}", "os.environ, Y='1', clear=True"],
    )
    def test_guard_of_all_variables(self, arguments: str) -> None:
        guard = f"mock.patch.dict({arguments})"
        assert said(in_method(f"self.enterContext({guard})\nos.environ['X'] = '1'")) == []
        assert said(in_method(f"with {guard}:\n    os.environ['X'] = '1'")) == []
        assert (
            said(
                in_method(
                    f"patch = {guard}\npatch.start()\nself.addCleanup(patch.stop)\nos.environ['X'] = '1'"
                )
            )
            == []
        )

    def test_guard_of_another_dictionary(self) -> None:
        guard = "mock.patch.dict('sys.modules', {'x': None})"
        assert said(in_method(f"with {guard}:\n    os.environ['X'] = '1'")) == [("TH303", 8)]

    def test_class_that_the_user_names(self) -> None:
        source = in_method("os.chdir('/')")
        for strict, found in ((frozenset[str](), []), (frozenset({"TH303"}), ["TH303"])):
            plugin = asked(Options(isolated_by=("TestIt",), strict=strict))
            assert [each.code for each in lint(source, "test_x.py", plugin)] == found


class TestChangesOfImports:
    """A look at what is assigned to sees no less than reading all of a function does."""

    CHANGES = (
        "os.x = 1",
        "os.x.y = 1",
        "os.environ['X'] = '1'",
        "os.x += 1",
        "del os.x",
        "del os.environ['X']",
        "os.x, z = y",
        "[z, *os.x] = y",
        "for os.x in y: pass",
        "with y as os.x: pass",
        "with y as (z, os.x): pass",
        "import sys\nsys.x = 1",
        "from y import x\nx.z = 1",
        "if y:\n    while z:\n        os.x = 1",
        "def inner():\n    os.x = 1",
        "os.x: int = 1",
    )
    OTHERS = ("self.x = 1", "x.y = 1", "x['y'] = os.z", "x = os.x", "y(os.x)", "os.x == 1", "y(os.x).z = 1")

    @staticmethod
    def looked_at(body: str, root: Path) -> tuple[bool, bool]:
        """Whether a look sees a change of an import, and whether reading does."""
        text = f"import os\n\n\ndef test_it(self):\n{textwrap.indent(body, '    ')}\n"
        module = Module(ast.parse(text), text, "test_x.py", Options(), str(root), Files())
        (place,) = module.places
        assert not isinstance(place.function, Definition)
        return states.may_change_an_import(place.function, module), bool(place.facts.effects)

    @pytest.mark.parametrize("body", CHANGES)
    def test_seen(self, body: str, tmp_path: Path) -> None:
        seen, _ = self.looked_at(body, tmp_path)
        assert seen

    @pytest.mark.parametrize("body", OTHERS)
    def test_not_seen(self, body: str, tmp_path: Path) -> None:
        assert self.looked_at(body, tmp_path) == (False, False)


class TestFoundOnUnseenSuites:
    """What suites taught that nobody had tuned the rules on: found or silent, with the twin beside it."""

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            # a session is no container: what get() gives is not it
            ("made = aiohttp.ClientSession()\nmade.get('x')", ["TH003"]),
            ("made = subprocess.Popen(['x'])\nkept = {'x': made}\nkept.get('x').wait()", []),
            # sys.path is a list of texts
            ("sys.path.append(tempfile.mkdtemp())", ["TH003"]),
            # what is done to it before the failure is seen was to work
            (
                "try:\n    made = socket.socket()\n    made.bind(('', 0))\nexcept OSError:\n    self.skip()",
                ["TH003"],
            ),
            ("try:\n    socket.create_connection(('x', 1))\nexcept OSError:\n    pass", []),
            # another object holds it
            ("self.data.leases.append(self.client.create_lease('x'))", []),
            # uploads, and files that are written to
            ("requests.post('http://x', data=open('x'))", ["TH003"]),
            ("self.client.upload(open('x'))", []),
            ("parser.write(open('x', 'w'))", ["TH003"]),
            # an id that is parsed from an answer is the thing's
            (
                "made = self.client.create_image('x')\nmade_id = utils.parse_image_id(made)\n"
                "self.client.delete_image(made_id)",
                [],
            ),
            # deleted with its group
            ("self.client.create_volume(group_id='x')", []),
            ("self.client.create_volume(size=1)", ["TH003"]),
        ],
    )
    def test_here(self, body: str, found: list[str]) -> None:
        source = in_method(body).replace("import boto3", "import aiohttp, requests, boto3")
        assert [code for code, _ in said(source)] == found

    @pytest.mark.parametrize(
        ("name", "more", "found"),
        [
            ("tearDown", "", []),
            ("teardown", "", ["TH003"]),
            ("cleanup", "", ["TH003"]),
            ("cleanup", "self.addCleanup(self.cleanup)", []),
            ("close_all", "", []),
        ],
    )
    def test_named_like_a_teardown(self, name: str, more: str, found: list[str]) -> None:
        source = in_class(
            f"def setUp(self):\n    self.folder = tempfile.mkdtemp()\n    {more}\n"
            f"def {name}(self):\n    shutil.rmtree(self.folder)\n"
            "def test_it(self):\n    self.assertTrue(self.folder)"
        )
        assert [code for code, _ in said(source)] == found

    def test_pytest_runs_teardown(self) -> None:
        source = in_class(
            "def setup(self):\n    self.log = open('x')\n"
            "def teardown(self):\n    self.log.close()\n"
            "def test_it(self):\n    assert self.log",
            "TestIt(object)",
        )
        assert said(source) == []

    @pytest.mark.parametrize(
        ("other", "found"),
        [("self.assertTrue(self.y)", ["TH003"]), ("self.serve(self.made)", []), ("self.use()", [])],
    )
    def test_kept_for_all_tests(self, other: str, found: list[str]) -> None:
        source = in_class(
            "def setUp(self):\n    self.made = socket.socket()\n"
            "def use(self):\n    self.serve(self.made)\n"
            f"def test_one(self):\n    self.serve(self.made)\n    self.assertTrue(self.x)\n"
            f"def test_other(self):\n    {other}\n    self.assertTrue(self.x)"
        )
        assert [code for code, _ in said(source)] == found

    def test_kept_and_used_in_the_set_up(self) -> None:
        source = in_class(
            "def setUp(self):\n    self.made = socket.socket()\n    self.server = self.serve(self.made)\n"
            "def test_one(self):\n    self.assertTrue(self.server)"
        )
        assert said(source) == []

    @pytest.mark.parametrize(("asks", "found"), [("hasattr(", ["TH003"]), ("mock.patch.object(", [])])
    def test_asking_is_no_mock(self, asks: str, found: list[str]) -> None:
        body = f"{asks}socket, 'fromfd')\nmade = socket.fromfd(3, 1, 1)\nself.assertTrue(self.x)"
        assert [code for code, _ in said(in_method(body))] == found

    @pytest.mark.parametrize(
        ("called", "found"),
        [("self.drop_lease('x')", ["TH003"]), ("self.addCleanup(self.drop_lease, 'x')", [])],
    )
    def test_helper_that_releases_what_it_is_given(self, called: str, found: list[str]) -> None:
        source = in_class(
            "def drop_lease(self, name):\n    self.client.delete_lease(name)\n"
            f"def test_one(self):\n    {called}\n    self.assertTrue(self.x)\n"
            "def test_other(self):\n    self.client.create_lease('y')\n    self.assertTrue(self.x)"
        )
        assert [code for code, _ in said(source)] == found

    @pytest.mark.parametrize(
        ("handed_on", "found"),
        [
            ("import unittest", ["TH003"]),
            ("try:\n    import unittest\nexcept ImportError:\n    unittest = None", ["TH003"]),
            ("from cloud import unittest", []),
            ("unittest = object()", []),
        ],
    )
    def test_module_that_a_file_hands_on(self, project: Path, handed_on: str, found: list[str]) -> None:
        (project / "util.py").write_text(handed_on)
        source = (
            "import tempfile\nfrom util import unittest\n"
            "class TestIt(unittest.TestCase):\n    def test_it(self):\n"
            "        self.folder = tempfile.mkdtemp()\n        self.assertTrue(self.folder)\n"
        )
        assert [code for code, _ in said(source)] == found

    def test_base_that_is_a_module(self, project: Path) -> None:
        (project / "util").mkdir()
        (project / "util" / "__init__.py").touch()
        (project / "util" / "cases.py").touch()
        assert (
            said("import util.cases\nclass TestIt(util.cases):\n    def test_it(self):\n        self.x()\n")
            == []
        )
