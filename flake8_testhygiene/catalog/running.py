"""How frameworks run tests: whose methods they only call, and what may run them in another way."""

from __future__ import annotations

# They call a test and drop what it returns: no coroutine is awaited, no generator iterated.
CALLS_ONLY = frozenset(
    {
        "unittest.TestCase",
        "unittest.case.TestCase",
        "unittest2.TestCase",
        "testtools.TestCase",
        "testtools.testcase.TestCase",
        "testtools.testcase.WithAttributes",
        "testscenarios.TestWithScenarios",
        "testscenarios.WithScenarios",
        "testscenarios.testcase.TestWithScenarios",
        "oslotest.base.BaseTestCase",
        "object",
        "abc.ABC",
        "typing.Generic[]",
    }
)

# Of these, the classes whose tests only unittest's own loader finds, whoever runs them.
CASES = frozenset({name for name in CALLS_ONLY if name.endswith("TestCase")}) | {
    "unittest.IsolatedAsyncioTestCase",
    "django.test.TestCase",
    "django.test.SimpleTestCase",
}

# What in a function may find what is defined there without naming it.
LOOKS_AROUND = r"\b(locals|globals|vars|dir|getmembers)\(|\binspect\.|__dict__"

# Functions of a conftest.py that decide what is a test.
COLLECTS = r"^pytest_(pycollect_makeitem|pycollect_makemodule|collect_file)$"

# Methods and attributes by which a class runs its tests itself, or replaces them.
RUNS_ITSELF = frozenset(
    {
        "__init__",
        "__new__",
        "__init_subclass__",
        "__getattribute__",
        "__getattr__",
        "__call__",
        "run",
        "debug",
        "runTest",
        "run_tests_with",
        "_callTestMethod",
        "_run_test_method",
        "_get_test_method",
        "defaultTestResult",
    }
)
# What the text of a method contains that looks for the test, or for a coroutine.
LOOKS_FOR_TEST = ("_testMethodName", "iscoroutine", "isgenerator", "run_until_complete", "isawaitable")

# Decorators that hand on what a test returns: neither awaited nor iterated. pytest-asyncio, anyio and the
# like leave the methods of TestCase classes alone.
HANDS_ON = (
    r"^(unittest\.(mock\.patch\b|skip|expectedFailure|mock\.seal)|pytest\.mark\.|ddt\.|testtools\.(skip|testcase\.attr)"
    r"|tempest\.lib\.decorators\.|six\.|abc\.)"
)

# Attributes of a test that its framework reads.
READ_BY_FRAMEWORKS = frozenset(
    {"maxDiff", "longMessage", "failureException", "client", "client_class", "databases", "fixtures", "urls"}
)

# The last name of a call that does more than make a value.
HAS_EFFECT = (
    r"(?i)(^|_)(start|patch|use_?fixture|enter|mock_object|stub|set|register|add|create|make|start|open|connect"
    r"|install|load|configure|init|override|replace|enable|run|spawn|setup|prepare)(_|$|(?-i:[A-Z]))|^useFixture$"
)
