"""The files that are linted to measure what it costs."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpora

# About 1 kB, and every family of rules has something to look at.
SMALL = '''\
import os
import shutil
import tempfile
import unittest
from unittest import mock

from shop import store


class StoreTest(unittest.TestCase):
    """Orders are kept in a folder, one file each."""

    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.store = store.Store(self.folder)

    def test_empty_store_lists_nothing(self):
        self.assertEqual([], self.store.list())

    def test_order_is_found_by_its_id(self):
        order = self.store.add('7e1c4bd2-0c6f-4d8a-9d3e-52b1a7f0c964')
        self.assertEqual(order, self.store.get(order.id))

    def test_order_is_a_file(self):
        self.store.add('first')
        self.assertEqual(['first'], os.listdir(self.folder))

    @mock.patch.object(store, 'now', return_value=0)
    def test_order_has_a_date(self, now):
        order = self.store.add('first')
        self.assertEqual(0, order.date)
'''
# That the text is a UUID has to be inferred.
INFERRED = SMALL.replace(
    "order = self.store.add('7e1c4bd2-0c6f-4d8a-9d3e-52b1a7f0c964')",
    "prefix = '7e1c4bd2-0c6f'\n        order = self.store.add(f'{prefix}-4d8a-9d3e-52b1a7f0c964')",
)
HEAD = '''\
"""Shops, generated."""

import os
import shutil
import tempfile
import unittest
from unittest import mock

from shop import store

'''
# Methods of a generated class; {n} is a number of its own.
METHODS = (
    """\
    def test_order_{n}_is_found(self):
        order = self._added({n})
        self.assertEqual(order, self.store.get(order.id))
""",
    '''\
    def test_order_{n}_is_a_file(self):
        """An order is a file of its own."""
        for name in ('first-{n}', 'second-{n}'):
            self.store.add(name)
        self.assertEqual(['first-{n}', 'second-{n}'], sorted(os.listdir(self.folder)))
''',
    """\
    @mock.patch.object(store, 'now', return_value={n})
    def test_order_{n}_has_a_date(self, now):
        order = self.store.add('first-{n}')
        self.assertEqual({n}, order.date)
        now.assert_called_once_with()
""",
    """\
    def test_server_{n}_is_migrated(self):
        server = self._booted({n})
        self.api.post_server_action(server['id'], {{'migrate': None}})
        server = self._wait_for_state_change(server, 'VERIFY_RESIZE')
        self.assertEqual('VERIFY_RESIZE', server['status'])
        self.assertNotEqual('host{n}', server['OS-EXT-SRV-ATTR:host'])
""",
    """\
    def _booted_{n}(self, name='server-{n}'):
        server = self.api.post_server({{'server': {{'name': name}}}})
        self.addCleanup(self.api.delete_server, server['id'])
        return self._wait_for_state_change(server, 'ACTIVE')
""",
    """\
    def test_order_{n}_is_refused(self):
        with self.assertRaises(store.Refused) as refused:
            self.store.add(None, count={n})
        self.assertIn('count {n}', str(refused.exception))
""",
)
CLASS = '''

class Shop{n}Test(unittest.TestCase):
    """The shop number {n}."""

    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.store = store.Store(self.folder)
        self.api = store.api('shop-{n}')

    def _added(self, number):
        return self.store.add('order-%d' % number)

    def _booted(self, number):
        server = self.api.post_server({{'server': {{'name': 'server-%d' % number}}}})
        self.addCleanup(self.api.delete_server, server['id'])
        return self._wait_for_state_change(server, 'ACTIVE')

    def _wait_for_state_change(self, server, state):
        return self.api.wait_for(server['id'], state)
'''


class Workload(NamedTuple):
    """Files to lint; ``names`` are relative to ``root``, which is the working directory."""

    name: str
    root: Path
    names: tuple[str, ...]

    @property
    def kilobytes(self) -> float:
        """The size of the files in units of 1000 bytes."""
        return sum((self.root / name).stat().st_size for name in self.names) / 1000

    @property
    def size(self) -> str:
        """How many files, and how large, to be read by people."""
        return f"{counted(len(self.names), 'file')}, {self.kilobytes:.0f} kB"


def counted(number: int, what: str) -> str:
    """A number of things."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


