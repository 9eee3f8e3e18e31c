"""Resources of the standard library and of mock: what acquires them, what releases them."""

from __future__ import annotations

from typing import NamedTuple


class Resource(NamedTuple):
    """One way to acquire something that outlives the statement.

    ``acquire`` is the public dotted name. A release ``.close`` is a method of what was acquired, any
    other is a function that is given it. Where ``begins`` names a method, nothing is acquired before
    that method is called (a thread that is never started is nothing). ``when`` is a keyword and the
    value it must have; ``unless`` one that makes the row not apply. ``manages`` says that ``with``
    releases it. ``way_out`` is what the message proposes, ``{}`` stands for the value's name.
    """

    acquire: str
    noun: str
    kind: str
    releases: tuple[str, ...]
    way_out: str
    manages: bool = True
    begins: str = ""
    when: tuple[str, str] | None = None
    unless: tuple[str, str] | None = None


REMOVED_BY = ("os.remove", "os.unlink", "test.support.unlink", ".unlink")
TREE_REMOVED_BY = (
    "shutil.rmtree",
    "os.rmdir",
    "os.removedirs",
    "distutils.dir_util.remove_tree",
    "test.support.rmtree",
    "test.support.os_helper.rmtree",
    "shutil.move",
    "os.rename",
    "os.replace",
)
PROCESS_REAPED_BY = (".wait", ".communicate", ".kill", ".terminate", ".poll", ".send_signal")

FILES = (
    Resource("tempfile.mkdtemp", "directory", "file", TREE_REMOVED_BY, "shutil.rmtree", manages=False),
    Resource(
        "tempfile.mkstemp",
        "file",
        "file",
        (*REMOVED_BY, "os.rename", "os.replace", "shutil.move"),
        "os.remove",
        manages=False,
    ),
    Resource(
        "tempfile.NamedTemporaryFile",
        "file",
        "file",
        (*REMOVED_BY, "os.rename", "os.replace", "shutil.move"),
        "os.remove",
        manages=False,
        when=("delete", "False"),
    ),
    Resource(
        "tempfile.NamedTemporaryFile",
        "file",
        "file",
        (".close",),
        ".close",
        unless=("delete", "False"),
    ),
    Resource("tempfile.TemporaryFile", "file", "file", (".close",), ".close"),
    Resource(
        "tempfile.TemporaryDirectory",
        "directory",
        "file",
        (".cleanup", *TREE_REMOVED_BY),
        ".cleanup",
    ),
    Resource("open", "file", "handle", (".close",), ".close"),
    Resource("io.open", "file", "handle", (".close",), ".close"),
    Resource("codecs.open", "file", "handle", (".close",), ".close"),
    Resource("os.fdopen", "file", "handle", (".close", ".detach"), ".close"),
    Resource("os.open", "file descriptor", "handle", ("os.close", "os.fdopen"), "os.close", manages=False),
    Resource("zipfile.ZipFile", "archive", "handle", (".close",), ".close"),
    Resource("tarfile.open", "archive", "handle", (".close",), ".close"),
    Resource("gzip.open", "file", "handle", (".close",), ".close"),
    Resource("bz2.open", "file", "handle", (".close",), ".close"),
    Resource("lzma.open", "file", "handle", (".close",), ".close"),
    Resource("shelve.open", "shelf", "handle", (".close",), ".close"),
    Resource("sqlite3.connect", "connection", "database", (".close",), ".close", manages=False),
)

PROCESSES = (
    Resource("subprocess.Popen", "process", "process", PROCESS_REAPED_BY, ".wait"),
    Resource(
        "multiprocessing.Process",
        "process",
        "process",
        (".join", ".terminate", ".kill", ".close"),
        ".join",
        manages=False,
        begins="start",
        unless=("daemon", "True"),
    ),
    Resource("multiprocessing.Pool", "pool", "process", (".close", ".terminate", ".join"), ".terminate"),
    Resource("multiprocessing.Manager", "manager", "process", (".shutdown",), ".shutdown"),
    Resource("concurrent.futures.ProcessPoolExecutor", "executor", "process", (".shutdown",), ".shutdown"),
)

THREADS = (
    Resource(
        "threading.Thread",
        "thread",
        "thread",
        (".join",),
        ".join",
        manages=False,
        begins="start",
        unless=("daemon", "True"),
    ),
    Resource(
        "threading.Timer",
        "timer",
        "thread",
        (".cancel", ".join"),
        ".cancel",
        manages=False,
        begins="start",
    ),
    Resource("concurrent.futures.ThreadPoolExecutor", "executor", "thread", (".shutdown",), ".shutdown"),
    Resource("asyncio.new_event_loop", "event loop", "thread", (".close",), ".close", manages=False),
)

NETWORK = (
    Resource("socket.socket", "socket", "network", (".close", ".detach"), ".close"),
    Resource("socket.create_connection", "socket", "network", (".close", ".detach"), ".close"),
    Resource("socket.create_server", "socket", "network", (".close", ".detach"), ".close"),
    Resource("socket.socketpair", "socket", "network", (".close", ".detach"), ".close", manages=False),
    Resource("socket.socket().accept", "connection", "network", (".close", ".detach"), ".close"),
    Resource("socket.create_server().accept", "connection", "network", (".close", ".detach"), ".close"),
    *(
        Resource(name, "connection", "network", (".close",), ".close", manages=False, begins="request")
        for name in ("http.client.HTTPConnection", "http.client.HTTPSConnection")
    ),
    Resource("http.server.HTTPServer", "server", "network", (".server_close",), ".server_close"),
    Resource("http.server.ThreadingHTTPServer", "server", "network", (".server_close",), ".server_close"),
    Resource("socketserver.TCPServer", "server", "network", (".server_close",), ".server_close"),
    Resource("socketserver.UDPServer", "server", "network", (".server_close",), ".server_close"),
    Resource("socketserver.ThreadingTCPServer", "server", "network", (".server_close",), ".server_close"),
    Resource("urllib.request.urlopen", "response", "network", (".close",), ".close"),
    Resource("smtplib.SMTP", "connection", "network", (".quit", ".close"), ".quit"),
    Resource("ftplib.FTP", "connection", "network", (".quit", ".close"), ".quit"),
)

PATCH_STOPPED_BY = (".stop", ".__exit__")
PATCHES = tuple(
    Resource(name, "patch", "patch", PATCH_STOPPED_BY, ".stop", begins="start")
    for name in (
        "unittest.mock.patch",
        "unittest.mock.patch.object",
        "unittest.mock.patch.dict",
        "unittest.mock.patch.multiple",
    )
)
# One call stops every patch that was started, whoever started it.
ALL_PATCHES_STOPPED_BY = ("unittest.mock.patch.stopall",)

LOCAL = (*FILES, *PROCESSES, *THREADS, *NETWORK, *PATCHES)
