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


# Every place oslo's timeutils was imported from: its own package, the name space package of old, and the
# copies that projects carried before it was one.
TIMEUTILS = (
    "oslo_utils.timeutils",
    "oslo.utils.timeutils",
    *(
        f"{project}.openstack.common.timeutils"
        for project in (
            "ceilometer",
            "cinder",
            "glance",
            "heat",
            "ironic",
            "keystone",
            "keystoneclient",
            "manila",
            "neutron",
            "nova",
            "quantum",
            "sahara",
            "swift",
            "tempest",
            "trove",
        )
    ),
    "nova.utils",
)

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
        tuple(f"{module}.set_time_override" for module in TIMEUTILS),
        ("oslo_utils.fixture.TimeFixture", "TimeFixture", "TimeOverride", "clear_time_override"),
        "self.useFixture(utils_fixture.TimeFixture(...))",
    ),
    State("signal.alarm", "alarm", ("signal.alarm",), (), "self.addCleanup(signal.alarm, 0)"),
    State("signal.setitimer", "timer", ("signal.setitimer",), (), "self.addCleanup(signal.setitimer, ...)"),
    State(
        "signal.pthread_sigmask",
        "signal mask",
        ("signal.pthread_sigmask",),
        (),
        "self.addCleanup(signal.pthread_sigmask, ...)",
    ),
    State(
        "logging.disable",
        "logging threshold",
        ("logging.disable",),
        (),
        "self.addCleanup(logging.disable, logging.NOTSET)",
    ),
    State(
        "logging.captureWarnings",
        "capture of warnings",
        ("logging.captureWarnings",),
        (),
        "self.addCleanup(logging.captureWarnings, False)",
    ),
    State("gc", "garbage collector", ("gc.disable",), ("gc.enable",), "self.addCleanup(gc.enable)"),
    State(
        "gc.set_threshold",
        "gc threshold",
        ("gc.set_threshold",),
        (),
        "self.addCleanup(gc.set_threshold, ...)",
    ),
    State("gc.set_debug", "gc debugging", ("gc.set_debug",), (), "self.addCleanup(gc.set_debug, 0)"),
    State(
        "tracemalloc",
        "tracing of memory",
        ("tracemalloc.start",),
        ("tracemalloc.stop",),
        "self.addCleanup(tracemalloc.stop)",
    ),
    State(
        "faulthandler",
        "fault handler",
        ("faulthandler.enable",),
        ("faulthandler.disable",),
        "self.addCleanup(faulthandler.disable)",
        strict=True,
    ),
    State("sys.settrace", "trace function", ("sys.settrace",), (), "self.addCleanup(sys.settrace, ...)"),
    State(
        "sys.setprofile", "profile function", ("sys.setprofile",), (), "self.addCleanup(sys.setprofile, ...)"
    ),
    State(
        "threading.settrace",
        "trace function of threads",
        ("threading.settrace",),
        (),
        "self.addCleanup(threading.settrace, None)",
    ),
    State(
        "sys.setrecursionlimit",
        "recursion limit",
        ("sys.setrecursionlimit",),
        ("test.support.infinite_recursion",),
        "self.addCleanup(sys.setrecursionlimit, ...)",
    ),
    State(
        "sys.setswitchinterval",
        "switch interval",
        ("sys.setswitchinterval",),
        ("test.support.setswitchinterval",),
        "self.addCleanup(sys.setswitchinterval, ...)",
    ),
    *(
        State(hook, hook, (), (), f"mock.patch('{hook}', ...)")
        for hook in ("sys.excepthook", "sys.displayhook")
    ),
    *(
        State(hook, hook, (), (guard,), f"mock.patch('{hook}', ...)")
        for hook, guard in (
            ("sys.unraisablehook", "test.support.catch_unraisable_exception"),
            ("threading.excepthook", "test.support.threading_helper.catch_threading_exception"),
        )
    ),
    State("tempfile.tempdir", "tempfile.tempdir", (), (), "mock.patch('tempfile.tempdir', ...)"),
    State(
        "urllib.request.install_opener",
        "installed opener",
        ("urllib.request.install_opener",),
        (),
        "self.addCleanup(urllib.request.install_opener, None)",
    ),
    State(
        "csv.field_size_limit",
        "field size limit",
        ("csv.field_size_limit",),
        (),
        "self.addCleanup(csv.field_size_limit, ...)",
    ),
    State(
        "httpretty",
        "HTTP mock",
        ("httpretty.enable",),
        ("httpretty.disable",),
        "self.addCleanup(httpretty.disable)",
    ),
    State(
        "django.utils.translation",
        "active language",
        ("django.utils.translation.activate",),
        (
            "django.utils.translation.deactivate",
            "django.utils.translation.deactivate_all",
            "django.utils.translation.override",
        ),
        "translation.override(...)",
    ),
    State(
        "django.utils.timezone",
        "active time zone",
        ("django.utils.timezone.activate",),
        ("django.utils.timezone.deactivate", "django.utils.timezone.override"),
        "timezone.override(...)",
    ),
    # Runners put the filters back after each test (pytest), or at the end (unittest).
    State(
        "warnings.filters",
        "warning filters",
        ("warnings.simplefilter", "warnings.filterwarnings"),
        ("warnings.catch_warnings", "warnings.resetwarnings"),
        "warnings.catch_warnings()",
        strict=True,
    ),
    State(
        "asyncio.set_event_loop",
        "event loop",
        ("asyncio.set_event_loop",),
        ("asyncio.run",),
        "self.addCleanup(asyncio.set_event_loop, None)",
        strict=True,
    ),
    State(
        "asyncio.set_event_loop_policy",
        "event loop policy",
        ("asyncio.set_event_loop_policy",),
        (),
        "self.addCleanup(asyncio.set_event_loop_policy, None)",
        strict=True,
    ),
    State(
        "time.tzset",
        "time zone",
        ("time.tzset",),
        ("test.support.run_with_tz",),
        "self.addCleanup(time.tzset)",
        strict=True,
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
    # oslo_config/cfg.py; its fixture, and most bases, put every override back.
    State(
        "oslo_config.cfg.CONF",
        "configuration",
        tuple(
            f"{root}.cfg.CONF.{name}"
            for root in ("oslo_config", "oslo.config")
            for name in ("set_override", "set_default")
        ),
        ("clear_override", "clear_default", "reset", "oslo_config.fixture.Config", "Config"),
        "self.useFixture(config_fixture.Config(...))",
        strict=True,
        guards="conf",
    ),
)

