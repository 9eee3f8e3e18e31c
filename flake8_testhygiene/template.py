"""The two files that a new rule is written in, to begin with.

``python -m flake8_testhygiene.template TH208 lost_reply [ROOT]`` writes both into a checkout. The rule works:
it reports calls of what it is named after, so that every test passes but the one that looks for what is left
to fill in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

FILL_IN = "FILL IN"
USAGE = "usage: python -m flake8_testhygiene.template CODE NAME [ROOT]"
RULE = '''\
"""FILL IN: what is wrong, in one sentence that tells it to somebody who has never heard of it.

FILL IN: why that matters.

Bad:

    def test_it(app):
        app.{name}()
        assert app.is_up

Good:

    def test_it(app):
        assert app.is_up

Silent: FILL IN: what looks like it and is not reported.

Options: none of its own.

Instead: FILL IN: what to write.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.rule import Found, rule


@rule(
    "{code}",
    "{{call}}() is called, FILL IN what is wrong with {name}: FILL IN the way out",
    on=FUNCTIONS,
    trigger=("{name}(",),
    local=True,
)
def {name}(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    for call in place.facts.calls:
        if call.last == "{name}":
            yield Found(call.line, call.column, {{"call": call.name}})
'''
FIXTURE = '''\
"""FILL IN: what is reported, and every form that is not."""


def test_found(app):
    app.{name}()  # {code}:5 app.{name}() is called, FILL IN what is wrong with {name}: FILL IN the way out
    assert app.is_up


def test_silent(app):
    assert app.is_up
'''


class Refused(Exception):
    """There can be no such rule; the text says why."""


def files(code: str, name: str, root: Path) -> dict[Path, str]:
    """The two files of a rule and what is to stand in them; Refused if the code or the name will not do."""
    folder = root / "flake8_testhygiene" / "rules"
    taken = {path.stem[:5].upper(): path.stem[6:] for path in folder.glob("th[0-9]*.py")}
    code = code.upper()
    if not taken or not (root / "tests" / "fixtures").is_dir():
        raise Refused(f"ROOT: {str(root)!r} is no checkout of flake8-testhygiene")
    families = sorted(head[4] for head in taken if head.startswith("TH00"))
    if not re.fullmatch(rf"TH[{''.join(families)}]\d\d", code):
        first, last = families[0], families[-1]
        raise Refused(f"CODE: {code!r} is not accepted; write one of TH{first}00 to TH{last}99")
    if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name):
        raise Refused(f"NAME: {name!r} is not accepted; write what is wrong in small letters: lost_reply")
    if code in taken:
        raise Refused(f"CODE: {code} is {taken[code]} already")
    if name in taken.values():
        raise Refused(f"NAME: {name} is a rule already")
    stem = f"{code.lower()}_{name}.py"
    return {
        folder / stem: RULE.format(code=code, name=name),
        root / "tests" / "fixtures" / stem: FIXTURE.format(code=code, name=name),
    }


def main(arguments: Sequence[str]) -> int:
    """Write both files and name them; refuse what is no rule, or is one already."""
    if len(arguments) not in (2, 3):
        print(USAGE, file=sys.stderr)
        return 2
    code, name, root = (*arguments, ".")[:3]
    try:
        written = files(code, name, Path(root))
    except Refused as fault:
        print(fault, file=sys.stderr)
        return 2
    for path, text in written.items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
