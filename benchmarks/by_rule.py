"""What each rule costs: the CPU seconds that it takes, the files and functions it is asked about.

What several rules need (the facts of a function, the lineage of a class) is told once, and counts for the
rule that asks first: without that rule the next one would pay. It all happens in this process, in one run.
"""

from __future__ import annotations

import ast
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks import runner
from benchmarks.workloads import Workload, counted
from flake8_testhygiene.module import Module
from flake8_testhygiene.options import ALL_CODES
from flake8_testhygiene.plugin import Fault, Located, Plugin
from flake8_testhygiene.rule import Rule
from flake8_testhygiene.screen import Screen


class Cost(NamedTuple):
    """CPU seconds by rule, as a whole and in its check alone; files and functions that it is asked about."""

    whole: defaultdict[str, float]
    check: defaultdict[str, float]
    files: Counter[str]
    asked: Counter[str]


def _timed(cost: Cost) -> type[Plugin]:
    """The plugin, with a clock around each rule."""

    class Timed(Plugin):
        def _found_by(self, code: str, screen: Screen, module: Module) -> Iterator[Located]:
            before, begin = cost.asked[code], time.process_time()
            found = list(super()._found_by(code, screen, module))
            cost.whole[code] += time.process_time() - begin
            cost.files[code] += cost.asked[code] > before
            return iter(found)

        def _found_at(
            self, node: ast.AST, rule: Rule, module: Module, faults: list[Fault]
        ) -> Iterator[Located]:
            begin = time.process_time()
            found = list(super()._found_at(node, rule, module, faults))
            cost.check[rule.code] += time.process_time() - begin
            cost.asked[rule.code] += 1
            return iter(found)

    return Timed


def lines(workload: Workload, strict: bool) -> Iterator[str]:
    """The table to print for one workload, the dearest rule first."""
    cost = Cost(defaultdict(float), defaultdict(float), Counter(), Counter())
    each = runner.read_each(workload.root, workload.names, ALL_CODES if strict else frozenset(), _timed(cost))
    spent = [read.seconds for read in each if read.is_test_module]
    whole = sum(spent)
    yield f"{workload.name}: {counted(len(spent), 'test module')}, {whole:.3f} CPU s in run()"
    yield "rule       ms   share  choosing   check   files   asked"
    for code, seconds in sorted(cost.whole.items(), key=lambda item: -item[1]):
        check = cost.check[code]
        yield (
            f"{code} {1000 * seconds:8.1f}  {_share(seconds, whole)} {1000 * (seconds - check):9.1f} "
            f"{1000 * check:7.1f} {cost.files[code]:7} {cost.asked[code]:7}"
        )
    rest = whole - sum(cost.whole.values())
    yield f"rest  {1000 * rest:8.1f}  {_share(rest, whole)}"


def _share(part: float, whole: float) -> str:
    return f"{100 * part / (whole or 1):4.1f} %"
