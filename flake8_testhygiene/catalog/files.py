"""Files, directories and handles of the standard library: what opens or makes them, what lets them go."""

from __future__ import annotations

from flake8_testhygiene.catalog.resource import Resource

REMOVED_BY = (
    "os.remove",
    "os.unlink",
    "test.support.unlink",
    "test.support.os_helper.unlink",
    ".unlink",
    "os.rename",
    "os.replace",
    "shutil.move",
)
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
CLOSED = (".close",)

TEMPORARY = (
    Resource("tempfile.mkdtemp", "directory", "file", TREE_REMOVED_BY, "shutil.rmtree", manages=False),
    Resource("tempfile.mkstemp", "file", "file", REMOVED_BY, "os.remove", manages=False),
    Resource(
        "tempfile.NamedTemporaryFile",
        "file",
        "file",
        REMOVED_BY,
        "os.remove",
        manages=False,
        when=("delete", "False"),
    ),
    Resource("tempfile.NamedTemporaryFile", "file", "handle", CLOSED, ".close", unless=("delete", "False")),
    Resource("tempfile.TemporaryFile", "file", "handle", CLOSED, ".close"),
    Resource("tempfile.SpooledTemporaryFile", "file", "handle", CLOSED, ".close", strict=True),
    Resource(
        "tempfile.TemporaryDirectory",
        "directory",
        "file",
        (".cleanup", *TREE_REMOVED_BY),
        ".cleanup",
    ),
)

# Nobody misses the strict ones: they hold memory, or open nothing before they are read.
OPENED = (
    Resource("open", "file", "handle", CLOSED, ".close"),
    Resource("io.open", "file", "handle", CLOSED, ".close"),
    Resource("io.FileIO", "file", "handle", CLOSED, ".close", unless=("closefd", "False")),
    Resource("codecs.open", "file", "handle", CLOSED, ".close"),
    Resource("pathlib.Path().open", "file", "handle", CLOSED, ".close"),
    Resource("os.fdopen", "file", "handle", (".close", ".detach"), ".close", unless=("closefd", "False")),
    Resource("os.popen", "pipe", "handle", CLOSED, ".close"),
    Resource("mmap.mmap", "memory map", "handle", CLOSED, ".close", strict=True),
    Resource("fileinput.input", "file input", "handle", (".close", "fileinput.close"), ".close", strict=True),
    Resource("fileinput.FileInput", "file input", "handle", CLOSED, ".close", strict=True),
    Resource("wave.open", "sound file", "handle", CLOSED, ".close"),
)

DESCRIPTORS = (
    Resource("os.open", "file descriptor", "handle", ("os.close", "os.fdopen"), "os.close", manages=False),
    Resource("os.dup", "file descriptor", "handle", ("os.close", "os.fdopen"), "os.close", manages=False),
    Resource("os.openpty", "terminal", "handle", ("os.close", "os.fdopen"), "os.close", manages=False),
    Resource("pty.openpty", "terminal", "handle", ("os.close", "os.fdopen"), "os.close", manages=False),
)

# With fileobj= they wrap something that is open already, and that stays its owner's.
ARCHIVES = (
    Resource("zipfile.ZipFile", "archive", "handle", CLOSED, ".close"),
    Resource("zipfile.PyZipFile", "archive", "handle", CLOSED, ".close"),
    Resource("tarfile.open", "archive", "handle", CLOSED, ".close", not_with=("fileobj",)),
    Resource("tarfile.TarFile", "archive", "handle", CLOSED, ".close", not_with=("fileobj",)),
    Resource("tarfile.TarFile.open", "archive", "handle", CLOSED, ".close", not_with=("fileobj",)),
    Resource("gzip.open", "file", "handle", CLOSED, ".close"),
    Resource("gzip.GzipFile", "file", "handle", CLOSED, ".close", not_with=("fileobj",)),
    Resource("bz2.open", "file", "handle", CLOSED, ".close"),
    Resource("bz2.BZ2File", "file", "handle", CLOSED, ".close"),
    Resource("lzma.open", "file", "handle", CLOSED, ".close"),
    Resource("lzma.LZMAFile", "file", "handle", CLOSED, ".close"),
    Resource("shelve.open", "shelf", "handle", CLOSED, ".close"),
    Resource("dbm.open", "database", "handle", CLOSED, ".close"),
    Resource("dbm.dumb.open", "database", "handle", CLOSED, ".close"),
)

LOGS = tuple(
    Resource(name, "log file", "handle", CLOSED, ".close", manages=False, unless=("delay", "True"))
    for name in (
        "logging.FileHandler",
        "logging.handlers.WatchedFileHandler",
        "logging.handlers.RotatingFileHandler",
        "logging.handlers.TimedRotatingFileHandler",
    )
)

# Handed to any of the above, these make nothing that outlives the statement.
IN_MEMORY = frozenset({"io.BytesIO", "io.StringIO", "six.BytesIO", "six.StringIO", "six.moves.StringIO"})

FILES = (*TEMPORARY, *OPENED, *DESCRIPTORS, *ARCHIVES, *LOGS)
