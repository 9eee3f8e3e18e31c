"""Every row of the catalog means something that exists, and is found and released as it says."""

from __future__ import annotations

import asyncio
import bz2
import fileinput
import gzip
import http.client
import io
import lzma
import multiprocessing.connection
import multiprocessing.pool
import pathlib
import pydoc
import shelve
import socket
import sqlite3
import ssl
import sys
import tarfile
import types
import wave
from unittest import mock

import pytest

from flake8_testhygiene.catalog import remote
from flake8_testhygiene.catalog.files import IN_MEMORY
from flake8_testhygiene.catalog.resource import Resource
from flake8_testhygiene.catalog.resources import ALL_PATCHES_STOPPED_BY, LOCAL
from flake8_testhygiene.catalog.states import NO_CHANGE, STATES, State
from tests.snippets import in_test, line_of, linted, said

pytestmark = pytest.mark.usefixtures("project")

# Names that cannot be located on every Python this runs on, with the reason.
NOT_EVERYWHERE = {
    "distutils.dir_util.remove_tree": "distutils left with 3.12",
    "test.support.unlink": "moved to os_helper with 3.10",
    "test.support.rmtree": "moved to os_helper with 3.10",
    "test.support.EnvironmentVarGuard": "moved to os_helper with 3.10",
    "test.support.os_helper.rmtree": "distributions leave the test package out",
    "test.support.run_with_locale": "distributions leave the test package out",
    "contextlib.chdir": "came with 3.11",
    "locale.resetlocale": "left with 3.13",
    "clear_time_override": "the bare name of a function of oslo_utils",
    "TimeFixture": "the bare name of a fixture of oslo_utils",
    "TimeOverride": "the bare name of a fixture of nova",
    "test.support.catch_unraisable_exception": "distributions leave the test package out",
    "test.support.threading_helper.catch_threading_exception": "distributions leave the test package out",
    "test.support.setswitchinterval": "distributions leave the test package out",
    "test.support.infinite_recursion": "distributions leave the test package out",
    "test.support.run_with_tz": "distributions leave the test package out",
    "test.support.os_helper.unlink": "distributions leave the test package out",
    "ssl.wrap_socket": "left with 3.12",
    "telnetlib.Telnet": "left with 3.13",
    "asyncio.Runner": "came with 3.11",
}

# What the acquiring functions give, where the name alone does not say.
GIVES: dict[str, type] = {
    "tempfile.mkdtemp": str,
    "tempfile.mkstemp": pathlib.Path,  # removed by the path made of its name
    "tempfile.TemporaryFile": io.BufferedRandom,
    "open": io.TextIOWrapper,
    "io.open": io.TextIOWrapper,
    "os.fdopen": io.TextIOWrapper,
    "os.open": int,
    "tarfile.open": tarfile.TarFile,
    "gzip.open": gzip.GzipFile,
    "bz2.open": bz2.BZ2File,
    "lzma.open": lzma.LZMAFile,
    "shelve.open": shelve.Shelf,
    "sqlite3.connect": sqlite3.Connection,
    "multiprocessing.Pool": multiprocessing.pool.Pool,
    "asyncio.new_event_loop": asyncio.AbstractEventLoop,
    "socket.create_connection": socket.socket,
    "socket.create_server": socket.socket,
    "socket.socketpair": socket.socket,
    "socket.fromfd": socket.socket,
    "socket.socket().accept": socket.socket,
    "socket.create_server().accept": socket.socket,
    "multiprocessing.connection.Listener().accept": multiprocessing.connection.Connection,
    "multiprocessing.connection.Client": multiprocessing.connection.Connection,
    "multiprocessing.get_context().Process": multiprocessing.Process,
    "multiprocessing.get_context().Pool": multiprocessing.pool.Pool,
    "ssl.wrap_socket": ssl.SSLSocket,
    "ssl.SSLContext().wrap_socket": ssl.SSLSocket,
    "ssl.create_default_context().wrap_socket": ssl.SSLSocket,
    "pathlib.Path().open": io.TextIOWrapper,
    "os.popen": io.TextIOWrapper,
    "fileinput.input": fileinput.FileInput,
    "wave.open": wave.Wave_read,
    "tarfile.TarFile.open": tarfile.TarFile,
    "dbm.open": shelve.Shelf,
    "dbm.dumb.open": shelve.Shelf,
    "urllib.request.urlopen": http.client.HTTPResponse,
    "unittest.mock.patch": type(mock.patch("os.getcwd")),
    "unittest.mock.patch.object": type(mock.patch.object(io, "open")),
    "unittest.mock.patch.dict": type(mock.patch.dict({})),
    "unittest.mock.patch.multiple": type(mock.patch.multiple(io, open=1)),
}
# Their methods come with the object, or from what it wraps.
CANNOT_BE_TOLD = {
    "codecs.open",
    "multiprocessing.Manager",
    "multiprocessing.get_context().Manager",
    "tempfile.NamedTemporaryFile",
}
# What a row says of whatever is called so.
SPELLED = {
    "*listener.accept": "self.listener.accept",
    "*context.wrap_socket": "self.context.wrap_socket",
}
# Where the class that has a method is not the one its name says.
LOCATED = {
    "create_server.": "socket.",
    "get_context.": "context.SpawnContext.",
    "create_default_context.": "SSLContext.",
}


