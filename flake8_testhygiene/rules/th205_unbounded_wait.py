"""A loop waits for a state to come and has no deadline.

When the state never comes, the test does not fail: it hangs, until somebody kills the run and everything that
was to tell what had happened with it.

Bad:

    import time
    import unittest

    class TestBoot(unittest.TestCase):
        def test_boot(self):
            server = self.api.boot()
            while self.api.show(server).status != 'ACTIVE':
                time.sleep(1)

Good:

    import time
    import unittest

    class TestBoot(unittest.TestCase):
        def test_boot(self):
            server = self.api.boot()
            for _ in range(60):
                if self.api.show(server).status == 'ACTIVE':
                    break
                time.sleep(1)
            else:
                self.fail(f'{server} is not active')

Silent: loops that count or look at a clock; loops that do more than look and sleep; readers of pages and
streams; functions that run beside the test; tests that a time limit of the harness ends, in the file, in a
conftest.py or in pytest's configuration (`timeout`, `--timeout`); unknown decorators and bases that stand in
another file, which may set one.

Strict also reports `join()`, `wait()` and `get()` without a timeout on threads, processes, events and queues
that the function made.

Options: none.

Instead: a counter or a deadline in the loop, and a failure that says what did not happen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks
from flake8_testhygiene.catalog import harnesses, verification
from flake8_testhygiene.expressions import spelled
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

ASSERTS = Pattern(verification.ASSERTS)
CLOCKS = Pattern(verification.CLOCKS)
FAILS = Pattern(verification.FAILS)
HARMLESS = Pattern(harnesses.HARMLESS_DECORATOR)
LOOKS_AGAIN = Pattern(verification.LOOKS_AGAIN)
MOMENTS = Pattern(verification.MOMENTS)
PAGES = Pattern(verification.PAGES)
READS_ON = Pattern(verification.READS_ON)
RUNS_BESIDE = Pattern(verification.RUNS_BESIDE)
TELLS = Pattern(verification.TELLS)
TIMED = Pattern(verification.TIMED_HARNESS)
LONGEST = 28
LOOP = ("while ", "while(")
_MADE = {(f"{maker.rpartition('.')[2]}(", maker.split(".")[0]) for maker in verification.ENDLESS}


@rule(
    "TH205",
    "{what} has no deadline: {way_out}, then fail",
    on=FUNCTIONS,
    trigger=(("while ", "sleep("),),
    trigger_in_strict=(("while ", "sleep("), *sorted(_MADE)),
)
def unbounded_wait(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    found = list(_endless_loops(function, place, module))
    if module.options.is_strict("TH205"):
        found += _endless_calls(place, module)
    # Whole texts are searched last: few functions get as far.
    if found and not _is_timed(module):
        yield from found


def _is_timed(module: Module) -> bool:
    """Whether the harness ends tests that take too long: in this file, in a conftest.py, as configured."""
    collection = module.project.collection
    texts = {place.source.text for place in module.project.around} | {module.source.text}
    return collection.is_timed or not collection.is_known or any(map(TIMED.search, texts))


def _endless_loops(function: Function, place: Place, module: Module) -> Iterator[Found]:
    """Loops that look and sleep until a state comes, whenever that is."""
    if function not in module.source.holding(LOOP):
        return
    for loop in module.source.walked(function).by_type.get(ast.While, ()):
        if (
            isinstance(loop, ast.While)
            and _only_waits(loop, module)
            and not _is_bounded(loop, place, module)
            and not (module.is_script or _runs_beside(place, module) or _may_be_timed(place, module))
        ):
            words = {"what": f"loop {_condition(loop)}", "way_out": "count its rounds or use a clock"}
            yield Found(loop.lineno, loop.col_offset, words)


def _endless_calls(place: Place, module: Module) -> Iterator[Found]:
    """Calls that wait for ever on what the function made."""
    for call in place.facts.calls:
        makers = {made.name for each in call.receiver if each >= 0 and (made := place.facts.maker(each))}
        rows = [verification.ENDLESS[maker] for maker in makers if maker in verification.ENDLESS]
        limits = [row[call.last] for row in rows if call.last in row]
        if limits and not _is_limited(call.arguments, limits[0]) and not call.within("def", "lambda"):
            yield Found(call.line, call.column, {"what": f"{call.name}()", "way_out": "give it a timeout"})


def _is_limited(arguments: tuple[object, ...], place: int) -> bool:
    names = {getattr(each, "name", "") for each in arguments}
    return len(arguments) > place or bool(names & {"timeout", "block", "*", "**"})


def _runs_beside(place: Place, module: Module) -> bool:
    """Whether the function is, by its name or use, the body of a thread or of a process."""
    if RUNS_BESIDE.search(place.name) or module.is_fake_class(place.owner):
        return True
    return any(
        f"{how}{name}" in module.source.text
        for how in ("target=", "submit(", "spawn(", "spawn_n(", "Thread(", "create_task(")
        for name in (place.name, f"self.{place.name}")
    )


def _may_be_timed(place: Place, module: Module) -> bool:
    """Whether a base or a decorator may end the test when it takes too long."""
    lineage = module.project.lineage(place.owner)
    rows = map(module.harness, module.frameworks(lineage))
    plain = all(row is not None and not row.isolates for row in rows)
    is_mixed_in = place.owner is not None and not module.is_test_class(place.owner)
    decorators = (*place.facts.decorators, *(place.owner.decorators if place.owner else ()))
    return is_mixed_in or not plain or any(not HARMLESS.search(each) for each in decorators)


def _only_waits(loop: ast.While, module: Module) -> bool:
    """Whether a loop sleeps, looks again, and does nothing else."""
    nodes = [node for node in checks.inside([loop]) if isinstance(node, ast.Call)]
    if not any(module.source.dotted(call.func) in verification.SLEEPS for call in nodes):
        return False
    if any(READS_ON.search(last_name(call)) for call in nodes):
        return False
    return _can_end(loop) and all(_is_a_look(each, module) for each in loop.body)


def _can_end(loop: ast.While) -> bool:
    if not isinstance(loop.test, ast.Constant):
        return True
    return any(isinstance(node, ast.Break | ast.Return) for node in checks.inside(loop.body))


def _is_a_look(statement: ast.stmt, module: Module) -> bool:
    """Whether a statement of the loop sleeps, looks, tells or ends, and changes nothing."""
    match statement:
        case ast.Pass() | ast.Break() | ast.Return() | ast.Continue() | ast.Raise() | ast.Assert():
            return True
        case ast.Expr(ast.Constant()):
            return True
        case ast.Expr(ast.Call() as call) | ast.Expr(ast.Await(ast.Call() as call)):
            name = module.source.dotted(call.func)
            last = last_name(call)
            return name in verification.SLEEPS or bool(
                TELLS.search(name) or LOOKS_AGAIN.search(last) or checks.is_failure(call)
            )
        case ast.Assign() | ast.AnnAssign():
            return True
        case ast.If(_, body, orelse):
            return all(_is_a_look(each, module) for each in (*body, *orelse))
        case ast.With(_, body):
            return all(_is_a_look(each, module) for each in body)
        case ast.For(_, _, body, orelse):
            return all(_is_a_look(each, module) for each in (*body, *orelse))
        case ast.Try(body, handlers, orelse, last_words):
            handled = (each for handler in handlers for each in handler.body)
            return all(_is_a_look(each, module) for each in (*body, *handled, *orelse, *last_words))
    return False


def _is_bounded(loop: ast.While, place: Place, module: Module) -> bool:
    """Whether anything in the loop counts, looks at a clock or speaks of one; or the loop is not its own."""
    if not checks.runs_once(loop, module.source.walked(place.source.node(place.function))):
        return True
    for node in checks.inside([loop]):
        match node:
            case ast.AugAssign():
                return True
            case ast.Assign(_, ast.BinOp(_, ast.Add() | ast.Sub())):
                return True
            case ast.Call(callee):
                name = module.source.dotted(callee)
                if name not in verification.SLEEPS and (CLOCKS.search(name) or MOMENTS.search(name)):
                    return True
                if _may_fail(name, place, module):
                    return True
            case ast.Name(name) | ast.Attribute(_, name):
                if MOMENTS.search(name) or PAGES.search(name):
                    return True
    return False


def _may_fail(name: str, place: Place, module: Module) -> bool:
    """Whether a function of this file that the loop calls may end it: it fails, waits or looks at a clock."""
    callee = module.project.callee(name, place)
    return callee is not None and any(
        call.name == "raise"
        or CLOCKS.search(call.name)
        or MOMENTS.search(call.name)
        or ASSERTS.search(call.last)
        or FAILS.search(call.last)
        for call in callee.facts.calls
    )


def _condition(loop: ast.While) -> str:
    if isinstance(loop.test, ast.Constant):
        return "while True"
    text = f"while {spelled(loop.test)}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3].rstrip()}..."
