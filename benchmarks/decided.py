"""How many acquires are decided, and by what that was read: the function, its class, a base, another module.

An *acquire site* is a call in test code that the catalog knows to acquire something, or that is named like
a helper which does: ``self._create_server()``, ``create_share()``. What a helper acquires is judged where
the helper stands; what it hands over, at the call. What only a row of the catalog excuses is counted apart.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import tempfile
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpora, runner
from flake8_testhygiene.catalog.lifecycle import COLLECTS, ENTERS, REGISTERS_CLEANUP
from flake8_testhygiene.cleanup.acquires import Acquired, acquired, created, expects_failure, is_mocked
from flake8_testhygiene.cleanup.isolation import (
    is_isolated,
    is_isolated_here,
    is_out_of_sight,
)
from flake8_testhygiene.cleanup.owners import (
    HANDED_ON,
    REMOVES,
    UNKNOWN,
    Step,
    outcomes,
    releasing_methods,
    steps,
)
from flake8_testhygiene.cleanup.paths import RELEASED, SKIPPABLE
from flake8_testhygiene.cleanup.sweeping import sweepers, swept
from flake8_testhygiene.facts import Call, Use
from flake8_testhygiene.location import TestFiles
from flake8_testhygiene.module import Module
from flake8_testhygiene.options import Options
from flake8_testhygiene.project import Place
from flake8_testhygiene.project.files import Files

# The folder of each corpus that is read.
WANTED = {"nova-34.0.0": "nova/tests/functional", "tempest-47.0.0": ".", "manila-tempest-plugin-3.2.0": "."}
CREATES = re.compile(r"_?(create|boot|build|post|start|make|setup|allocate|spawn)_")
RELEASES = {RELEASED, SKIPPABLE}
CONTEXT = 3
# From the nearest to the farthest.
FUNCTION, CLASS, BASE, OTHER, ROW = "function", "class", "base", "another module", "harness row"
BY = (FUNCTION, CLASS, BASE, OTHER, ROW)
LEAKED, TRANSFERRED, NO_ACQUIRE = "leaked", "transferred", "out of catalog"
VERDICTS = (RELEASED, TRANSFERRED, LEAKED, UNKNOWN, NO_ACQUIRE)
# The verdict of several acquires in one helper is the first of these that one of them has.
WORST = (UNKNOWN, LEAKED, TRANSFERRED, RELEASED)
SMALL = """\
import tempfile
import unittest


class TestStore(unittest.TestCase):
    def setUp(self):
        self.folder = self.make_folder()
        self.start_store(self.folder)

    def make_folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder
