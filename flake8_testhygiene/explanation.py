"""What a rule is about, for a terminal."""

from __future__ import annotations

from flake8_testhygiene import docs, rules
from flake8_testhygiene.plugin import INTERNAL_ERROR

ACCEPTED = "codes such as TH003, or names such as missing_cleanup; --list prints them all"
OF_INTERNAL_ERRORS = f"""\
{INTERNAL_ERROR} internal error

A rule of the plugin has failed, which is never the fault of the code it looked at. The message names the rule
and what went wrong; everything else is reported as usual. Please report it together with the code.

It is silenced like any other: `# noqa: {INTERNAL_ERROR}` on the first line of the file, or
`extend-ignore = {INTERNAL_ERROR}`."""


class NoSuchRule(Exception):
    """What was asked for is neither a rule's code nor its name."""


def explained(asked: str) -> str:
    """The page of a rule, by its code or its name in any case; NoSuchRule if there is none."""
    if asked.upper() == INTERNAL_ERROR:
        return OF_INTERNAL_ERRORS
    rule = rules.load(_code(asked))
    summary, _, more = rule.page.partition("\n")
    return "\n\n".join((f"{rule.code} {rules.name(rule.code)}", summary, docs.default(rule), more.strip()))


def _code(asked: str) -> str:
    """The code of a rule that is asked for as messages, files or users write it: ``[missing_cleanup]``."""
    for code, stem in rules.stems().items():
        if asked.lower().strip("[]") in {code.lower(), rules.name(code), stem}:
            return code
    raise NoSuchRule(f"no rule {asked!r}; write {ACCEPTED}")


def listing() -> str:
    """One line for each rule: code, whether it is on by default, name and summary."""
    every = list(map(rules.load, rules.stems()))
    width = max(len(rules.name(rule.code)) for rule in every)
    return "\n".join(
        f"{rule.code}  {'strict' if rule.strict else 'on':6}  {rules.name(rule.code):{width}}  "
        f"{docs.summary(rule)}"
        for rule in every
    )
