"""The door to flake8: a tree comes in, located messages go out."""

from __future__ import annotations

import argparse
import ast
import gc
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import cpu_count, get_start_method
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from flake8.style_guide import Decision, DecisionEngine

from flake8_testhygiene.importing import ImportPath

with ImportPath().without():
    from flake8_testhygiene import __version__, options, rules
    from flake8_testhygiene.location import TestFiles
    from flake8_testhygiene.options import Options

if TYPE_CHECKING:
    from flake8.options.manager import OptionManager

    from flake8_testhygiene.baseline import Baseline
    from flake8_testhygiene.module import Module
    from flake8_testhygiene.project.files import Files
    from flake8_testhygiene.rule import Rule
    from flake8_testhygiene.screen import Screen

Located = tuple[int, int, str, "type[Plugin]"]
INTERNAL_ERROR = "TH000"
# flake8 prints what its own loggers, and those below them, say.
LOG = logging.getLogger("flake8.testhygiene")
# Names and texts in a message may be as long as a file.
MOST_CHARACTERS = 400


class Plugin:
    """Reports what a careful reviewer remarks about the tests of one file."""

    name = "flake8-testhygiene"
    version = __version__

    # flake8 parses its options once, before any file, and hands them over on the class.
    options: ClassVar[Options] = Options()
    test_files: ClassVar[TestFiles] = TestFiles(options.test_files)
    selected: ClassVar[tuple[str, ...]] = tuple(rules.stems())
    rules: ClassVar[dict[str, Rule]] = {}
    asked: ClassVar[tuple[tuple[str, Screen], ...] | None] = None
    files: ClassVar[Files | None] = None
    import_path: ClassVar[ImportPath] = ImportPath()
    baseline: ClassVar[Baseline | None] = None

    def __init__(
        self,
        tree: ast.Module,
        filename: str,
        lines: list[str],
        noqa_line_for: Callable[[int], str | None] = lambda line: None,
    ) -> None:
        self.tree = tree
        self.filename = filename
        self.lines = lines
        self.noqa_line_for = noqa_line_for

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Called by flake8 before it reads the command line."""
        options.register(manager)

    @classmethod
    def parse_options(
        cls, manager: OptionManager, namespace: argparse.Namespace, filenames: list[str]
    ) -> None:
        """Called by flake8 once, with the parsed command line and configuration."""
        with ImportPath().without():
            collected = options.collect(manager.parser, namespace, rules.strict)
            decisions = DecisionEngine(namespace)
            codes = (code for code in rules.stems() if decisions.decision_for(code) is Decision.Selected)
            cls.begin(collected, tuple(codes))
            cls.baseline = cls._read_baseline(manager, namespace)
            if cls._is_forked(namespace):
                cls._import_all()

    @classmethod
    def begin(cls, given: Options, selected: tuple[str, ...] | None = None) -> None:
        """Begin a run with these options and rules, all unless given; what an earlier one knew is dropped."""
        cls.options = given
        cls.test_files = TestFiles(given.test_files)
        cls.selected = tuple(rules.stems()) if selected is None else selected
        cls.rules = {}
        cls.asked = None
        cls.files = None
        cls.import_path = ImportPath()
        cls.baseline = None

    @classmethod
    def _is_forked(cls, namespace: argparse.Namespace) -> bool:
        """Whether flake8 is going to fork workers, for files among which may be test modules."""
        jobs = cpu_count() if namespace.jobs.is_auto else namespace.jobs.n_jobs
        if jobs < 2 or get_start_method() != "fork":
            return False
        names: list[str] = namespace.filenames or ["."]
        return any(map(os.path.isdir, names)) or (len(names) > 1 and any(map(cls.test_files.match, names)))

    @classmethod
    def _import_all(cls) -> None:
        """Import now, and once, what otherwise each worker imports for itself with its first test module.

        What cannot be imported is told of with that module.
        """
        with suppress(Exception):
            for code, _ in cls._asked():
                cls._rule(code)

    @classmethod
    def _read_baseline(cls, manager: OptionManager, namespace: argparse.Namespace) -> Baseline | None:
        """The known findings, if the user has a list; one that cannot be read is a bad option."""
        name = cls.options.baseline
        if not name:
            return None
        from flake8_testhygiene.baseline import Baseline, Unreadable

        try:
            return Baseline.read(name, namespace.disable_noqa)
        except Unreadable as fault:
            accepted = f"a file that python -m flake8_testhygiene baseline has written: {fault}"
            refusal = options.refusal(name, accepted)
            parser: argparse.ArgumentParser = manager.parser
            parser.error(f"argument --testhygiene-baseline: {refusal}")

    def run(self) -> Iterator[Located]:
        """Yield each finding as ``(line, column, message, type)``; never raises.

        An exception that left this generator would make flake8 lose the findings of every plugin. Collection
        is paused until the last finding is taken: for the first one flake8 keeps every token of the file.
        """
        with collection_paused():
            yield from self._everything()

    def _everything(self) -> list[Located]:
        """All findings; nothing is imported from the project on the way, nor after a fault."""
        found: list[Located] = []
        try:
            if self.selected and self.holds_tests():
                with self.import_path.without(self.test_files.root(self.filename)):
                    found.extend(self._found())
                    return self._new(found)
        except Exception as fault:
            found.append(self._internal_error("reading the module", [Fault(1, fault)]))
        return found

    def _new(self, found: list[Located]) -> list[Located]:
        """What is not in the baseline, where there is one."""
        if self.baseline is None or not found:
            return found
        try:
            return self.baseline.unknown(found, self.tree, self.lines, self.filename, self.noqa_line_for)
        except Exception as fault:
            return [*found, self._internal_error("the baseline", [Fault(1, fault)])]

    def _found(self) -> Iterator[Located]:
        module = self._module()
        for code, screen in self._asked():
            yield from self._found_by(code, screen, module)
        module.forget()

    def _module(self) -> Module:
        from flake8_testhygiene.module import Module
        from flake8_testhygiene.project.files import Files

        own = type(self)
        if own.files is None:
            own.files = Files()
        path, root = self.test_files.relative(self.filename), self.test_files.root(self.filename)
        text = "".join(self.lines).replace("\r\n", "\n").replace("\r", "\n")  # as standard input has them
        return Module(self.tree, text, path, self.options, root, own.files)

    def holds_tests(self) -> bool:
        """Whether the file is a test module: by its place in the project, or by a TestCase in it."""
        return self.test_files.match(self.filename) or any(
            isinstance(statement, ast.ClassDef)
            and any(_last_name(parent).endswith("TestCase") for parent in statement.bases)
            for statement in self.tree.body
        )

    @classmethod
    def screen(cls, code: str) -> Screen:
        """What is known of a rule before it is imported."""
        return rules.screen(code)

    @classmethod
    def _asked(cls) -> tuple[tuple[str, Screen], ...]:
        """The rules that have a say in this run, and what is known of them."""
        if cls.asked is None:
            screens = ((code, cls.screen(code).ready()) for code in cls.selected)
            cls.asked = tuple(
                (code, screen) for code, screen in screens if not screen.strict or cls.options.is_strict(code)
            )
        return cls.asked

    @classmethod
    def _rule(cls, code: str) -> Rule:
        """The rule, imported when the first file comes by that it may have something to say about."""
        if code not in cls.rules:
            cls.rules[code] = rules.load(code)
        return cls.rules[code]

    def _found_by(self, code: str, screen: Screen, module: Module) -> Iterator[Located]:
        """What one rule finds; its faults become one finding, and cost only the functions they happen in."""
        faults: list[Fault] = []
        try:
            for node in module.nodes(code, screen):
                yield from self._found_at(node, self._rule(code), module, faults)
        except Exception as fault:
            faults.append(Fault(1, fault))
        if faults:
            yield self._internal_error(code, faults)

    def _found_at(self, node: ast.AST, rule: Rule, module: Module, faults: list[Fault]) -> Iterator[Located]:
        try:
            for place in rule.check(node, module):
                # The name in the end is what its page is called, and python -m flake8_testhygiene knows it.
                said = one_line(rule.message.format_map(place.words))
                message = f"{rule.code} {said} [{rules.name(rule.code)}]"
                yield place.line, self._character(place.line, place.column), message, type(self)
        except Exception as fault:
            faults.append(Fault(getattr(node, "lineno", 1), fault))

    def _character(self, line: int, byte: int) -> int:
        """A column of the tree, which counts bytes of UTF-8, as editors count it: in characters."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return byte if text.isascii() else len(text.encode()[:byte].decode(errors="ignore"))

    def _internal_error(self, culprit: str, faults: list[Fault]) -> Located:
        """The finding that tells of faults; ``--verbose`` has all of them, given twice their tracebacks."""
        for each in faults:
            LOG.info(
                "internal error in %s at %s:%d: %s",
                culprit,
                self.filename,
                each.line,
                each.reason,
                exc_info=each.fault if LOG.isEnabledFor(logging.DEBUG) else None,
            )
        count = f" ({len(faults)} times)" if len(faults) > 1 else ""
        message = f"{INTERNAL_ERROR} internal error in {culprit}{count}: {faults[0].reason}; please report"
        return 1, 0, message, type(self)


class Fault(NamedTuple):
    """What went wrong in a rule that looked at the node on a line."""

    line: int
    fault: Exception

    @property
    def reason(self) -> str:
        """The kind of fault and what it says, on one line."""
        try:
            said = str(self.fault)
        except Exception:  # an exception may hold anything, and be made to speak only now
            said = ""
        return one_line(" ".join(f"{type(self.fault).__name__} {said}".split()))


def one_line(message: str) -> str:
    """What a terminal, an editor and a log can show of a message that has names and texts of a user's in it.

    flake8 dies of a lone surrogate, an editor reads line by line, a terminal obeys control characters.
    """
    if len(message) > MOST_CHARACTERS:
        message = f"{message[:MOST_CHARACTERS]}..."
    if message.isprintable():
        return message
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in message
    )


def _last_name(expression: ast.expr) -> str:
    return str(getattr(expression, "attr", "") or getattr(expression, "id", ""))


@contextmanager
def collection_paused() -> Iterator[None]:
    """Our short-lived tuples must not make the garbage collector look through every plugin's trees."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