def name(row: Resource) -> str:
    return row.acquire + (f" {row.when[0]}={row.when[1]}" if row.when else "")


def spelled(row: Resource) -> str:
    """A name that the row is about: ``nova.service.Service`` of ``*.service.Service``."""
    return SPELLED.get(row.acquire, row.acquire.replace("*.", "nova.").replace("*", "nova.db."))


def is_standard(row: Resource) -> bool:
    return row.acquire.split(".")[0] in {*sys.stdlib_module_names, "open"}


each_resource = pytest.mark.parametrize("row", LOCAL, ids=name)
each_standard = pytest.mark.parametrize("row", [row for row in LOCAL if is_standard(row)], ids=name)
each_release = pytest.mark.parametrize(
    ("row", "release"),
    [pytest.param(row, release, id=f"{name(row)} {release}") for row in LOCAL for release in row.releases],
)


def imported_by_name(dotted: str) -> object:
    """What a dotted name leads to; None too where its module needs another that is not installed."""
    try:
        return pydoc.locate(dotted)
    except pydoc.ErrorDuringImport:
        return None


def module_of(dotted: str) -> str:
    """``unittest.mock`` of ``unittest.mock.patch.object``: as much of a name as can be imported."""
    parts = dotted.replace("()", "").split(".")
    while len(parts) > 1 and not isinstance(imported_by_name(".".join(parts)), types.ModuleType):
        parts.pop()
    return ".".join(parts)


def located(row: Resource) -> object:
    dotted = row.acquire.replace("()", "")
    for written, meant in LOCATED.items():
        dotted = dotted.replace(written, meant)
    return imported_by_name(dotted)


def given(row: Resource) -> object:
    """What the acquiring call gives, or its class."""
    return GIVES.get(row.acquire) or located(row)


def acquiring(row: Resource, arguments: str = "'x'") -> str:
    if row.when:
        arguments += f", {row.when[0]}={row.when[1]}"
    _, called, method = row.acquire.rpartition("().")
    return f"maker.{method}({arguments})" if called else f"{spelled(row)}({arguments})"


def making(row: Resource) -> tuple[str, ...]:
    """What stands before a call of a method: ``socket.socket().accept`` needs a socket that is released."""
    maker, called, _ = spelled(row).rpartition("().")
    return (f"maker = {maker}('x')", "self.addCleanup(maker.close)", "take(maker)") if called else ()


def imported(row: Resource) -> tuple[str, ...]:
    releases = [each for each in row.releases if "." in each.lstrip(".")]
    names = [each for each in (spelled(row), *releases) if not each.startswith("self.")]
    return ("os", *map(module_of, names))


def acquired(row: Resource, *rest: str, arguments: str = "'x'") -> str:
    """A test that acquires what the row is about, on the line that says so."""
    lines = [*making(row), f"made = {acquiring(row, arguments)}"]
    if row.begins:
        lines.append(f"made.{row.begins[0]}()")
    lines[-1] += "  # acquired"
    lines += [f"made.{method}()" for method in row.uses[:1]]
    return in_test(*lines, *rest, imports=imported(row))


