"""Whether anything that a function runs, in whatever file, can fail a test on purpose.

Raises of tests, helpers, harnesses and client libraries are on purpose, those of what is tested are not.
A *known* thing is one that fails nobody on purpose: it belongs to what is tested, to Python, or is a mock.
What cannot be read is unknown.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

from flake8_testhygiene.catalog import assertions, lifecycle, running, waiters
from flake8_testhygiene.facts import Argument, Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Class
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Place
from flake8_testhygiene.source import File

FAILS = "fails"
UNKNOWN = "unknown"
NAME = Pattern(assertions.NAME)
DEMANDING = Pattern(assertions.DEMANDING)
TOLERANT = Pattern(assertions.TOLERANT)
CLIENTS = Pattern(assertions.CLIENTS)
FOR_TESTS = Pattern(assertions.FOR_TESTS)
WAITS = Pattern(waiters.NAME)
CALLED = Pattern(r"(?<![\w.])([\w.]+)\(")
NUMBERS = Pattern(r"\[?\d")
BUILTINS = frozenset(vars(builtins)) - assertions.RUNS_TEXT

Answer = frozenset[str]
NOTHING: Answer = frozenset()


def verdict(place: Place, module: Module) -> Answer:
    """What is to be feared of a function, closed over what it calls: that it fails, or the unknown."""

    def answer(there: Place) -> Answer:
        if there.source.says(there.function, assertions.WORDS):
            return frozenset({FAILS})
        if not there.facts.calls and not there.facts.uses and not module.is_test(there):
            return frozenset({UNKNOWN})  # a hook: what runs in its place stands in subclasses
        return every(of_call(call, there, module) for call in there.facts.calls)

    return module.project.verdict("fails on purpose", place, answer)


def can_fail(place: Place, module: Module) -> bool:
    """Whether a function surely has the means to fail a test on purpose."""
    return FAILS in verdict(place, module)


def is_plain(place: Place, module: Module) -> bool:
    """Whether the text of a function alone shows that it fails: it calls a helper that does, or says so."""
    return any(
        module.once(("fails", place.owner, name), partial(_fails, name, place, module))
        for name in dict.fromkeys(CALLED.findall(place.source.code(place.function)))
    )


def _fails(name: str, place: Place, module: Module) -> bool:
    callee = module.project.callee(name, place) if name.startswith("self.") else None
    if callee is None:
        return "." in name and _is_word_of_failing(name.rpartition(".")[2])
    return can_fail(callee, module)


@lru_cache(maxsize=4096)
def _is_word_of_failing(last: str) -> bool:
    """Whether what is called so fails unless something is so, or waits for it."""
    return bool(NAME.search(last) or WAITS.search(last))


def may_check(call: Call, place: Place, module: Module) -> bool:
    """Whether a call fails on purpose, or runs a helper of which that is not known."""
    found = of_call(call, place, module)
    is_helper = call.owner in {"", "self", "super()"} or module.project.callee(call.name, place) is not None
    return FAILS in found or (UNKNOWN in found and is_helper)


def every(answers: Iterable[Answer]) -> Answer:
    """All there is to be feared; once something fails, nothing else matters."""
    found = NOTHING
    for each in answers:
        found |= each
        if FAILS in found:
            break
    return found


def of_call(call: Call, place: Place, module: Module) -> Answer:
    """What is to be feared of a call."""
    if named(call.name, module.options.assertions) or named(call.name, module.options.waiters):
        return frozenset({FAILS})
    if call.name in place.facts.parameters and not module.is_called_by_framework(place):
        return NOTHING  # what a helper is given to call, its callers answer for
    callee = module.project.callee(call.name, place)
    if callee is not None:
        found = verdict(callee, module)
        given = (each for argument in call.arguments for each in argument.values)
        if FAILS not in found and not all(_is_value_known(each, place, module) for each in given):
            found |= {UNKNOWN}  # what the helper does with it is done to something unknown
    elif is_named_like_one(call):
        found = frozenset({FAILS})
    else:
        found = NOTHING if _is_known(call, place, module) else frozenset({UNKNOWN})
    return every((found, *(_of_argument(each, place, module) for each in call.arguments)))


def is_named_like_one(call: Call) -> bool:
    """Whether the words of a call say that it fails unless something is so."""
    return (
        _is_word_of_failing(call.last)
        or any(_demands(each) for each in call.arguments)
        or (call.last in {"simplefilter", "filterwarnings"} and _first(call) == "error")
    )


def _demands(argument: Argument) -> bool:
    """``check_response_status=[202]``, ``status=404``, ``check=True``, ``ignore_missing=False``."""
    if TOLERANT.match(argument.name):
        return argument.constant == "False"
    if DEMANDING.match(argument.name):
        return argument.constant not in {"False", "None"}
    return argument.name in assertions.KEYWORDS and (
        argument.name != "status" or bool(NUMBERS.match(argument.constant))
    )


def _first(call: Call) -> str:
    return call.arguments[0].literal if call.arguments else ""


def _of_argument(argument: Argument, place: Place, module: Module) -> Answer:
    """What is to be feared of a function that is handed on, to be called: ``run(self.assertEqual, ...)``."""
    if not argument.text:
        return NOTHING
    callee = module.project.callee(argument.text, place)
    if callee is not None:
        return verdict(callee, module)
    last = argument.text.rpartition(".")[2]
    return frozenset({FAILS}) if "." in argument.text and NAME.search(last) else NOTHING


# what is known


def _is_known(call: Call, place: Place, module: Module) -> bool:
    """Whether a call that cannot be followed runs something known."""
    owner, _, method = call.name.rpartition(".")
    if owner == "self":
        return method in assertions.FRAMEWORK or _is_attribute_known(method, place, module, called=True)
    if owner == "super()":
        return method in assertions.FRAMEWORK
    if call.receiver:
        return all(_is_value_known(each, place, module) for each in call.receiver)
    root = call.name.partition(".")[0].partition("(")[0]
    if root in place.facts.locals:
        return True  # of a constant, or a part of a module
    return root in {"?", "self"} or _is_name_known(call.name, place, module)


def _is_value_known(reference: int, place: Place, module: Module) -> bool:
    value = place.facts.value(reference)
    if value.kind == "call":
        made = place.facts.maker(reference)
        return made is not None and _gives_known(made, place, module)
    if value.kind == "attribute":
        return _is_attribute_known(value.detail, place, module)
    if value.kind == "parameter":
        return is_parameter_known(value.detail, place, module)
    return True


def _gives_known(call: Call, place: Place, module: Module) -> bool:
    """Whether the result of a call is something known."""
    callee = module.project.callee(call.name, place)
    if callee is not None:
        return _hands_out_known(callee, module)
    if module.project.is_production(call.name):
        return _is_tested(call.name, module)
    owner = module.project.class_named(call.name, place.source)
    if owner is not None:
        return is_class_known(owner, module)
    if call.name in lifecycle.HANDS_THROUGH or call.name in assertions.GIVES_ANYTHING:
        given = [each for argument in call.arguments for each in argument.values]
        is_open = call.name in assertions.GIVES_ANYTHING and not given
        return not is_open and all(_is_value_known(each, place, module) for each in given)
    return _is_known(call, place, module)


def _hands_out_known(place: Place, module: Module) -> bool:
    """Whether everything that a function returns or yields is known."""

    def answer(there: Place) -> Answer:
        given = (use.value for use in there.facts.uses if use.how in {"returned", "yielded"})
        known = all(_is_value_known(each, there, module) for each in given)
        return NOTHING if known else frozenset({UNKNOWN})

    return not module.project.verdict("hands out", place, answer)


def is_class_known(owner: Class, module: Module) -> bool:
    """Whether an object of the class fails nobody: it is tested itself, or has no word of failing."""
    if module.project.is_production(owner.qualified):
        return _is_tested(owner.qualified, module)
    lineage = module.project.lineage(owner)
    return not lineage.foreign and not any(
        each.source.says(each.function, assertions.WORDS) for each in module.project.methods(owner)
    )


def _is_attribute_known(name: str, place: Place, module: Module, called: bool = False) -> bool:
    """Whether what ``self`` holds by a name is known.

    What nobody sets can only belong to what is tested, unless an unread base may set it.
    """
    storing = list(_storing(name, place, module))
    if storing:
        return _is_stored_known(name, storing, module)
    made = module.project.callee(f"self.{name}", place)
    if made is not None:
        return _hands_out_known(made, module)
    lineage = module.project.lineage(place.owner)
    plain = {*lineage.foreign, *lineage.covered} <= running.CASES | running.CALLS_ONLY
    return plain and not called and not any(name in each.attributes for each in lineage.classes)


def _storing(name: str, place: Place, module: Module) -> Iterator[Place]:
    """The methods of a class and its bases in whose text an attribute of that name is set."""
    sets = (f".{name} = ", f".{name}, ", f".{name}: ")
    for method in module.project.methods(place.owner, sets):
        if method.function in method.source.holding(sets):
            yield method


def _is_stored_known(name: str, storing: list[Place], module: Module) -> bool:
    def answer(_: Place) -> Answer:
        stored = [
            _is_value_known(use.value, method, module)
            for method in storing
            for use in method.facts.uses
            if use.how == "stored" and use.detail == f"self.{name}"
        ]
        return NOTHING if stored and all(stored) else frozenset({UNKNOWN})

    return not module.project.verdict(f"stores {name}", storing[0], answer)


def is_parameter_known(name: str, place: Place, module: Module) -> bool:
    """Whether a parameter of a test is a mock, or a fixture that gives something known.

    What a helper is given, its callers answer for.
    """
    if not module.is_called_by_framework(place):
        return True
    if name in assertions.PYTEST_FIXTURES or name == "self":
        return True
    fixtures = [each for each in _named(name, place, module) if module.is_fixture(each)]
    if fixtures:
        return all(
            _hands_out_known(each, module) and not each.source.says(each.function, assertions.WORDS)
            for each in fixtures
        )
    return is_patched(place)


def _named(name: str, place: Place, module: Module) -> Iterator[Place]:
    """The functions of that name in the class, the module and every conftest.py above."""
    every_place = (*module.project.methods(place.owner), *module.project.around)
    return (each for each in every_place if each.name == name)


def is_patched(place: Place) -> bool:
    """Whether ``mock.patch`` hands mocks to a test."""
    decorators = (*place.facts.decorators, *(place.owner.decorators if place.owner else ()))
    return any(name.startswith("unittest.mock.patch") for name in decorators)


def _is_name_known(name: str, place: Place, module: Module) -> bool:
    """Whether a dotted name that no function of a test module goes by is known."""
    file: File = place.source
    first = name.partition(".")[0].partition("(")[0]
    if first in file.globals:
        maker = file.globals[first]
        return maker != first and _is_name_known(maker, place, module)
    if "." not in name and name in BUILTINS:
        return True
    if first in sys.stdlib_module_names:
        return first not in assertions.RUNS_TEXT
    spelled = name.replace("()", "").replace("[]", "")
    if module.project.is_production(spelled):
        return _is_tested(spelled, module)
    owner = module.project.class_named(name, file)
    return owner is not None and is_class_known(owner, module)


def _is_tested(name: str, module: Module) -> bool:
    """Whether what is no test support by its place is none by its name either, nor a client library."""
    return not FOR_TESTS.search(name) and (module.is_unit or not CLIENTS.search(name))


def registers_checks(place: Place) -> bool:
    """Whether a set-up arranges for a check at the end."""
    return any(
        call.last in lifecycle.REGISTERS_CLEANUP and any(NAME.search(each.text) for each in call.arguments)
        for call in place.facts.calls
    )