"""


class Decision(NamedTuple):
    """What becomes of an acquire, by what kind of place that is known, and which place it is.

    ``handed`` is what a helper hands over: its caller decides. ``passing`` is what a block holds: a file
    that a helper reads on the way is not what it is called for.
    """

    verdict: str
    by: str
    reason: str
    handed: Acquired | None = None
    passing: bool = False


class Site(NamedTuple):
    """A decided call; ``excerpt`` are the lines around it."""

    corpus: str
    path: str
    line: int
    decision: Decision
    excerpt: str


class Judge:
    """Decides the acquire sites of one linted file."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._project = module.project
        self._inside: dict[tuple[object, ...], list[Decision]] = {}

    def decisions(self, place: Place) -> Iterator[tuple[Call, Decision]]:
        """Every acquire site of a function with what is known of it."""
        own = {id(each.call): each for each in acquired(place, self._module)}
        for call in place.facts.calls:
            if id(call) in own:
                yield call, self._of(own[id(call)], place, place)
            elif self._is_helper(call, place):
                yield call, self._of_call(call, place, place)

    def _is_helper(self, call: Call, place: Place) -> bool:
        if not CREATES.match(call.last) or expects_failure(call, place.facts):
            return False
        if call.name == f"super().{place.name}" and call.last.startswith("setup_"):
            return False  # the upcall of a framework's hook
        return call.owner in {"self", "super()"} or self._project.callee(call.name, place) is not None

    # calls of helpers

    def _of_call(self, call: Call, place: Place, site: Place) -> Decision:
        callee = self._project.callee(call.name, place)
        if callee is None:
            return Decision(UNKNOWN, "", f"{call.name} is not resolved")
        if callee.facts.is_abstract and CREATES.match(callee.name):
            return Decision(UNKNOWN, "", f"{_spot(callee)} is abstract")
        found = [self._seen_from(each, call, callee, place, site) for each in self._made_inside(callee, site)]
        nothing = Decision(NO_ACQUIRE, self._by(callee, site), f"{_spot(callee)} acquires nothing")
        return min(found, key=_badness, default=nothing)

    def _seen_from(self, each: Decision, call: Call, callee: Place, place: Place, site: Place) -> Decision:
        """What a helper does with what it acquires; what it hands over is followed on here."""
        if each.handed is not None:
            found = self._of(each.handed._replace(value=call.result, call=call), place, site)
            return found._replace(reason=f"{found.reason}; from {each.reason}")
        return each

    def _made_inside(self, callee: Place, site: Place) -> list[Decision]:
        """What becomes of everything that a helper acquires, itself or by helpers of its own."""
        key = (callee.function, callee.owner, site.function)
        if key not in self._inside:
            self._inside[key] = []  # a function that calls itself adds nothing
            found = [self._of(each, callee, site) for each in self._acquired_by(callee)]
            for call in callee.facts.calls:
                if self._project.callee(call.name, callee) is not None or self._is_helper(call, callee):
                    found.append(self._of_call(call, callee, site))
            self._inside[key] = [each for each in found if each.verdict != NO_ACQUIRE and not each.passing]
        return self._inside[key]

    def _acquired_by(self, callee: Place) -> Iterator[Acquired]:
        """What the catalog knows, and what is created by name alone on a client that the helper is given."""
        known = list(acquired(callee, self._module))
        yield from known
        if CREATES.match(callee.name):
            for each in created(callee, self._module):
                if not any(each.call is other.call for other in known):
                    yield each

    # acquires

    def _of(self, each: Acquired, place: Place, site: Place) -> Decision:
        """By the nearest evidence in code; the catalog's rows are asked last."""
        client = self._client_of_fixture(each, place)
        by_client = f"its client is of a fixture in {_spot(client)}" if client else ""
        for step in steps(each, place, self._module):
            if step.found & RELEASES and (client is None or _is_plain(step, each)):
                decider = self._decider(step, each, place)
                passing = isinstance(step.by, Use) and step.by.how == "entered"
                reason = f"{_said(step)} in {_spot(decider)}"
                return Decision(RELEASED, self._by(decider, site), reason, passing=passing)
        if client is not None:
            return Decision(RELEASED, self._by(client, site), by_client)
        if each.kind == "remote":
            for there, call in self._sweepers(each, place):
                return Decision(RELEASED, self._by(there, site), f"{call.name} in {_spot(there, call.line)}")
        found = outcomes(each, place, self._module)
        if found == {HANDED_ON} and not self._module.is_test(place) and _is_handed_whole(each, place):
            by = self._by(place, site)
            return Decision(TRANSFERRED, by, f"handed on by {_spot(place, each.call.line)}", each)
        if is_isolated_here(each.kind, place, each.call, self._module):
            return Decision(RELEASED, self._by(place, site), "the block around it")
        refused = each.kind == "remote" and any(sweepers(each, place, self._module))
        if not refused and UNKNOWN not in found and swept(each, place, self._module):
            return Decision(RELEASED, self._by(place, site), "goes with what it is made for")
        return self._without_evidence(each, place, site, found)

    def _without_evidence(self, each: Acquired, place: Place, site: Place, found: frozenset[str]) -> Decision:
        """Nothing that is read releases it: a row does, or nobody, or that cannot be told."""
        hidden = is_out_of_sight(each.kind, place, self._module)
        if hidden and not is_out_of_sight(each.kind, place, self._module, strict=True):
            return Decision(RELEASED, ROW, "a base")
        if is_isolated(each.kind, place, each.call, self._module):
            return Decision(RELEASED, ROW, "a decorator, fixture or mock")
        if hidden:
            return Decision(UNKNOWN, "", "a base, or who runs the class, is not read")
        if found:
            made = steps(each, place, self._module)
            gone = next((step for step in made if UNKNOWN in step.found), made[0])
            return Decision(UNKNOWN, "", f"{_said(gone)} in {_spot(place)}")
        if each.kind == "remote" and any(sweepers(each, place, self._module)):
            return Decision(UNKNOWN, "", "a function of the class removes such things, but may not run")
        if is_mocked(each, self._module):
            return Decision(UNKNOWN, "", "the module replaces the function")
        return Decision(
            LEAKED, self._by(place, site), f"nothing releases what {_spot(place, each.call.line)} makes"
        )

    def _sweepers(self, each: Acquired, place: Place) -> Iterator[tuple[Place, Call]]:
        """Those that run with the function: in it, around every test, or around the module."""
        for there, call in sweepers(each, place, self._module):
            runs = self._module.is_setup(there) or self._module.is_teardown(there)
            near = there.function is place.function or there.owner is None or runs
            if near and self._removes(call, there):
                yield there, call

    def _removes(self, call: Call, there: Place) -> bool:
        """Whether a cleanup that is registered, where it can be read, calls anything that removes."""
        if call.last not in REGISTERS_CLEANUP or not call.arguments:
            return True
        if any(REMOVES.search(each.text.rpartition(".")[2]) for each in call.arguments):
            return True
        callee = self._project.callee(call.arguments[0].text, there)
        return callee is None or any(REMOVES.search(each.last) for each in callee.facts.calls)

    def _client_of_fixture(self, each: Acquired, place: Place) -> Place | None:
        """The function that makes the client of a request by entering a fixture."""
        if each.kind != "remote":
            return None
        for reference in each.call.receiver:
            found = self._entering(reference, place, frozenset())
            if found is not None:
                return found
        return None

    def _entering(self, reference: int, place: Place, seen: frozenset[str]) -> Place | None:
        maker, value = place.facts.maker(reference), place.facts.value(reference)
        if maker is not None:
            return place if maker.last in ENTERS else None
        if value.kind != "attribute" or value.detail in seen:
            return None
        for method in self._project.storing(place.owner, value.detail):
            for use in method.facts.uses:
                if use.how == "stored" and use.detail == f"self.{value.detail}":
                    found = self._entering(use.value, method, seen | {value.detail})
                    if found is not None:
                        return found
        return None

    # places

    def _decider(self, step: Step, each: Acquired, place: Place) -> Place:
        """The function that a step leads to: a helper that is given the value, a method that releases it."""
        if isinstance(step.by, Use):
            if step.by.how == "stored":
                attribute = step.by.detail.removeprefix("self.").removesuffix("[]")
                return next(releasing_methods(each, attribute, place, self._module), place)
            return place
        if step.by.last in COLLECTS and step.by.owner.startswith("self."):
            attribute = step.by.owner.removeprefix("self.")
            return next(releasing_methods(each, attribute, place, self._module), place)
        if step.by.last in REGISTERS_CLEANUP:
            return place
        return self._project.callee(step.by.name, place) or place

    def _by(self, decider: Place, site: Place) -> str:
        """How far a function is from the site."""
        if decider.function is site.function:
            return FUNCTION
        if decider.source is not site.source:
            return OTHER
        owner = decider.source.owners.get(decider.function)
        return CLASS if owner is not None and owner is site.owner else BASE


