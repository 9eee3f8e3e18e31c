"""A test connects to a public host.

The host may be down, slow, or answer something else tomorrow, and behind a firewall there is none: then the
test fails, and nothing is wrong with the code that it tests. Nor does the other side like to be called at
every run.

Bad:

    import unittest
    import requests

    class TestMirror(unittest.TestCase):
        def test_index(self):
            answer = requests.get('https://mirror.acme-widgets.com/index.json')
            self.assertEqual(200, answer.status_code)

Good:

    import unittest
    import requests

    class TestMirror(unittest.TestCase):
        def test_index(self):
            answer = requests.get(f'http://127.0.0.1:{self.server.port}/index.json')
            self.assertEqual(200, answer.status_code)

Reported are calls that connect, of the standard library and of common clients (requests, httpx, aiohttp,
urllib3, websockets, paramiko, ...), in tests, set-ups and fixtures, where the host is written out.

Silent: addresses that are not public (loopback, private networks, those for documentation), reserved names
(`example.com`, `*.test`, `*.invalid`, `*.local`), names without a dot; anything in reach that may answer
instead: a patch, a mock, a stub, a recorded cassette, a proxy, in the test, its class, a set-up or a fixture;
fixtures, bases and decorators that are not known; calls that are expected to fail, or whose failure is
handled; tests whose names, marks or conditions say that they need the network; a datagram socket that is
connected to learn one's own address.

Options: none.

Instead: a server on 127.0.0.1 that the test starts, a library that answers requests (`responses`,
`requests_mock`, `respx`, `aioresponses`), or a patch of the transport.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from ipaddress import ip_address

from flake8_testhygiene import literals, reach
from flake8_testhygiene.catalog import endpoints as catalog
from flake8_testhygiene.catalog import hosts, replacements
from flake8_testhygiene.endpoints import Reached, Rows, begins
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

CONNECTS = Rows(catalog.CONNECTS)
NEEDS_NETWORK = Pattern(replacements.NEEDS_NETWORK)
PUBLIC = Pattern(hosts.PUBLIC)
RESERVED = Pattern(hosts.RESERVED)
TRANSPORT = Pattern(replacements.TRANSPORT)
URL = Pattern(hosts.URL)
BEGINS_URL = Pattern(hosts.BEGINS_URL)
LONGEST = 22


@rule(
    "TH101",
    "{call}() connects to the public host {host}: answer it locally",
    on=FUNCTIONS,
    trigger=CONNECTS.words,
    local=True,
)
def real_host(function: Function, module: Module) -> Iterator[Found]:
    if module.is_script or not CONNECTS.may_be_in(function, module):
        return
    if not literals.may_hold(hosts.LOOKS_LIKE_ONE, function, module):
        return
    place = module.project.place(function)
    if not module.is_called_by_framework(place) or module.is_fake_class(place.owner):
        return
    walked = module.source.walked(function)
    for reached in CONNECTS.found(place, module):
        host = _host(reached, function, module)
        if (
            host
            and _is_public(host)
            and _is_run_in_earnest(reached.call, walked, module)
            and not _goes_elsewhere(reached)
            and not _asks_for_own_address(reached, place)
            and begins(reached, place, module)
            and not _is_said_to_need_it(place, function, module)
            and not _may_be_answered(place, module)
        ):
            words = {"call": reached.spelled(LONGEST), "host": host[:LONGEST]}
            yield Found(reached.call.lineno, reached.call.col_offset, words)


# the host


def _host(reached: Reached, function: Function, module: Module) -> str:
    """The host that a call is told, empty if it is not known; a URL need be known as far as that."""
    argument = literals.meant(reached.argument, function, module)
    if reached.row.form == catalog.ADDRESS:
        match argument:
            case ast.Tuple([first, _, *_]):
                argument = literals.meant(first, function, module)
            case _:
                return ""
    known = literals.beginning(argument, function, module)
    is_whole = isinstance(argument, ast.Constant)
    if reached.row.form != catalog.URL:
        return known if is_whole else ""
    found = URL.match(known)
    if found is None or (not is_whole and not found[2]):
        found = URL.match(_spelled(argument, function, module)) if BEGINS_URL.match(known) else None
    return found[1] if found else ""


def _spelled(argument: ast.expr, function: Function, module: Module) -> str:
    match literals.values(argument, function, module):
        case (str(text),):
            return text
    return ""


def _is_public(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return bool(PUBLIC.search(host)) and not RESERVED.search(host)


# what keeps the call at home


def _is_run_in_earnest(call: ast.Call, walked: Walked, module: Module) -> bool:
    """Whether the function itself makes the call, and nobody expects or handles its failure."""
    return not (
        reach.is_run_later(call, walked)
        or reach.is_handled(call, walked)
        or reach.is_expected_to_fail(call, walked, module)
    )


def _goes_elsewhere(reached: Reached) -> bool:
    """Whether the client was told to talk to something else."""
    told = {each.arg for each in reached.call.keywords}
    return bool(catalog.ELSEWHERE & (told | {name for each in reached.origins for name in each.keywords}))


def _asks_for_own_address(reached: Reached, place: Place) -> bool:
    """Whether a datagram socket is connected: that sends nothing, and tells which address would be used."""
    return reached.row.form == catalog.ADDRESS and "DGRAM" in place.source.text_of(place.function)


def _is_said_to_need_it(place: Place, function: Function, module: Module) -> bool:
    """Whether names, marks or conditions say that there is no such test without the network."""
    names = (place.name, place.owner.name if place.owner else "", *module.project.decorators(place))
    said = (*names, *map(ast.unparse, _marks(place, function, module)))
    return any(map(NEEDS_NETWORK.search, said)) or any(
        NEEDS_NETWORK.search(ast.unparse(each.test))
        for each in module.source.walked(function).by_type.get(ast.If, ())
        if isinstance(each, ast.If)
    )


def _marks(place: Place, function: Function, module: Module) -> Iterator[ast.expr]:
    """What decorates a test and its class, and what the module says of all its tests."""
    yield from function.decorator_list
    for statement in module.source.tree.body:
        match statement:
            case ast.ClassDef(name) if place.owner is not None and name == place.owner.name:
                yield from statement.decorator_list
            case ast.Assign([ast.Name("pytestmark")], value):
                yield value


def _may_be_answered(place: Place, module: Module) -> bool:
    return reach.imports_stand_ins(module) or reach.may_speak_of(TRANSPORT, place, module)
