"""What fails a test on purpose, by its name; what does not, whatever it is given; and tests that only run."""

from __future__ import annotations

# Words in the code of a function that can fail, or that arranges for something to fail.
WORDS = (
    "assert",
    "raise",
    "fail",
    "Assert",
    "Raise",
    "VerifyAll",
    "ReplayAll",
    "side_effect",
    "NonCallable",
    "expect",
    "flexmock",
)

# The last name of a call that fails unless something is so.
NAME = (
    r"(?i)assert|^_*(check|verif|expect|ensure|validat|compare|should|must|raise|throw|warns|unwrap|fail|require"
    r"|prove|enforce|authoriz|prevent|reject|forbid|permit|restrict|refuse|deny|prohibit)|(^|_)(check|verify|expect|ensure|validate|compare|raises|fails|warns|matches)(_|$)"
    r"|[a-z](?-i:Check|Verify|Expect|Ensure|Validate)|^_?test|^(eq|ne|is|is_not|in|not_in|is_true|is_false|le"
    r"|lt|ge|gt)_$|should(Be|_)|timeout|doctest|benchmark|snapshot|golden|^_?exit$|^(kill|abort|warn)$"
)

# Keywords by which a call says what answer it takes, and refuses any other.
KEYWORDS = frozenset({"expected_status", "status", "expected_code", "expected", "expect_errors"})

# Keywords by which a call fails, or waits until something is so, when they are true.
DEMANDING = r"^(check\w*|wait(_\w+)?|raise\w*|strict|must_exist)$"
# ... and when they are false.
TOLERANT = r"^(ignore_missing|missing_ok|ignore_errors|quiet|silent)$"

# Methods of a test case that prepare, tell, or tidy up.
FRAMEWORK = frozenset(
    {
        "addCleanup",
        "addClassCleanup",
        "addAsyncCleanup",
        "addDetail",
        "addTypeEqualityFunc",
        "countTestCases",
        "defaultTestResult",
        "doCleanups",
        "enterContext",
        "enterAsyncContext",
        "enterClassContext",
        "getUniqueInteger",
        "getUniqueString",
        "id",
        "onException",
        "patch",
        "setUp",
        "setUpClass",
        "shortDescription",
        "skip",
        "skipTest",
        "subTest",
        "tearDown",
        "tearDownClass",
        "useFixture",
    }
)

# Fixtures that come with pytest and check nothing.
PYTEST_FIXTURES = frozenset(
    {
        "cache",
        "capfd",
        "caplog",
        "capsys",
        "event_loop",
        "mocker",
        "monkeypatch",
        "request",
        "tmp_path",
        "tmp_path_factory",
        "tmpdir",
        "tmpdir_factory",
    }
)

# Functions of Python that run what they are given as text.
RUNS_TEXT = frozenset({"exec", "eval", "compile", "__import__", "runpy", "doctest", "importlib", "code"})

# Functions of Python whose result may be anything, and belongs to what they are given.
GIVES_ANYTHING = frozenset({"getattr", "vars", "globals", "locals"})

# Parts of a module's name by which it serves tests, although it lies among what they test.
FOR_TESTS = r"(?i)test|mock|fake|fixture|assert|harness|stub"

# Tests that only run something, because to come to the end is all they ask; and those of what is missing,
# done already, or allowed, which is not to be an error.
ONLY_RUNS = (
    r"(?i)(^|_)not?_?(error|exception|rais|crash|fail|op(_|$)|effect|warn)|nt_(rais|fail|crash)|smoke|sanity"
    r"|init|construct|instantiat|returns?(_|$)|working|early|import\w*(_|$)|succe(ss|ed)|without|valid|(^|_)(no)?nop(_|$)"
    r"|(^|_)(does|do|is|did|should|will|can)_?(no|n)t|(^|_)ok(ay)?(_|$)"
    r"|(^|_)(works?|runs?|allow|accept|ignor|tolera|import|surviv|compat|pass(es|ed)?|good|legal|correct|can|safe)(_|$)"
    r"|(allow|accept|ignor|tolerat|permitt|support)(s|ed|ing)?(_|$)|formed|pickl|deepcopy|able(_|$)"
    r"|(^|_)no_\w+_(on|left|found|there)(_|$)|not_?found|non_?exist|missing|absent|already|unknown|twice|idempoten|exists?(_|$)|not_present|gone"
)

# Words of comments and docstrings that say so, or what would go wrong.
SAYS_IT_ONLY_RUNS = (
    r"(?i)\brais(es?|ed|ing)\b|error|exception|crash|\bfail|\bblow|explode|\bthrow|\bhang|\bwarn|\bdie[sd]?\b"
    r"|segfault|leak|deadlock|support|\bbreak|broken|abort|traceback|\btrip|choke|smoke|sanity|regress"
    r"|used to\b|just\b|permit"
    r"|mak(e|es|ing) sure|be sure"
    r"|\b(should|must|can|is|are)\b[^.]{0,40}\b(work|pass|succeed|ok|fine|accept|allow|possible|\w+able)|(ensure|check|verif|test)\w*\b[^.]{0,60}\b(can|works?|succeeds?|accept\w*|allow\w*|possible|valid"
    r"|handle\w*|ok)\b"
    r"|\bcan (be\b|still\b)|\b(bug|lp|issue|ticket|gh)[\s#:-]*\d|#\d{3,}|no[- ]?op\b|\bnothing\b"
)

# A look-up that fails where there is nothing, or a reading that fails where it is something else.
LOOKS_UP = (
    r"^_?(get|show|find|fetch|lookup|look_up|read|loads?|resolve|reverse|describe|open|retrieve|decode|parse)(_|$)"
    r"|_get(_by_\w+)?$"
)

# Client libraries, whose raises are theirs to make, unless they are what a unit test is about.
CLIENTS = r"(?i)client|^(requests|urllib3|httpx|aiohttp)\."

# Words in the names of a condition that is settled before the test begins.
SETTINGS = (
    r"(?i)conf$|config|setting|option|platform|version|^(sys|os)$|^env|environ|^(?-i:[A-Z][A-Z0-9_]+)$|has_?attr"
    r"|feature|support|enabled|available|vendor|backend|driver|engine|dialect|kernel|arch"
)