def _is_plain(step: Step, each: Acquired) -> bool:
    """Whether a step is the release by its own name or a registered one, not what only sounds like it."""
    if isinstance(step.by, Use):
        return True
    return step.by.last.lstrip("_") in each.releases or step.by.last in REGISTERS_CLEANUP


def _is_handed_whole(each: Acquired, place: Place) -> bool:
    """What a client made is told by its id; a file or a connection only by itself."""
    return each.kind == "remote" or any(
        use.value == each.value and use.how in {"returned", "yielded"} for use in place.facts.uses
    )


def _badness(each: Decision) -> tuple[int, int]:
    """Of several acquires in one helper the worst verdict counts, then the farthest place."""
    return WORST.index(each.verdict), -BY.index(each.by) if each.by else 0


def _spot(place: Place, line: int = 0) -> str:
    path = os.path.relpath(place.source.name.path).replace(os.sep, "/")
    return f"{path}:{line or place.facts.line} {place.name}"


def _said(step: Step) -> str:
    by = step.by
    return f"{by.name}() line {by.line}" if isinstance(by, Call) else f"{by.how} {by.detail} line {by.line}"


def sites(corpus: str, root: Path, below: str) -> list[Site]:
    """The acquire sites of the test modules in the folder ``below`` of a corpus."""
    with runner.working_in(root):
        files, test_files = Files(), TestFiles(Options().test_files)
        return [
            site
            for path in corpora.python_files(Path(), below)
            if test_files.match(path)
            for site in _sites_of(corpus, path, test_files, files)
        ]


