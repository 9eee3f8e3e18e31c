"""State of the whole process that a test may change, and what puts it back."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """One piece of process-wide state.

    ``target`` is what is assigned to, ``calls`` are functions that change it; any later assignment,
    deletion or call of these on the same target counts as putting it back, as does one of
    ``restored_by``; ``guards`` is a regular expression of what context managers that do are called.
    ``strict`` states are left alone unless asked for.
    """

    target: str
    noun: str
    calls: tuple[str, ...]
    restored_by: tuple[str, ...]
    way_out: str
    strict: bool = False
    guards: str = ""


STATES = (
    State(
        "os.environ",
        "environment variable",
        (
            "os.environ.update",
            "os.environ.pop",
            "os.environ.setdefault",
            "os.environ.clear",
            "os.putenv",
            "os.unsetenv",
        ),
        ("unittest.mock.patch.dict", "test.support.EnvironmentVarGuard", "fixtures.EnvironmentVariable"),
        "mock.patch.dict(os.environ, ...)",
        guards="environ",
    ),
    State(
        "os.getcwd",
        "working directory",
        ("os.chdir", "os.fchdir"),
        ("contextlib.chdir",),
        "contextlib.chdir()",
        guards="temp_cwd|change_cwd|chdir",
    ),
    State("os.umask", "umask", ("os.umask",), (), "self.addCleanup(os.umask, ...)"),
    State("signal", "handler of", ("signal.signal",), (), "self.addCleanup(signal.signal, ...)"),
    State(
        "locale",
        "locale",
        ("locale.setlocale",),
        ("test.support.run_with_locale", "locale.resetlocale"),
        "self.addCleanup(locale.setlocale, ...)",
    ),
    State(
        "sys.stdout",
        "sys.stdout",
        (),
        ("contextlib.redirect_stdout",),
        "contextlib.redirect_stdout()",
        guards="captured_std|stdout",
    ),
    State(
        "sys.stderr",
        "sys.stderr",
        (),
        ("contextlib.redirect_stderr",),
        "contextlib.redirect_stderr()",
        guards="captured_std|stderr",
    ),
    State("sys.stdin", "sys.stdin", (), (), "mock.patch('sys.stdin', ...)"),
    State("sys.argv", "sys.argv", (), (), "mock.patch('sys.argv', ...)"),
    State(
        "socket.timeout",
        "default socket timeout",
        ("socket.setdefaulttimeout",),
        (),
        "self.addCleanup(socket.setdefaulttimeout, ...)",
    ),
    State(
        "oslo_utils.timeutils",
        "clock",
        (
            "oslo_utils.timeutils.set_time_override",
            "oslo.utils.timeutils.set_time_override",
            "nova.openstack.common.timeutils.set_time_override",
            "cinder.openstack.common.timeutils.set_time_override",
        ),
        ("oslo_utils.fixture.TimeFixture", "clear_time_override"),
        "self.useFixture(utils_fixture.TimeFixture(...))",
    ),
    State(
        "sys.path",
        "sys.path",
        ("sys.path.insert", "sys.path.append", "sys.path.extend"),
        ("sys.path.remove", "sys.path.pop"),
        "mock.patch.object(sys, 'path', ...)",
        strict=True,
    ),
    State(
        "sys.modules",
        "sys.modules",
        ("sys.modules.update", "sys.modules.pop", "sys.modules.setdefault"),
        ("unittest.mock.patch.dict",),
        "mock.patch.dict(sys.modules, ...)",
        strict=True,
    ),
)

# Where these stand at the given place among the arguments, or nothing does, a call changes nothing: it
# asks (locale.setlocale(category)), or puts back what every process starts with.
NO_CHANGE = {
    "locale.setlocale": (1, ("None", "''")),
    "socket.setdefaulttimeout": (0, ("None",)),
    "signal.signal": (1, ("signal.SIG_DFL", "signal.default_int_handler")),
}