# unittest/mock.py, _patch_dict: whatever was patched, the whole dictionary is put back.
# Whoever hands mock on (from tests import mock), these are its own.
RESTORES_ALL = r"(^|\.)mock\.patch(\.dict|\.object)?$"
# Where these stand at the given place among the arguments, or nothing does, a call changes nothing: it
# asks (locale.setlocale(category)), or puts back what every process starts with.
NO_CHANGE = {
    "locale.setlocale": (1, ("None", "''")),
    "socket.setdefaulttimeout": (0, ("None",)),
    "signal.signal": (1, ("signal.SIG_DFL", "signal.default_int_handler")),
    "signal.alarm": (0, ("0",)),
    "signal.setitimer": (1, ("0", "0.0")),
    "logging.disable": (0, ("logging.NOTSET", "0")),
    "logging.captureWarnings": (0, ("False",)),
    "gc.set_debug": (0, ("0",)),
    "sys.settrace": (0, ("None",)),
    "sys.setprofile": (0, ("None",)),
    "threading.settrace": (0, ("None",)),
    "urllib.request.install_opener": (0, ("None",)),
    "csv.field_size_limit": (0, ()),
    "asyncio.set_event_loop": (0, ("None",)),
    "asyncio.set_event_loop_policy": (0, ("None",)),
}
