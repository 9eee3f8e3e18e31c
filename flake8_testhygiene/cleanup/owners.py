"""Who releases it? Follows an acquired value from use to use, in whatever function that leads to.

What cannot be followed is unknown, and unknown is never reported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import callees, lifecycle, remote, waiters
from flake8_testhygiene.cleanup.acquires import VERB_AND_NOUN, Acquired
from flake8_testhygiene.cleanup.clients import CLIENT_NAME
from flake8_testhygiene.cleanup.paths import RELEASED, SKIPPABLE, reached
from flake8_testhygiene.facts import Call, Facts, Use
from flake8_testhygiene.module import Module
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.screen import Trigger

HANDED_ON = "handed on"
UNKNOWN = "unknown"
Outcomes = frozenset[str]
NOTHING: Outcomes = frozenset()
IT_IS_UNKNOWN: Outcomes = frozenset({UNKNOWN})

LOOKS_ONLY = Pattern(callees.LOOKS_ONLY)
LEAVES_HANDLES_OPEN = Pattern(callees.LEAVES_HANDLES_OPEN)
TAKES_OVER = Pattern(callees.TAKES_OVER)
WAITS = Pattern(waiters.NAME)
READS = Pattern(waiters.READ)
REMOVES = Pattern(
    r"(?i)(^|_)("
    + "|".join(sorted({verb for verbs in remote.VERBS.values() for verb in verbs} | remote.USES_UP))
    + r")"
)
# Attributes of a connection that hold what it is about.
HOLDS = Pattern(
    r"_?(sock|socket|fp|file|conn|connection|closed|transport|stream|reader|writer|server|close)\b"
)
MAY_REMOVE = Pattern(callees.MAY_REMOVE)
GIVES_A_PATH = Pattern(callees.GIVES_A_PATH)
NEARLY_TEARDOWN = Pattern(lifecycle.NEARLY_TEARDOWN)
TOLD_TO_REMOVE = Pattern(callees.TOLD_TO_REMOVE)
NAMING = Pattern(remote.NAMING)
HELD_OPEN = frozenset({"handle", "network", "process", "thread"})
PRETENDS = Pattern(callees.PRETENDS)
PARTS_ARE_PLAIN = frozenset({"file"})
RESULTS_LEAD_ON = frozenset({"file", "remote", "database", "own"})


class Step(NamedTuple):
    """What one call, or one other use, makes of what was acquired."""

    by: Call | Use
    found: Outcomes


class Question(NamedTuple):
    """What is asked along the way: who releases this kind of resource, and by which calls."""

    kind: str
    releases: tuple[str, ...]
    manages: bool

    @property
    def key(self) -> str:
        return f"{self.kind} {self.releases} {self.manages}"

    @property
    def is_directory(self) -> bool:
        """Whether the resource is a folder that stays until it is removed."""
        return "shutil.rmtree" in self.releases and not self.manages

    def is_method(self, name: str) -> bool:
        """Whether a method of the value called ``name`` releases it."""
        return f".{name}" in self.releases

    def is_function(self, name: str) -> bool:
        """Whether a function that is given the value releases it."""
        last = name.rpartition(".")[2]
        if self.kind == "remote":
            return bool(REMOVES.search(last))
        return name in self.releases or (self.kind == "own" and last in self.releases)


def outcomes(acquired: Acquired, place: Place, module: Module) -> Outcomes:
    """Everything that becomes of what was acquired: released, skippable, handed on, unknown, or nothing."""
    names = list(_names(acquired, place)) if acquired.kind == "remote" else []
    return _Trail(_question(acquired), place, module, acquired.call).follow([acquired.value, *names])


def steps(acquired: Acquired, place: Place, module: Module) -> list[Step]:
    """The same, told apart by the calls and uses that it comes from."""
    names = list(_names(acquired, place)) if acquired.kind == "remote" else []
    trail = _Steps(_question(acquired), place, module, acquired.call)
    trail.follow([acquired.value, *names])
    return trail.steps


def releasing_methods(acquired: Acquired, attribute: str, place: Place, module: Module) -> Iterator[Place]:
    """The methods of the class, and of its bases that are read, that release what ``attribute`` holds."""
    for method in module.project.methods(place.owner, (f".{attribute}",)):
        if method.function is not place.function:
            found = _of_values(_question(acquired), "attribute", attribute, method, module)
            if found & {RELEASED, SKIPPABLE}:
                yield method


def _names(acquired: Acquired, place: Place) -> Iterator[int]:
    """The values that name what is created: who has the name can take it back."""
    for argument in acquired.call.arguments:
        for each in argument.values:
            made = place.facts.maker(each)
            if each >= 0 and made is not None and NAMING.search(made.last):
                yield each


def parameter_outcomes(acquired: Acquired, name: str, place: Place, module: Module) -> Outcomes:
    """The same for a value that comes in as the parameter ``name`` of a function."""
    return _of_values(_question(acquired), "parameter", name, place, module)


def _question(acquired: Acquired) -> Question:
    return Question(acquired.kind, acquired.releases, acquired.manages)


def _of_values(question: Question, kind: str, name: str, place: Place, module: Module) -> Outcomes:
    """What becomes of the parameter, or of the attribute of ``self``, called ``name``."""

    def answer(there: Place) -> Outcomes:
        values = module.project.flow(there).named.get((kind, name), [])
        return _Trail(question, there, module, None).follow(values)

    return module.project.verdict(f"{question.key} of {kind} {name}", place, answer)


class _Trail:
    """One question about values of one function."""

    def __init__(self, question: Question, place: Place, module: Module, acquire: Call | None) -> None:
        self.question = question
        self.place = place
        self.module = module
        self.acquire = acquire
        self.found: set[str] = set()
        self.waiting: list[int] = []
        self._acquired: frozenset[int] = frozenset()
        self._releasing: dict[int, bool] = {}

    def follow(self, values: list[int]) -> Outcomes:
        """What becomes of the values, and of whatever they are turned into on the way."""
        flow = self.module.project.flow(self.place)
        self.waiting = list(values)
        self._acquired = frozenset(values)
        seen: set[int] = set()
        while self.waiting:
            value = self.waiting.pop()
            if value in seen:
                continue
            seen.add(value)
            for use in flow.uses.get(value, ()):
                self.found |= self._used(use)
            for call in flow.called_on.get(value, ()):
                self._called_on(call, value)
            for call, number, whole in flow.given.get(value, ()):
                self.found |= self._given(call, number, whole)
        return frozenset(self.found)

    def _used(self, use: Use) -> Outcomes:
        if use.how in {"returned", "yielded"}:
            nested = any(kind in {"def", "lambda"} for kind, _, _ in use.where)
            return IT_IS_UNKNOWN if nested else frozenset({HANDED_ON})
        if use.how == "stored":
            return self._stored(use.detail)
        if use.how == "entered" and self.question.manages:
            # accept() and socketpair() give the socket as a part of their result
            whole = use.value >= 0 or self.question.kind == "network"
            return frozenset({RELEASED}) if whole else NOTHING
        if use.how == "escaped":
            return IT_IS_UNKNOWN
        if use.how == "marked" and use.detail.startswith("daemon="):
            return NOTHING if use.detail == "daemon=False" else frozenset({RELEASED})
        if use.how == "marked" and self.question.kind == "network" and HOLDS.match(use.detail):
            return IT_IS_UNKNOWN  # connection.sock = FakeSocket()
        return NOTHING

    def _called_on(self, call: Call, value: int) -> None:
        is_watched = call.last in lifecycle.ASKS_WHETHER_IT_RUNS and call.within("loop")
        if is_watched or self.question.is_method(call.last):
            self.found.add(reached(call, self.acquire, self.place, self.module))
        elif call.last in {"setDaemon", "__enter__"} or not call.owner:
            self.found.add(UNKNOWN)  # a bare name that is called holds one of its methods
        elif call.last in lifecycle.TAKES_OUT:
            if not self._is_asked_itself(call, value):
                self.waiting.append(call.result)
        elif self.question.kind in RESULTS_LEAD_ON:
            if self.question.kind == "remote" and REMOVES.search(call.last):
                self.found.add(reached(call, self.acquire, self.place, self.module))
            self.waiting.append(call.result)

    def _is_asked_itself(self, call: Call, value: int) -> bool:
        """Whether a method like ``get`` is one of what was acquired: ``session.get(url)`` is no session."""
        is_whole = self.acquire is not None and value in self._acquired and value in call.receiver
        return is_whole and self.question.kind in HELD_OPEN

    # what a call does with its argument

    def _given(self, call: Call, number: int, whole: bool) -> Outcomes:
        last = call.last
        if self._releases(call):
            return frozenset({reached(call, self.acquire, self.place, self.module)})
        if last in lifecycle.REGISTERS_CLEANUP and call.owner:
            return self._registered(call, number)
        if last in lifecycle.ENTERS:
            return frozenset({RELEASED})
        callee = self.module.project.callee(call.name, self.place)
        if callee is not None:
            found = self._parameter(callee, call, number)
            return found - {UNKNOWN} if WAITS.search(last) else found  # who waits for it keeps nothing
        if (last in lifecycle.HANDS_THROUGH and not call.owner) or call.name in lifecycle.COPIES:
            self.waiting.append(call.result)
            return NOTHING
        if last in lifecycle.HARMLESS_BUILTINS and call.owner in {"", "super()"}:
            return NOTHING
        if self._is_nested(call.name):
            return IT_IS_UNKNOWN  # its body was read in place, but not with this argument
        if self.question.kind in HELD_OPEN and PRETENDS.search(last):
            return IT_IS_UNKNOWN  # the code under test may close what it finds in a mock
        if LOOKS_ONLY.search(call.name) or WAITS.search(last):
            self._lead_on(call)
            return NOTHING
        if number > 0 and RELEASED in self._registered(call, number):
            return frozenset({RELEASED})  # self.cleanup(self.clear_volume_type, volume_type['id'])
        return self._stored_or_elsewhere(call, whole)

    def _stored_or_elsewhere(self, call: Call, whole: bool) -> Outcomes:
        if call.last in lifecycle.COLLECTS:
            if call.owner.startswith("self."):
                return self._stored(call.owner)
            if call.owner in lifecycle.LISTS_OF_TEXTS:
                return NOTHING
            # A local container holds it from now on, and is followed in its place.
            return NOTHING if call.owner in self.place.facts.locals else IT_IS_UNKNOWN
        kind = self.question.kind
        root = call.name.split(".")[0]
        if TAKES_OVER.search(call.name) or _is_told_to_remove(call):
            return IT_IS_UNKNOWN
        if kind in HELD_OPEN:
            return NOTHING if LEAVES_HANDLES_OPEN.search(call.name) else IT_IS_UNKNOWN
        if kind == "remote" and CLIENT_NAME.search(call.owner.rpartition(".")[2]):
            if self._goes_with_another(call):
                return frozenset({RELEASED})
            if not VERB_AND_NOUN.match(call.last):  # what is created with it is another thing
                self._lead_on(call)
            return NOTHING
        if kind == "file" and not self.question.is_directory and MAY_REMOVE.search(call.name):
            return IT_IS_UNKNOWN
        if kind == "file" and (root in sys.stdlib_module_names or call.name == "open"):
            self._lead_on(call)
            return NOTHING
        # A path below a temporary directory may go anywhere: nobody removes the directory for it. Nor
        # does the code under test remove a directory that it is given, unless it says so.
        if kind in PARTS_ARE_PLAIN and (not whole or self._is_under_test(call)):
            if GIVES_A_PATH.search(call.last):
                self._lead_on(call)
            return NOTHING
        return IT_IS_UNKNOWN

    def _is_under_test(self, call: Call) -> bool:
        """Whether a call is of an imported function or class that is no test support and removes nothing."""
        root = call.name.split(".")[0]
        imported = any(root == name.split(".")[0] for name in self.place.source.imports.values())
        return (
            imported
            and self.acquire is not None
            and self.question.is_directory
            and not self.module.project.may_be_support(call.name)
            and not MAY_REMOVE.search(call.name)
        )

    def _goes_with_another(self, call: Call) -> bool:
        """Whether a request says that it is deleted with what is created: ``delete_on_termination``."""
        rows = (self.place.facts.value(each) for argument in call.arguments for each in argument.values)
        return any(not remote.GOES_WITH_IT.isdisjoint(row.keys) for row in rows)

    def _lead_on(self, call: Call) -> None:
        """What a reading call returns stands for the same thing: get_server(server['id'])."""
        if self.question.kind in RESULTS_LEAD_ON:
            self.waiting.append(call.result)

    def _releases(self, call: Call) -> bool:
        if self.question.is_function(call.name):
            return True
        return self.question.kind == "remote" and any(
            self.place.facts.values[each].kind == "dict"
            and REMOVES.search(self.place.facts.values[each].detail.lower().replace("force", "_"))
            for argument in call.arguments
            for each in argument.values
            if each >= 0
        )

    def _is_nested(self, name: str) -> bool:
        return any(
            kind == "def" and detail == name
            for call in self.place.facts.calls
            for kind, _, detail in call.where
        )

    def _registered(self, call: Call, number: int) -> Outcomes:
        """The value, or a method of it, is part of a registered cleanup."""
        if self._hands_on_release(call):
            return frozenset({RELEASED})
        callee = self.module.project.callee(call.arguments[0].text, self.place)
        if callee is not None and number > 0:
            shifted = call._replace(arguments=call.arguments[1:])
            found = self._parameter(callee, shifted, number - 1)
            return frozenset({RELEASED}) if found - {UNKNOWN} else found
        if WAITS.search(call.arguments[0].text.rpartition(".")[2]):
            return NOTHING
        return IT_IS_UNKNOWN

    def _hands_on_release(self, call: Call) -> bool:
        """Whether a call is given what releases the value; asked for each argument that is the value."""
        if call.result not in self._releasing:
            self._releasing[call.result] = any(
                argument.text
                and (
                    self.question.is_function(argument.text)
                    or self.question.is_method(argument.text.rpartition(".")[2])
                )
                for argument in call.arguments
            )
        return self._releasing[call.result]

    # where values go on to

    def _parameter(self, callee: Place, call: Call, number: int) -> Outcomes:
        name = _parameter_name(callee.facts, call, number)
        if name is None or callee.facts.is_abstract:
            return IT_IS_UNKNOWN
        found = _of_values(self.question, "parameter", name, callee, self.module)
        if HANDED_ON in found:
            self.waiting.append(call.result)
        return found - {HANDED_ON}

    def _stored(self, target: str) -> Outcomes:
        """Kept on ``self``: every method of the class and of the bases that are read may release it."""
        owner = self.place.owner
        if target == "os.environ[]":
            # It holds a text, and nobody removes what that names, but at the end of the whole run.
            return IT_IS_UNKNOWN if "atexit" in self.place.source.content.names else NOTHING
        if not target.startswith("self.") or not self.module.is_test_class(owner):
            return IT_IS_UNKNOWN
        attribute = target.removeprefix("self.").removesuffix("[]")
        if "." in attribute:
            return IT_IS_UNKNOWN  # another object holds it: self.data.projects.append(...)
        lineage = self.module.project.lineage(owner)
        found = set(NOTHING if self.module.knows_bases(lineage) else IT_IS_UNKNOWN)
        named = (f".{attribute}",)
        of_one_test = (
            self.question.kind in HELD_OPEN
            and self.module.is_setup(self.place)
            and self._some_test_is_without(named)
        )
        for method in self.module.project.methods(owner, named):
            if method.function is self.place.function and not of_one_test:
                continue
            if not self._is_run_by_nobody(method):
                become = _of_values(self.question, "attribute", attribute, method, self.module)
                of_no_other = of_one_test and not self.module.runs_around_tests(method)
                found |= become - {UNKNOWN} if of_no_other else become
        return frozenset(found)

    def _some_test_is_without(self, named: Trigger) -> bool:
        """Whether a test of the class has nothing to do with what a set-up keeps for all of them."""
        methods = list(self.module.project.methods(self.place.owner))
        users = {each.name for each in methods if each.function in each.source.holding(named)}
        return any(
            self.module.is_test(each)
            and users.isdisjoint({each.name, *(call.last for call in each.facts.calls)})
            for each in methods
        )

    def _is_run_by_nobody(self, method: Place) -> bool:
        """Whether a method has nearly a teardown's name, and nobody runs it: unittest runs ``tearDown``."""
        lineage = self.module.project.lineage(self.place.owner)
        return (
            NEARLY_TEARDOWN.match(method.name) is not None
            and any(base.endswith("TestCase") for base in (*lineage.foreign, *lineage.covered))
            and not method.function.decorator_list
            and not any(
                self.module.project.home(each).names_elsewhere(method.name) for each in lineage.classes
            )
        )