def asked(row: Resource) -> tuple[str, ...]:
    """The codes to be strict about for the row to apply."""
    return ("TH003",) if row.strict else ()


def leaves(row: Resource) -> str:
    return "TH304" if row.kind == "patch" else "TH003"


class TestResources:
    @each_standard
    def test_acquire_exists(self, row: Resource) -> None:
        assert row.acquire in NOT_EVERYWHERE or located(row)

    @each_release
    def test_release_exists(self, row: Resource, release: str) -> None:
        if not release.startswith("."):
            assert release in NOT_EVERYWHERE or pydoc.locate(release)
        elif is_standard(row) and row.acquire not in CANNOT_BE_TOLD | NOT_EVERYWHERE.keys():
            assert hasattr(given(row), release[1:])

    @each_standard
    def test_beginning_is_a_method(self, row: Resource) -> None:
        for method in row.begins:
            assert hasattr(given(row), method)

    @each_standard
    def test_manages_what_can_be_entered(self, row: Resource) -> None:
        if row.manages and row.acquire not in CANNOT_BE_TOLD | NOT_EVERYWHERE.keys():
            assert hasattr(given(row), "__enter__")

    @each_resource
    def test_released_nowhere(self, row: Resource) -> None:
        source = acquired(row, "self.assertTrue(made)")
        (finding,) = linted(source, *asked(row))
        assert (finding.code, finding.line) == (leaves(row), line_of(source, "# acquired"))
        assert row.noun in finding.text
        assert row.way_out in finding.text

    @pytest.mark.parametrize("row", [row for row in LOCAL if row.strict], ids=name)
    def test_strict(self, row: Resource) -> None:
        assert said(acquired(row, "self.assertTrue(made)")) == []

    @each_release
    def test_released_by_cleanup(self, row: Resource, release: str) -> None:
        cleanup = f"made{release}" if release.startswith(".") else f"{release}, made"
        source = acquired(row, f"self.addCleanup({cleanup})", "self.assertTrue(made)")
        assert said(source, *asked(row)) == []

    @each_release
    def test_released_in_finally(self, row: Resource, release: str) -> None:
        if release == "os.fdopen":
            pytest.skip("what it gives is to be closed in turn")
        call = f"made{release}()" if release.startswith(".") else f"{release}(made)"
        source = acquired(row, "try:", "    self.assertTrue(made)", "finally:", f"    {call}")
        assert said(source, *asked(row)) == []

    @each_resource
    def test_another_cleanup_releases_nothing(self, row: Resource) -> None:
        source = acquired(row, "self.addCleanup(print, 'x')", "self.assertTrue(made)")
        assert [each.code for each in linted(source, *asked(row))] == [leaves(row)]

    @each_resource
    def test_with(self, row: Resource) -> None:
        source = in_test(
            *making(row),
            f"with {acquiring(row)} as made:",
            f"    made.{row.uses[0] if row.uses else 'look'}()",
            imports=imported(row),
        )
        found = [each.code for each in linted(source, *asked(row))]
        assert found == ([] if row.manages or row.begins else ["TH003"])

    @each_resource
    def test_entered_later(self, row: Resource) -> None:
        if row.manages and not row.begins:
            source = acquired(row, "with made:", "    self.assertTrue(made)")
            assert said(source, *asked(row)) == []

    @each_resource
    def test_never_begun(self, row: Resource) -> None:
        if row.begins:
            source = acquired(row).replace(f"made.{row.begins[0]}()", "self.assertTrue(made)")
            assert said(source, *asked(row)) == []

    @pytest.mark.parametrize("row", [row for row in LOCAL if row.uses], ids=name)
    def test_never_used(self, row: Resource) -> None:
        source = acquired(row).replace(f"made.{row.uses[0]}()", "self.assertTrue(made)")
        assert said(source, *asked(row)) == []

    @pytest.mark.parametrize("row", [row for row in LOCAL if row.named], ids=name)
    def test_never_named(self, row: Resource) -> None:
        source = in_test(*making(row), f"self.assertTrue({acquiring(row)})", imports=imported(row))
        assert said(source, *asked(row)) == []

    @pytest.mark.parametrize("row", [row for row in LOCAL if row.given], ids=name)
    def test_given_nothing(self, row: Resource) -> None:
        assert said(acquired(row, "self.assertTrue(made)", arguments=""), *asked(row)) == []

    @pytest.mark.parametrize(
        ("row", "keyword"),
        [
            pytest.param(row, each, id=f"{name(row)} {each}")
            for row in LOCAL
            for each in (*row.not_with, *((row.unless[0],) if row.unless else ()))
        ],
    )
    def test_unless_and_not_with(self, row: Resource, keyword: str) -> None:
        value = row.unless[1] if row.unless else "self"
        others = [other for other in LOCAL if other.acquire == row.acquire and other.when == row.unless]
        others = [other for other in others if other is not row and row.unless]
        found = linted(acquired(row, "self.assertTrue(made)", arguments=f"{keyword}={value}"), *asked(row))
        assert len(found) == len(others)
        assert all(other.way_out in each.text for other, each in zip(others, found, strict=True))

    def test_heirs_in_the_file(self) -> None:
        lines = (
            "pool = Pool('x')",
            "self.addCleanup(pool.close)",
            "made = pool._get_conn()",
            "made.request()",
        )
        source = in_test(*lines, imports=("urllib3",))
        heir = "class Pool(urllib3.HTTPConnectionPool):\n    pass\n"
        assert said(source + heir) == [("TH003", line_of(source, "_get_conn"))]
        assert said(source + heir.replace("pass", "def close(self):\n        pass")) == []

    @pytest.mark.parametrize("place", ["test", "module"])
    def test_made_by_what_a_factory_made(self, place: str) -> None:
        factory = "Session = sessionmaker(self)"
        lines = ("made = Session()", "made.execute('x')  # acquired", "self.assertTrue(made)")
        source = in_test(*([factory] if place == "test" else []), *lines, imports=("sqlalchemy.orm",))
        source = source.replace(
            "import sqlalchemy.orm", "import sqlalchemy.orm\nfrom sqlalchemy.orm import sessionmaker"
        )
        if place == "module":
            source += "Session = sessionmaker()\n"
        assert said(source, "TH003") == [("TH003", line_of(source, "# acquired"))]
        closed = source.replace("self.assertTrue(made)", "self.addCleanup(made.close)")
        assert said(closed, "TH003") == []

    @pytest.mark.parametrize("memory", sorted(IN_MEMORY))
    def test_archive_in_memory(self, memory: str) -> None:
        module = memory.rpartition(".")[0]
        source = in_test(
            f"made = zipfile.ZipFile({memory}())", "self.assertTrue(made)", imports=("zipfile", module)
        )
        assert said(source) == []

    @pytest.mark.parametrize("stop", ALL_PATCHES_STOPPED_BY)
    @pytest.mark.parametrize("row", [row for row in LOCAL if row.kind == "patch"], ids=name)
    def test_every_patch_is_stopped_at_once(self, row: Resource, stop: str) -> None:
        assert pydoc.locate(stop)
        assert said(acquired(row, f"self.addCleanup({stop})")) == []


