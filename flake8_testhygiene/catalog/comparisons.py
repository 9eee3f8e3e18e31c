"""Assertions by name, and what is known of the values they are given."""

from __future__ import annotations

# Methods that ask for the truth of their first argument; the second is a message.
ASKS_TRUTH = {"assertTrue": True, "assertFalse": False}

# Methods that ask whether their first argument is None; the second is a message.
ASKS_NONE = {"assertIsNone": True, "assertIsNotNone": False}

# Methods that hold when both arguments are the same, and the message-free operators like them.
HOLDS_FOR_SAME = frozenset(
    {
        "assertEqual",
        "assertEquals",
        "assertIs",
        "assertAlmostEqual",
        "assertDictEqual",
        "assertListEqual",
        "assertTupleEqual",
        "assertSetEqual",
        "assertSequenceEqual",
        "assertMultiLineEqual",
        "assertCountEqual",
        "assertItemsEqual",
        "assertGreaterEqual",
        "assertLessEqual",
        "assertJsonEqual",
        "assertXMLEqual",
        "failUnlessEqual",
    }
)

# Methods that look at the values they are given and at nothing else.
OF_VALUES = HOLDS_FOR_SAME | {
    *ASKS_TRUTH,
    *ASKS_NONE,
    "assertNotEqual",
    "assertNotEquals",
    "assertIsNot",
    "assertIn",
    "assertNotIn",
    "assertIsInstance",
    "assertNotIsInstance",
    "assertGreater",
    "assertLess",
    "assertRegex",
    "assertNotRegex",
    "assertRegexpMatches",
    "assertStartsWith",
    "assertEndsWith",
    "assertDictContainsSubset",
}

# Methods that look at what a mock was called with.
OF_MOCKS = frozenset(
    {
        "assert_called",
        "assert_called_once",
        "assert_called_with",
        "assert_called_once_with",
        "assert_any_call",
        "assert_has_calls",
        "assert_not_called",
        "assert_awaited",
        "assert_awaited_once",
        "assert_awaited_with",
        "assert_awaited_once_with",
        "assert_any_await",
        "assert_has_awaits",
        "assert_not_awaited",
    }
)

# What an assertion on a mock is mistaken for: a mock makes up such an attribute, and it is true.
MADE_UP = frozenset(
    {"called_once", "called_once_with", "called_with", "not_called", "has_calls", "any_call", "awaited_once"}
)

# Builtin functions that return the same for the same, and leave what they are given as it is.
PURE = frozenset({"len", "isinstance", "issubclass", "type", "str", "repr", "int", "bool", "float", "id"})

# Of these the ones that run no method which a class is free to write.
NEVER_NONE = frozenset({"len", "isinstance", "issubclass", "type", "id"})

# Builtin functions that return a number.
COUNTS = frozenset({"len", "int", "float", "sum", "round"})

# Makers of what a mock is compared with.
CALL_MAKERS = frozenset({"call", "ANY", "sentinel"})

# Builtin functions whose result is an object that is always true, whatever is in it.
ITERATORS = frozenset({"map", "filter", "zip", "enumerate"})

# Methods of builtin and standard classes that nobody makes a property.
METHODS = frozenset(
    {
        "startswith",
        "endswith",
        "isdigit",
        "isalpha",
        "isalnum",
        "isupper",
        "islower",
        "isAlive",
        "isSet",
        "isoformat",
        "issubset",
        "issuperset",
    }
)

# Words of tests in which a thing is compared with itself, or twice, on purpose.
SAME_ON_PURPOSE = (
    r"(?i)(^|_|\b)(eq|ne|lt|gt|le|ge|cmp|nan|singleton|order\w*)(_|\b|$)|equal|hash|ident|compar|cache|reflexive|assertions"
    r"|multiple|twice|again|repeat|\bonce|stable|memo|lazy|idempoten|reuse"
)
TWICE_ON_PURPOSE = r"(?i)again|twice|cache|\bonce|idempoten|repeat|second|stable|memo|lazy|proxy|reuse"

# What is asked behind two assertions of which the second is the act.
COUNTS_CALLS = r"call_count|called_once|awaited_once|not_called|assertCountEqual|more than once"

# What an assertion that cannot fail begins like: there are few, and only they are looked at more closely.
_GIVEN = r"(?:True\(|\s)"
CANNOT_FAIL = (
    "assert(?:"
    + "|".join(
        (
            # What begins like a constant.
            r"(?:(?:True|False|IsNotNone|IsNone)\(|\s)\s*(?:not )?"
            r"\(?(?:True\b|False\b|None\b|f?['\"\d\[{(]|lambda|len\(|map\(|filter\()",
            # A generator, or an ``or`` with a constant.
            _GIVEN + r"[^\n]* (?:for |or (?:True|['\"\d\[{]))",
            # A method.
            _GIVEN
            + r"\s*[\w.]+\.(?:assert_|called_|not_called|has_calls|any_call|awaited_|starts|ends|is[a-z])",
            _GIVEN + r"\s*self\.\w+(?:,|\)?\s*[#\n])",
            # The same twice.
            r"\w*(?:\(| )\s*([\w.\[\]'\"]+)(?:,\s+| == | is )\1[,)\s]",
            # At least 0.
            r"(?:True|GreaterEqual)?(?:\(|\s)\s*(?:len\(|[\w.]+call_count)[^\n]*(?:>=|,) 0",
            # Nothing: it is not called.
            r"\w*[ \t]*(?:#[^\n]*)?\r?\n",
        )
    )
    + ")"
)
