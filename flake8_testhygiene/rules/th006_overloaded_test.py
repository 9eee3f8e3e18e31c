"""A test holds several phases that have nothing to do with each other: it is several tests in one.

When the first phase fails, nobody learns of the others; the name can say no more than what they have in
common, and whoever reads the third has to make sure that it needs nothing of the first two.

Bad:

    import unittest

    from shop import Basket

    class TestBasket(unittest.TestCase):
        def test_basket(self):
            basket = Basket()
            basket.add('apple', 3)
            self.assertEqual(9, basket.total())

            basket = Basket()
            basket.add('apple', 3)
            basket.remove('apple')
            self.assertEqual(0, basket.total())

            basket = Basket()
            basket.redeem('WELCOME')
            self.assertEqual(['WELCOME'], basket.vouchers)

Good:

    import unittest

    from shop import Basket

    class TestBasket(unittest.TestCase):
        def setUp(self):
            super().setUp()
            self.basket = Basket()

        def test_total(self):
            self.basket.add('apple', 3)
            self.assertEqual(9, self.basket.total())

        def test_removed_article_costs_nothing(self):
            self.basket.add('apple', 3)
            self.basket.remove('apple')
            self.assertEqual(0, self.basket.total())

        def test_voucher(self):
            self.basket.redeem('WELCOME')
            self.assertEqual(['WELCOME'], self.basket.vouchers)

A phase is one or more statements that call something, followed by assertions. Reported at the `def` of a
test in which, after two others, a phase begins with a new object under a name that had another before, does
to it what no earlier phase does, and has nothing else in common with them: no local, no parameter, no
attribute of `self`, no function or object of the module. With `--testhygiene-strict` every test of at least
two phases and ten statements, or of more than 40 statements.

Silent: a phase that calls the same as an earlier one, with other data; names of tests, classes, files and
folders that speak of a scenario, of a life cycle, of create and delete. A loop over data and a run of subTest
cases count once.

Options: `--testhygiene-th006-earlier` (2): how many phases come before one that may be a test of its own.
Strict: `--testhygiene-th006-phases` (2), `--testhygiene-th006-statements` (10) and
`--testhygiene-th006-most-statements` (40).

Instead: make each phase a test, and what they have in common a fixture or a helper.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene import checks
from flake8_testhygiene.catalog import journeys
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.story import independence
from flake8_testhygiene.story.phases import phases

# The lines of the `def`, of a phase, and of one that begins anew.
SHORTEST = 6
STEP_BY_STEP = Pattern(journeys.STEP_BY_STEP)


@rule(
    "TH006",
    "{what}: {way_out}",
    on=FUNCTIONS,
    trigger=("def test",),
    local=True,
    shortest=SHORTEST,
)
def overloaded_test(function: Function, module: Module) -> Iterator[Found]:
    if not function.name.startswith("test"):
        return
    found = _independent(function, module)
    if not found and module.options.is_strict("TH006"):
        found = _many_phases(function, module)
    if found and module.is_test(module.project.place(function)):
        what, way_out = found
        yield Found(function.lineno, function.col_offset, {"what": what, "way_out": way_out})


def _independent(function: Function, module: Module) -> tuple[str, str] | None:
    if not independence.may_begin_anew(function) or _is_step_by_step(function, module):
        return None
    phase = independence.independent(function, module.source, module.options.th006_earlier)
    if phase is None:
        return None
    return f"what begins in line {phase.line} needs nothing of what is above it", "make it a test"


def _is_step_by_step(function: Function, module: Module) -> bool:
    """Whether the steps are to follow each other, by any name that the test goes by."""
    place = module.project.place(function)
    names = (place.name, place.owner.name if place.owner else "", module.stem, *module.folders)
    return any(STEP_BY_STEP.search(name) for name in names)


def _many_phases(function: Function, module: Module) -> tuple[str, str] | None:
    options = module.options
    statements = checks.length(function, module)
    if statements < min(options.th006_statements, options.th006_most_statements):
        return None
    every = phases(function)
    if len(every) >= options.th006_phases and statements >= options.th006_statements:
        return f"{len(every)} phases, the last from line {every[-1].line} on", "make each a test"
    if statements > options.th006_most_statements:
        return f"{statements} statements", "make each thing that it shows a test"
    return None