ITEM = {"os.environ": "['X']", "sys.modules": "['x']", "sys.path": ""}
ASSIGNED = [state for state in STATES if not state.calls or state.target in ITEM]
CHANGES = [
    *((state, f"{call}('x', 'y')") for state in STATES for call in state.calls),
    *((state, f"{state.target}{ITEM.get(state.target, '')} = changed") for state in ASSIGNED),
]
each_change = pytest.mark.parametrize(
    ("state", "change"), [pytest.param(*each, id=each[1]) for each in CHANGES]
)


def changed(state: State, *lines: str) -> str:
    names = [each.split("(")[0].split("[")[0] for each in (*state.calls, state.target, *state.restored_by)]
    return in_test(*lines, imports=tuple(module_of(each) for each in names))


def undoing(change: str) -> str:
    """The arguments of a cleanup that does the same again, with whatever value."""
    call, _, arguments = change.rstrip(")").partition("(")
    if arguments:
        return f"{call}, {arguments}"
    target, _, item = change.split(" = ")[0].rstrip("]").partition("[")
    if item:
        return f"{target}.__setitem__, {item}, 'y'"
    owner, _, attribute = target.rpartition(".")
    return f"setattr, {owner}, '{attribute}', {target}"


class TestStates:
    @pytest.mark.parametrize("state", STATES, ids=lambda state: state.target)
    def test_names_exist(self, state: State) -> None:
        names = {state.target, *state.calls, *state.restored_by} - NOT_EVERYWHERE.keys()
        standard = [each for each in sorted(names) if each.split(".")[0] in sys.stdlib_module_names]
        assert [each for each in standard if not pydoc.locate(each)] == []

    def test_every_state_is_changed_here(self) -> None:
        assert {state.target for state, _ in CHANGES} == {state.target for state in STATES}

    @each_change
    def test_changed(self, state: State, change: str) -> None:
        source = changed(state, f"{change}  # changed", "self.assertTrue(self.run_it())")
        (finding,) = linted(source, "TH303")
        assert (finding.code, finding.line) == ("TH303", line_of(source, "# changed"))
        assert state.noun in finding.text
        assert state.way_out in finding.text

    @each_change
    def test_strict_states_are_asked_for(self, state: State, change: str) -> None:
        codes = [code for code, _ in said(changed(state, change))]
        assert codes == ([] if state.strict else ["TH303"])

    @each_change
    def test_restored_in_finally(self, state: State, change: str) -> None:
        source = changed(state, change, "try:", "    self.assertTrue(self)", "finally:", f"    {change}")
        assert said(source, "TH303") == []

    @each_change
    def test_restored_by_cleanup(self, state: State, change: str) -> None:
        assert said(changed(state, f"self.addCleanup({undoing(change)})", change), "TH303") == []

    @pytest.mark.parametrize(
        ("state", "restored_by"),
        [pytest.param(state, name, id=name) for state in STATES for name in state.restored_by],
    )
    def test_restored_by_its_rows(self, state: State, restored_by: str) -> None:
        change = next(change for other, change in CHANGES if other is state)
        cleanup = f"self.addCleanup({restored_by})"
        assert said(changed(state, change, cleanup, "self.assertTrue(self)"), "TH303") == []

    @each_change
    def test_another_state_restores_nothing(self, state: State, change: str) -> None:
        source = changed(state, change, "try:", "    self.assertTrue(self)", "finally:", "    print(self)")
        assert [code for code, _ in said(source, "TH303")] == ["TH303"]

    @pytest.mark.parametrize("call", NO_CHANGE)
    def test_asking_and_resetting_change_nothing(self, call: str) -> None:
        number, harmless = NO_CHANGE[call]
        before = ["'x'"] * number
        state = next(state for state in STATES if call in state.calls)
        for arguments in (before, *([*before, each] for each in harmless)):
            assert said(changed(state, f"{call}({', '.join(arguments)})")) == []