class Tree(NamedTuple):
    """The part of a corpus that holds its tests."""

    corpus: corpora.Corpus
    tests: str


def _tree(name: str, tests: str) -> Tree:
    """Of two releases of a project the newest."""
    return Tree([each for each in corpora.OPENSTACK if each.name == name][-1], tests)


NOVA = Tree(corpora.NOVA, "nova/tests")
TEMPEST = _tree("tempest", "tempest")
SIX = (
    NOVA,
    _tree("cinder", "cinder/tests"),
    _tree("neutron", "neutron/tests"),
    TEMPEST,
    _tree("manila-tempest-plugin", "manila_tempest_tests"),
    _tree("octavia", "octavia/tests"),
)
SUITES = {"eighth": 8, "quarter": 4, "half": 2, "all": 1}
FILES = {"1k": 1_000, "10k": 10_000, "50k": 50_000}


def workloads(cache: Path, scratch: Path) -> dict[str, Callable[[], Workload]]:
    """What can be measured; nothing is downloaded, or generated in ``scratch``, until it is asked for."""
    servers = "nova/tests/functional/test_servers.py"
    return {
        "small": partial(small, scratch),
        "inferred": partial(written, "inferred", INFERRED, scratch),
        "servers": lambda: Workload("servers", corpora.unpacked(NOVA.corpus, cache), (servers,)),
        "tempest": partial(suite, "tempest", cache, TEMPEST),
        "other": partial(other, cache),
        **{name: partial(suite, name, cache, NOVA, step) for name, step in SUITES.items()},
        "six": partial(six, cache),
        **{name: partial(generated, name, least, scratch) for name, least in FILES.items()},
    }


def small(scratch: Path) -> Workload:
    """One test file of about 1 kB."""
    return written("small", SMALL, scratch)


def written(name: str, text: str, scratch: Path) -> Workload:
    """One test file of the given text, in a folder of its own."""
    folder = scratch / name
    folder.mkdir(exist_ok=True)
    (folder / "test_store.py").write_text(text, encoding="utf-8")
    return Workload(name, folder, ("test_store.py",))


def suite(name: str, cache: Path, tree: Tree, step: int = 1) -> Workload:
    """The tests of one corpus, or every so manieth file of them."""
    root = corpora.unpacked(tree.corpus, cache)
    return Workload(name, root, tuple(corpora.python_files(root, tree.tests))[::step])


def six(cache: Path) -> Workload:
    """The tests of six projects in one run, from the folder above them."""
    names: list[str] = []
    for corpus, tests in SIX:
        root = corpora.unpacked(corpus, cache)
        names += (f"{root.name}/{each}" for each in corpora.python_files(root, tests))
    return Workload("six", cache.absolute(), tuple(names))


def other(cache: Path) -> Workload:
    """Every fourth file of nova that is no test."""
    root = corpora.unpacked(NOVA.corpus, cache)
    names = [each for each in corpora.python_files(root, "nova") if not each.startswith("nova/tests/")]
    return Workload("other", root, tuple(names[::4]))


def generated(name: str, least: int, scratch: Path) -> Workload:
    """One test module of at least so many lines; equal at every call."""
    return written(name, module_of(least), scratch)


def module_of(least: int) -> str:
    """A module of classes with thirty methods each, at least so many lines long."""
    chance = random.Random(0)
    parts, lines, number = [HEAD], HEAD.count("\n"), 0
    while lines < least:
        shop = [CLASS.format(n=number)]
        for _ in range(30):
            number += 1
            shop.append(chance.choice(METHODS).format(n=number))
        parts.append("\n".join(shop))
        lines += parts[-1].count("\n")
    return "".join(parts)
