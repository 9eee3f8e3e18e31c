"""What astroid is given to read in place of libraries: the names of classes, and what makes them."""

from __future__ import annotations

# Only names matter: that a thing is a socket, not what sockets do.
STUBS = {
    "socket": """
class socket:
    def accept(self):
        return socket(), ''
    def dup(self):
        return socket()
def create_connection(*arguments, **keywords):
    return socket()
def create_server(*arguments, **keywords):
    return socket()
def socketpair(*arguments, **keywords):
    return socket(), socket()
""",
    "ssl": """
class SSLContext:
    pass
class SSLSocket:
    pass
def create_default_context(*arguments, **keywords):
    return SSLContext()
""",
    "threading": """
class Thread:
    pass
class Timer(Thread):
    pass
class Event:
    pass
""",
    "subprocess": """
class Popen:
    pass
""",
    "tempfile": """
class TemporaryDirectory:
    pass
def mkdtemp(*arguments, **keywords):
    return ''
""",
    "sqlite3": """
class Connection:
    pass
def connect(*arguments, **keywords):
    return Connection()
""",
    "unittest": """
from unittest.case import TestCase
class IsolatedAsyncioTestCase(TestCase):
    pass
""",
    "unittest.case": """
class TestCase:
    pass
""",
}
PACKAGES = frozenset({"unittest"})

# What catalogs call the things that these classes are made by.
MAKERS = {
    "socket.socket": "socket.socket",
    "ssl.SSLContext": "ssl.SSLContext",
    "threading.Thread": "threading.Thread",
    "threading.Timer": "threading.Timer",
    "subprocess.Popen": "subprocess.Popen",
    "sqlite3.Connection": "sqlite3.connect",
}
