"""Words of test frameworks: what registers a cleanup, what runs at the end, what hands a value on."""

from __future__ import annotations

# The first argument is called at the end of the test, class or module, with the rest.
REGISTERS_CLEANUP = frozenset(
    {
        "addCleanup",
        "addClassCleanup",
        "addModuleCleanup",
        "addAsyncCleanup",
        "addClassResourceCleanup",
        "add_cleanup",
        "addfinalizer",
        "callback",
        "push",
        "push_async_callback",
        "push_async_exit",
        "register",
        "addOnException",
    }
)

# The argument is entered now and left at the end; the result is what it gives.
ENTERS = frozenset(
    {
        "enterContext",
        "enterClassContext",
        "enterModuleContext",
        "enterAsyncContext",
        "enter_context",
        "enter_async_context",
        "useFixture",
        "use_fixture",
        "closing",
        "aclosing",
    }
)

# Methods and functions that frameworks run when a test, class or module ends.
TEARDOWN = (
    r"^(tearDown\w*|_?tear_?down\w*|asyncTearDown|resource_cleanup|teardown_(method|class|module|function)"
    r"|__exit__|__aexit__|__del__|_?clean_?up\w*|_?restore\w*|_?reset\w*|doCleanups|clear_\w+|_?undo\w*"
    r"|_?finali[sz]e\w*|_?stop\w*|_?shutdown\w*|_?close\w*)$"
)

# What looks like one of these, and is run by no framework in an heir of TestCase.
NEARLY_TEARDOWN = r"^(tear_?down|tear_down_class|tearDownclass|teardownClass|clean_?up|cleanUp)$"

# Methods and functions that frameworks run before a test.
SETUP = (
    r"^(setUp|setUpClass|setUpModule|asyncSetUp|_setUp|setup|setup_(method|class|module|function)"
    r"|resource_setup|setUpTestData)$"
)

# Set-ups after whose failure the teardown beside them is not run, and these teardowns. Tempest runs
# resource_cleanup in any case.
SKIPS_TEARDOWN = frozenset({"setUp", "asyncSetUp", "setUpClass", "setup_method", "setup_class"})
SKIPPED_TEARDOWNS = frozenset(
    {"tearDown", "asyncTearDown", "tearDownClass", "teardown_method", "teardown_class"}
)

# What frameworks run before tests, and what they run after them: each with its counterpart.
BEGINS = {
    "setUp": "tearDown",
    "asyncSetUp": "asyncTearDown",
    "setUpClass": "tearDownClass",
    "setup_method": "teardown_method",
    "setup_class": "teardown_class",
    "resource_setup": "resource_cleanup",
}
ENDS = {
    "tearDown": "setUp",
    "asyncTearDown": "asyncSetUp",
    "tearDownClass": "setUpClass",
    "teardown_method": "setup_method",
    "teardown_class": "setup_class",
    "resource_cleanup": "resource_setup",
}

# Words in the name of a function that takes something back.
RELEASING = (
    r"(?i)(^|_)(clos|stop|shut|terminat|kill|join|delet|remov|rmtree|rmdir|unlink|clean|clear|restor|reset|disconnect"
    r"|destroy|drop|cancel|quit|undo|releas|unregister|dispos|tear|uninstall|deactivat|disabl)"
)

FIXTURES = ("pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture")

# Their arguments stay with the caller.
HARMLESS_BUILTINS = frozenset(
    [
        "abs",
        "all",
        "any",
        "ascii",
        "bool",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "hex",
        "id",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "min",
        "next",
        "oct",
        "ord",
        "pow",
        "print",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "sorted",
        "str",
        "sum",
        "tuple",
        "type",
        "vars",
        "zip",
        "super",
        "assert",
    ]
)

# Methods by which a list, a set, a dictionary or a queue takes hold of its argument.
COLLECTS = frozenset(["append", "appendleft", "insert", "add", "extend", "put", "update"])

# Who is in these is no nearer to being removed.
LISTS_OF_TEXTS = frozenset({"sys.path", "sys.argv", "site.PREFIXES"})

# Methods of a container that give what is in it.
TAKES_OUT = frozenset(
    ["get", "items", "keys", "pop", "popitem", "popleft", "values", "copy", "setdefault", "__getitem__"]
)

COPIES = frozenset(["copy.copy", "copy.deepcopy"])

# Their result is what they were given, or a part of it.
HANDS_THROUGH = frozenset(
    [
        "iter",
        "list",
        "tuple",
        "set",
        "sorted",
        "reversed",
        "enumerate",
        "zip",
        "dict",
        "next",
        "str",
        "repr",
        "int",
        "filter",
        "map",
        "cast",
    ]
)

# Methods of a thread or process that tell whether it is over: who asks in a loop waits for its end.
ASKS_WHETHER_IT_RUNS = frozenset({"is_alive", "isAlive", "poll"})