PAIRS = [(verb, back) for verb, backs in remote.VERBS.items() for back in backs]


class TestRemote:
    def created(self, verb: str, *rest: str, client: str = "self.client") -> str:
        return in_test(f"made = {client}.{verb}_lease('x')  # acquired", *rest, "self.assertTrue(made)")

    @pytest.mark.parametrize("verb", remote.VERBS)
    def test_released_nowhere(self, verb: str) -> None:
        source = self.created(verb)
        (finding,) = linted(source)
        assert (finding.code, finding.line) == ("TH003", line_of(source, "# acquired"))
        assert f"self.addCleanup(self.client.{remote.VERBS[verb][0]}_lease, ...)" in finding.text

    @pytest.mark.parametrize(("verb", "back"), PAIRS)
    def test_released_by_cleanup(self, verb: str, back: str) -> None:
        assert said(self.created(verb, f"self.addCleanup(self.client.{back}_lease, made['id'])")) == []

    @pytest.mark.parametrize(("verb", "back"), PAIRS)
    def test_released_by_cleanup_under_its_name(self, verb: str, back: str) -> None:
        assert said(self.created(verb, f"self.addCleanup(self.client.{back}_lease, 'x')")) == []

    @pytest.mark.parametrize("verb", remote.VERBS)
    def test_below_unit(self, verb: str) -> None:
        assert said(self.created(verb), filename="tests/unit/test_x.py") == []
        assert said(self.created(verb), filename="tests/functional/test_x.py") != []

    @pytest.mark.parametrize("verb", remote.VERBS)
    def test_on_something_else(self, verb: str) -> None:
        assert said(self.created(verb, client="self.driver")) == []

    @pytest.mark.parametrize("verb", remote.VERBS)
    def test_connections_only_create(self, verb: str) -> None:
        found = said(self.created(verb, client="self.conn"))
        assert bool(found) is (verb in remote.CREATING)

    @pytest.mark.parametrize("maker", remote.CLIENTS)
    def test_made_by_a_library(self, maker: str) -> None:
        maker = maker.replace("*Api", "CoreV1Api").replace("*", "2")
        imports = (maker.replace("()", "").rpartition(".")[0].split(".Session")[0],)
        source = in_test(f"backend = {maker}('x')", "backend.create_lease('x')", imports=imports)
        assert said(source) == [("TH003", line_of(source, "create_lease"))]

    @pytest.mark.parametrize(("acquire", "release"), remote.EXCEPTIONS.items())
    def test_exceptions(self, acquire: str, release: str) -> None:
        created = f"self.roles_client.{acquire}('x')  # acquired"
        source = in_test(created, "self.assertTrue(self)")
        (finding,) = linted(source)
        assert (finding.code, finding.line) == ("TH003", line_of(source, "# acquired"))
        assert f"{release}, ...)" in finding.text
        assert said(in_test(created, f"self.addCleanup(self.roles_client.{release}, 'x')")) == []

    @pytest.mark.parametrize("collection", sorted(remote.COLLECTION))
    def test_collections(self, collection: str) -> None:
        created = f"made = self.nova.{collection}.create('x')  # acquired"
        source = in_test(created, "self.assertTrue(made)")
        (finding,) = linted(source)
        assert (finding.code, finding.line) == ("TH003", line_of(source, "# acquired"))
        assert f"self.addCleanup(self.nova.{collection}.delete, ...)" in finding.text
        assert said(in_test(created, f"self.addCleanup(self.nova.{collection}.delete, made)")) == []
        assert said(in_test(created, "self.addCleanup(made.delete)")) == []
        assert said(in_test(created.replace("nova", "model"), "self.assertTrue(made)")) == []

    def test_collection_of_a_client_made_here(self) -> None:
        source = in_test("backend = docker.from_env()", "backend.networks.create('x')", imports=("docker",))
        assert said(source) == [("TH003", line_of(source, "networks.create"))]

    @pytest.mark.parametrize("service", ["compute", "block_storage", "network", "identity", "image"])
    def test_services_of_a_connection(self, service: str) -> None:
        created = f"made = self.user_cloud.{service}.create_lease('x')"
        source = in_test(created, "self.assertTrue(made)")
        assert said(source) == [("TH003", line_of(source, "create_lease"))]
        cleanup = f"self.addCleanup(self.user_cloud.{service}.delete_lease, made)"
        assert said(in_test(created, cleanup)) == []

    @pytest.mark.parametrize("keyword", sorted(remote.POINTS_ELSEWHERE))
    def test_client_of_a_server_of_the_test(self, keyword: str) -> None:
        source = in_test(
            f"backend = boto3.client({keyword}=self.url)", "backend.create_lease('x')", imports=("boto3",)
        )
        assert said(source) == []


def test_names_that_are_not_everywhere_are_in_the_catalog() -> None:
    names = {each for row in LOCAL for each in (row.acquire, *row.releases)}
    names |= {name for state in STATES for name in (state.target, *state.calls, *state.restored_by)}
    assert NOT_EVERYWHERE.keys() <= names
