"""How tests are skipped or expected to fail, and where each form takes its reason."""

from __future__ import annotations

from typing import NamedTuple


class Form(NamedTuple):
    """``place`` of the reason among positional arguments, -1 if there is none, and its ``keywords``.

    ``others`` are the keywords that are something else; ``way_out`` says how to give the reason.
    """

    way_out: str
    place: int
    keywords: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


BY_KEYWORD = "add reason='...'"
BY_ARGUMENT = "say why in its argument"
BY_COMMENT = "say why in a comment above it"
REASON = frozenset({"reason"})
CONDITION = frozenset({"condition"})
OF_A_CALL = frozenset({"reason", "msg"})
OF_A_FAILURE = frozenset({"condition", "run", "strict", "raises"})

# Said at a test or a class, or in a list of parameters.
MARKS = {
    "unittest.skip": Form(BY_ARGUMENT, 0, REASON),
    "unittest.case.skip": Form(BY_ARGUMENT, 0, REASON),
    "unittest.skipIf": Form(BY_ARGUMENT, 1, REASON, CONDITION),
    "unittest.skipUnless": Form(BY_ARGUMENT, 1, REASON, CONDITION),
    "unittest.expectedFailure": Form(BY_COMMENT, -1),
    "unittest.case.expectedFailure": Form(BY_COMMENT, -1),
    "testtools.skip": Form(BY_ARGUMENT, 0, REASON),
    "testtools.skipIf": Form(BY_ARGUMENT, 1, REASON, CONDITION),
    "testtools.skipUnless": Form(BY_ARGUMENT, 1, REASON, CONDITION),
    "pytest.mark.skip": Form(BY_KEYWORD, 0, REASON),
    "pytest.mark.skipif": Form(BY_KEYWORD, -1, REASON, CONDITION),
    "pytest.mark.xfail": Form(BY_KEYWORD, -1, REASON, OF_A_FAILURE),
}
# Of these, those that also do their work without being called.
BARE = frozenset(
    {
        "unittest.skip",
        "unittest.case.skip",
        "testtools.skip",
        "unittest.expectedFailure",
        "unittest.case.expectedFailure",
        "pytest.mark.skip",
        "pytest.mark.xfail",
    }
)

# Called when the test is already running.
CALLS = {
    "self.skipTest": Form(BY_ARGUMENT, 0, REASON),
    "cls.skipTest": Form(BY_ARGUMENT, 0, REASON),
    "pytest.skip": Form(BY_ARGUMENT, 0, OF_A_CALL, frozenset({"allow_module_level"})),
    "pytest.xfail": Form(BY_ARGUMENT, 0, OF_A_CALL),
}

# Raised when the test is already running.
EXCEPTIONS = {
    "unittest.SkipTest": Form(BY_ARGUMENT, 0),
    "unittest.case.SkipTest": Form(BY_ARGUMENT, 0),
    "testtools.TestCase.skipException": Form(BY_ARGUMENT, 0),
    "self.skipException": Form(BY_ARGUMENT, 0),
    "cls.skipException": Form(BY_ARGUMENT, 0),
}

# Forms that give no reason on their line, as far as its text tells. Each begins with a word: that is fast.
_NO_REASON = r"(?=[ \t]*(?:$|[^\w\s(=.'\"]|\([ \t]*(?:\)|$|['\"]{2}|\w+=)))"
CANDIDATES = (
    rf"(?m)skip(?:(?:Test|Exception)?\b{_NO_REASON}|(?:if|If|Unless)\()",
    rf"(?m)SkipTest{_NO_REASON}",
    rf"(?m)xfail(?:{_NO_REASON}|\()",
    rf"(?m)xpectedFailure{_NO_REASON}",
)
# What stands in functions that may call or raise one; each begins with a word as well.
_WITHOUT = r"\([ \t]*(?:\)|$|['\"]{2}|allow_module)"
RUNNING = (
    rf"(?m)skip(?:Test)?{_WITHOUT}",
    rf"(?m)xfail{_WITHOUT}",
    r"(?m)raise .*\b(?:SkipTest|skipException)\b(?:[ \t]*(?:$|#)|\(\)|\(['\"]{2})",
)

# Names of tests, classes and files that are about skipping.
ABOUT_SKIPS = r"(?i)skip|x_?fail|expected|failures?(_|$)|unexpected"

# Words of a docstring that tell why a test is not run, or fails.
EXPLAINS = (
    r"(?i)\b(bug|issue|ticket|skip\w*|fail\w*|flak\w*|broken|unstable|todo|fixme|until|not (yet )?"
    r"(work|support|implement|possible)\w*|known|expected|not|should|correct\w*)\b|n't\b|#\d+"
)
