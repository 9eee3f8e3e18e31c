"""Calls that make a file or folder, which argument names it, and which places belong to everybody."""

from __future__ import annotations

from typing import NamedTuple


class Write(NamedTuple):
    """A call that writes to the path in argument number ``place``, or on the path it is a method of (-1).

    ``mode`` is the number of the argument that must say so, ``keyword`` the name of the path's argument.
    """

    call: str
    place: int
    keyword: str = ""
    mode: int | None = None


_PATHS = ("pathlib.Path()", "pathlib.PosixPath()")

WRITES = (
    *(Write(name, 0, "file", 1) for name in ("open", "io.open", "codecs.open", "io.FileIO")),
    *(Write(name, 0, "name", 1) for name in ("tarfile.open", "tarfile.TarFile")),
    *(Write(name, 0, "filename", 1) for name in ("gzip.open", "bz2.open", "lzma.open")),
    Write("zipfile.ZipFile", 0, "file", 1),
    *(Write(name, 0, "name") for name in ("os.mkdir", "os.makedirs", "os.mkfifo", "os.mknod")),
    *(Write(name, 1, "dst") for name in ("os.symlink", "os.link", "os.rename", "os.replace")),
    *(Write(f"shutil.{name}", 1, "dst") for name in ("copy", "copy2", "copyfile", "copytree", "move")),
    Write("shutil.make_archive", 0, "base_name"),
    Write("logging.FileHandler", 0, "filename"),
    Write("logging.handlers.RotatingFileHandler", 0, "filename"),
    Write("sqlite3.connect", 0, "database"),
    Write("shelve.open", 0, "filename"),
    Write("socketserver.UnixStreamServer", 0, "server_address"),
    Write("asyncio.start_unix_server", 1, "path"),
    *(
        Write(f"{path}.{method}", -1)
        for path in _PATHS
        for method in ("mkdir", "touch", "write_text", "write_bytes", "symlink_to")
    ),
    *(Write(f"{path}.open", -1, "", 0) for path in _PATHS),
)

# A mode in which open() makes the file, or changes it.
WRITING = r"^[rbtU]*[wax+][rwaxbt+]*$"

# Where programs of everybody put their files: two runs of a test meet there.
SHARED_PLACES = (
    r"(?i)^(/(tmp|var/tmp|usr/tmp|private/tmp|private/var/tmp|dev/shm|home|users|scratch)/+"
    r"|[a-z]:[\\/]+(temp|tmp|users|windows[\\/]+temp)[\\/]+)[^\s/\\]"
)
SHARED_FOLDERS = ("tmp", "shm", "home", "Users", "scratch", "Temp")

# The beginning of a path that may lead there, as it stands in a text.
LOOKS_LIKE_ONE = r"""['"](?:/+(?:tmp|var/tmp|usr/tmp|private|dev/shm|home|Users|scratch)\b|[A-Za-z]:[\\/])"""
