"""The words of a message: what leaks, and the way out that exists where it leaks."""

from __future__ import annotations

import ast

from flake8_testhygiene.cleanup.acquires import Acquired
from flake8_testhygiene.facts import dotted
from flake8_testhygiene.module import Module
from flake8_testhygiene.project import Place

REGISTER = {
    "setUpClass": "cls.addClassCleanup",
    "setUpModule": "unittest.addModuleCleanup",
    "resource_setup": "cls.addClassResourceCleanup",
}


def described(acquired: Acquired, place: Place, module: Module) -> dict[str, str]:
    """The words of a message about ``acquired``."""
    origin = f" (acquired at line {acquired.origin})" if acquired.origin else ""
    return {
        "noun": acquired.noun,
        "text": _shortened(written(acquired, place)),
        "origin": origin,
        "way_out": way_out(acquired, place, module),
    }


def way_out(acquired: Acquired, place: Place, module: Module) -> str:
    """How to release it here: a cleanup where the class can register one, else with or finally."""
    release = acquired.way_out
    name = _name(acquired, place)
    called = f"{name}{release}" if release.startswith(".") else release
    if place.owner is not None and module.project.lineage(place.owner).foreign:
        register = REGISTER.get(place.facts.name, "self.addCleanup")
        return f"{register}({called})" if release.startswith(".") else f"{register}({called}, ...)"
    if acquired.manages and acquired.kind != "remote":
        return f"with {_shortened(written(acquired, place).removesuffix('.start()'))}"
    suffix = "()" if release.startswith(".") else "(...)"
    if module.is_fixture(place):
        return f"{called}{suffix} after a yield"
    return f"try/finally {called}{suffix}"


def written(acquired: Acquired, place: Place) -> str:
    """The acquiring call as the user wrote its name, without arguments."""
    call = acquired.call
    for node in ast.walk(place.function):
        if isinstance(node, ast.Call) and (node.lineno, node.col_offset) == (call.line, call.column):
            spelled = dotted(node.func, {})
            if spelled.rpartition(".")[2] == call.last:
                return f"{spelled}()"
    return acquired.text


def _name(acquired: Acquired, place: Place) -> str:
    """The name the value goes by, else its noun."""
    uses = [use for use in place.facts.uses if use.value == acquired.value]
    for how in ("stored", "bound"):
        for use in uses:
            if use.how == how and use.detail != "?":
                return use.detail
    return acquired.noun.split()[-1]


def _shortened(text: str) -> str:
    return text if len(text) <= 50 else f"...{text[-47:]}"