def _sites_of(corpus: str, path: str, test_files: TestFiles, files: Files) -> Iterator[Site]:
    try:
        with tokenize.open(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = file.read()
            tree = ast.parse(text)
    except (SyntaxError, UnicodeDecodeError):
        return
    module = Module(tree, text, test_files.relative(path), Options(), test_files.root(path), files)
    if module.is_fake or module.is_script:
        return
    judge, lines = Judge(module), text.split("\n")
    for place in module.places:
        if not module.is_fake_class(place.owner):
            for call, decision in judge.decisions(place):
                yield Site(corpus, path, call.line, decision, _excerpt(lines, call.line))


def _excerpt(lines: list[str], line: int) -> str:
    first = max(line - CONTEXT, 1)
    shown = enumerate(lines[first - 1 : line + CONTEXT], start=first)
    return "\n".join(f"{'>' if number == line else ' '}{number:5} {text}" for number, text in shown)


def table(corpus: str, found: list[Site]) -> Iterator[str]:
    """Sites, how many are decided, the share decided without rows, and the counts behind these."""
    decisions = [site.decision for site in found if site.decision.verdict != NO_ACQUIRE]
    decided = [each for each in decisions if each.verdict != UNKNOWN]
    by_code = [each for each in decided if each.by != ROW]
    share = len(by_code) / (len(decisions) or 1)
    yield f"{corpus:30}{len(decisions):>7} sites{len(decided):>7} decided{share:>8.3f} without harness rows"
    verdicts = Counter(site.decision.verdict for site in found)
    yield "  verdict  " + ", ".join(f"{each} {verdicts[each]}" for each in VERDICTS)
    places = Counter(each.by for each in decided)
    yield "  by what  " + ", ".join(f"{each} {places[each]}" for each in BY)


def sampled(found: list[Site], verdict: str, count: int, seed: int) -> list[Site]:
    """At most ``count`` random sites of a verdict; equal for equal seeds."""
    mine = [site for site in found if site.decision.verdict == verdict]
    random.Random(seed).shuffle(mine)
    return mine[:count]


def printed(site: Site) -> str:
    """A site as it is read by eye."""
    verdict, by, reason, *_ = site.decision
    return (
        f"{site.corpus}/{site.path}:{site.line}\n{verdict} by {by or 'nothing'}: {reason}\n{site.excerpt}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sample", nargs=2, metavar=("VERDICT", "COUNT"), help=f"one of {', '.join(VERDICTS)}"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the random choice (default: %(default)s)")
    parser.add_argument(
        "--corpus", action="append", help="only this one, such as tempest-47.0.0 (repeatable)"
    )
    parser.add_argument("--smoke", action="store_true", help="only see that it works, on a tiny input")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    every: list[Site] = []
    for corpus, found in _read(arguments):
        print("\n".join(table(corpus, found)))
        every += found
    if arguments.sample:
        verdict, count = arguments.sample
        for each in sampled(every, verdict, int(count), arguments.seed):
            print(f"\n{printed(each)}", end="")


def _read(arguments: argparse.Namespace) -> Iterator[tuple[str, list[Site]]]:
    if arguments.smoke:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "test_store.py").write_text(SMALL)
            yield "smoke", sites("smoke", Path(folder), ".")
        return
    for corpus in corpora.OPENSTACK:
        if corpus.folder in WANTED and corpus.folder in (arguments.corpus or WANTED):
            root = corpora.unpacked(corpus, arguments.cache)
            yield corpus.folder, sites(corpus.folder, root, WANTED[corpus.folder])


if __name__ == "__main__":
    main()
