"""``python -m flake8_testhygiene``: the page of a rule, the list of all, and the commands of a code base."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from flake8_testhygiene import __version__, explanation
from flake8_testhygiene.baseline import command

USAGE = """\
usage: python -m flake8_testhygiene RULE ...      print the page of each rule: TH003, or missing_cleanup
       python -m flake8_testhygiene --list        print all rules, and which are on by default
       python -m flake8_testhygiene --version
       python -m flake8_testhygiene baseline      write the list of known findings (baseline --help)
"""


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for; the exit code is 2 where it cannot be understood."""
    if arguments and arguments[0] == "baseline":
        return command.main(arguments[1:])
    if not arguments or {"-h", "--help"} & set(arguments):
        print(USAGE, end="")
        return 0
    first, *more = arguments
    alone: dict[str, Callable[[], str]] = {
        "--list": explanation.listing,
        "--version": lambda: f"flake8-testhygiene {__version__}",
    }
    if first in alone and not more:
        print(alone[first]())
        return 0
    return _explain(arguments)


def _explain(names: Sequence[str]) -> int:
    """Print the pages, or name the first rule that there is not."""
    try:
        print("\n\n".join(map(explanation.explained, names)))
    except explanation.NoSuchRule as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)
