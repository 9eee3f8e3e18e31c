"""A server of a test binds a fixed port.

Two runs at a time, or another program on the machine, and the port is taken: the test fails, and nothing is
wrong with the code that it tests. Even the next run may find it taken, for a minute or so.

Bad:

    import unittest
    from http.server import HTTPServer, SimpleHTTPRequestHandler

    class TestDownload(unittest.TestCase):
        def test_download(self):
            server = HTTPServer(('127.0.0.1', 8080), SimpleHTTPRequestHandler)
            self.addCleanup(server.server_close)
            self.assertEqual(b'it', self.download(server))

Good:

    import unittest
    from http.server import HTTPServer, SimpleHTTPRequestHandler

    class TestDownload(unittest.TestCase):
        def test_download(self):
            server = HTTPServer(('127.0.0.1', 0), SimpleHTTPRequestHandler)
            self.addCleanup(server.server_close)
            self.assertEqual(b'it', self.download(server, port=server.server_port))

Reported are sockets and servers of the standard library and of common frameworks, and whatever is called a
server once it is started, where the port is written out: `bind((host, 8080))`, `Server((host, 8080))`,
`port=8080`. A name counts that is bound once to a number.

Silent: port 0; `listen(128)`, which is the length of a queue; calls that are expected to fail; where a patch,
a mock, a reactor in memory or a network namespace is in reach; programs that tests start.

Options: none.

Instead: bind port 0 and ask the server which port it got (`getsockname()`, `server_port`); where it must be
known before, a fixture that finds a free one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_testhygiene import literals, reach
from flake8_testhygiene.catalog import endpoints as catalog
from flake8_testhygiene.catalog import replacements
from flake8_testhygiene.endpoints import Reached, Rows, begins
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule

BINDS = Rows(catalog.BINDS)
LAST_PORT = 65535
LONGEST = 26
SERVER = Pattern(replacements.SERVER)


@rule(
    "TH102",
    "{call}() takes the fixed port {port}: bind port 0 and ask which one it got",
    on=FUNCTIONS,
    trigger=BINDS.words,
    local=True,
)
def fixed_port(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if module.is_script or module.is_fake_class(place.owner):
        return
    walked = module.source.walked(function)
    for reached in BINDS.found(place, module):
        port = _port(reached, function, module)
        if (
            0 < port <= LAST_PORT
            and not reach.is_expected_to_fail(reached.call, walked, module)
            and not reach.is_handled(reached.call, walked)
            and begins(reached, place, module)
            and not reach.may_speak_of(SERVER, place, module)
        ):
            words = {"call": reached.spelled(LONGEST), "port": str(port)}
            yield Found(reached.call.lineno, reached.call.col_offset, words)


def _port(reached: Reached, function: Function, module: Module) -> int:
    argument = literals.meant(reached.argument, function, module)
    if reached.row.form == catalog.ADDRESS:
        match argument:
            case ast.Tuple([host, port, *_]) if _may_be_host(host):
                argument = port
            case _:
                return 0
    match literals.values(argument, function, module):
        case (int(number),) if not isinstance(number, bool) and reached.row.form != catalog.HOST_AND_PORT:
            return number
        case (str(text),):
            found = re.search(r"(?:^|:)(\d{1,5})$", text)
            return int(found[1]) if found else 0
    return 0


def _may_be_host(expression: ast.expr) -> bool:
    """Whether it is not a number: the addresses of other families begin with one."""
    return not isinstance(expression, ast.Constant) or isinstance(expression.value, str)