class _Steps(_Trail):
    """The same question, with every answer written down beside what gave it."""

    def __init__(self, question: Question, place: Place, module: Module, acquire: Call | None) -> None:
        super().__init__(question, place, module, acquire)
        self.steps: list[Step] = []

    def _used(self, use: Use) -> Outcomes:
        return self._noted(use, super()._used(use))

    def _called_on(self, call: Call, value: int) -> None:
        before, self.found = self.found, set()
        super()._called_on(call, value)
        self.found = before | self._noted(call, frozenset(self.found))

    def _given(self, call: Call, number: int, whole: bool) -> Outcomes:
        return self._noted(call, super()._given(call, number, whole))

    def _noted(self, by: Call | Use, found: Outcomes) -> Outcomes:
        if found:
            self.steps.append(Step(by, found))
        return found


def _is_told_to_remove(call: Call) -> bool:
    """Whether a keyword says that what is given goes away: ``lock_file(path, unlink=True)``."""
    return any(
        TOLD_TO_REMOVE.search(each.name) and each.constant not in {"False", "None"} for each in call.arguments
    )


def _parameter_name(facts: Facts, call: Call, number: int) -> str | None:
    """The callee's parameter that argument ``number`` of a call becomes, if that can be told."""
    argument = call.arguments[number]
    named = [name for name in facts.parameters if name not in facts.rest]
    more, keywords = facts.rest
    if argument.name in named:
        return argument.name
    if argument.name == "*" or any(each.name == "*" for each in call.arguments[:number]):
        return None
    if argument.name:
        return keywords or None
    return named[number] if number < len(named) else more or None
