"""An assertion that cannot fail, or that was never made.

A text, a list or a method that was not called is always true; a value is always equal to itself. A comparison
that stands alone is computed and thrown away, as is the name of an assertion without its parentheses.

Bad:

    import unittest

    class TestResize(unittest.TestCase):
        def test_state(self):
            server = self.api.resize('server')
            self.assertTrue('RESIZED' or server.state)

Good:

    import unittest

    class TestResize(unittest.TestCase):
        def test_state(self):
            server = self.api.resize('server')
            self.assertEqual('RESIZED', server.state)

Reported are

- what is true whatever happens: constants, displays that are not empty, f-strings, generators, `map()`,
  methods that are not called, a comparison that is not to be None, `len(x) >= 0`, and an operand such as the
  first one of `'a' and 'b' in text`, of which only the rest is looked at;
- the same name, attribute or item on both sides;
- a comparison that is a statement (`==` for `=`, or a lost `assert`);
- an assertion that is named and not called, also `mock.called_once`, which a mock makes up;
- `assertRaises(ValueError)` alone, which has nothing to call.

Silent: `assert False` and the like, which fail; constants with a comment, or in a branch of an `if` or `try`,
which mark the place that a test has come to; a tuple in an `assert` statement (F631); comparisons that are to
raise; functions and classes that speak of equality, hashes, identity or caches; assertion methods of the
class's own.

Options: none.

Instead: compare what the system did with what it was to do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks, expressions, markers, remarks
from flake8_testhygiene.catalog import comparisons
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Class, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.screen import Trigger
from flake8_testhygiene.source import Walked

SAME_ON_PURPOSE = Pattern(comparisons.SAME_ON_PURPOSE)
LONGEST = 40
RUNS_ITS_BODY = (*FUNCTIONS, ast.With, ast.AsyncWith)
RAISES_NOTHING = r"aises\([\w.]*\)[ \t]*(?:#[^\n]*)?\r?\n"
TRIGGERS: tuple[Trigger, ...] = (
    comparisons.CANNOT_FAIL,
    tuple((f".{name}(", name) for name in sorted(comparisons.MADE_UP)),
)
# A line that begins with an expression and goes on with a comparison.
COMPARED = (" == ",)
STATEMENT = Pattern(
    r"\n[ \t]+(?!assert\b|if |elif |while |return |for |yield |with |and |or |not |in |is |lambda )"
    r"(?=([\w.'\"]+))\1(?:[\[(][^\n=]*[\])])?[\w.\[\]()'\"]* == "
)


@rule(
    "TH502",
    "{said} checks nothing: {why}",
    on=(ast.Module,),
    trigger=("assert", "aises(", ".called_", " == "),
    local=True,
)
def constant_assertion(tree: ast.Module, module: Module) -> Iterator[Found]:
    source = module.source
    found = {function for trigger in TRIGGERS for function in source.holding(trigger)}
    found |= source.matching(RAISES_NOTHING, "aises ")
    found.update(each for each in source.holding(COMPARED) if STATEMENT.search(source.text_of(each)))
    if found:
        for function in module.test_code:
            if function in found:
                yield from _in_function(function, module)


def _in_function(function: Function, module: Module) -> Iterator[Found]:
    walked = module.source.walked(function)
    for node in walked.by_type.get(ast.Assert, ()):
        match node:
            case ast.Assert(ast.Tuple()):
                pass  # F631
            case ast.Assert(given, message) if message is None or _is_text(message):
                yield from _truth(node, "assert", given, True, function, module)
    for node in walked.by_type.get(ast.Call, ()):
        if isinstance(node, ast.Call):
            for found in _call(node, function, module):
                if not checks.is_of_the_class(node, function, module):
                    yield found
    for node in walked.by_type.get(ast.Expr, ()):
        if isinstance(node, ast.Expr):
            yield from _statement(node, walked, function, module)


def _found(node: ast.expr | ast.stmt, said: ast.AST | str, why: str) -> Found:
    text = said if isinstance(said, str) else expressions.short(said, LONGEST)
    return Found(node.lineno, node.col_offset, {"said": text, "why": why})


def _truth(
    assertion: ast.expr | ast.stmt,
    name: str,
    given: ast.expr,
    wanted: bool,
    function: Function,
    module: Module,
) -> Iterator[Found]:
    """What is wrong with an assertion that asks whether something is true, or false."""
    always = expressions.truth(given)
    if always is None:
        yield from _operand(assertion, given)
        yield from _always(assertion, given, wanted, function, module)
    elif always is wanted and not (
        markers.is_marker(given) and markers.marks_a_place(assertion, function, module)
    ):
        said = f"{name} {expressions.short(given, LONGEST)}"
        yield _found(assertion, said, f"it is always {str(wanted).lower()}")


def _operand(assertion: ast.expr | ast.stmt, given: ast.expr) -> Iterator[Found]:
    """A constant in an ``and`` or ``or`` of which only the rest is looked at."""
    if isinstance(given, ast.BoolOp):
        for operand in given.values[:-1]:
            if isinstance(operand, ast.Constant | ast.JoinedStr) and expressions.truth(operand):
                yield _found(assertion, f"{expressions.short(operand, LONGEST)} in it", "it is always true")
                return


def _always(
    assertion: ast.expr | ast.stmt, given: ast.expr, wanted: bool, function: Function, module: Module
) -> Iterator[Found]:
    """A comparison that always comes out the same, or a method that was not called."""
    match given:
        case ast.UnaryOp(ast.Not(), inner):
            yield from _always(assertion, inner, not wanted, function, module)
        case ast.Compare(left, [ast.GtE()], [ast.Constant(0)]) if wanted and _is_count(left):
            yield from _count(assertion, given, function, module)
        case ast.Compare(left, [ast.Eq() | ast.Is()], [right]) if wanted:
            yield from _same(assertion, left, right, isinstance(given.ops[0], ast.Is), function, module)
        case ast.Attribute() if wanted and _is_method(given, module.source.owners[function]):
            yield _found(assertion, given, "a method is always true, call it")


def _is_count(expression: ast.expr) -> bool:
    match expression:
        case ast.Call(ast.Name("len")) | ast.Attribute(_, "call_count"):
            return True
    return False


def _count(
    assertion: ast.expr | ast.stmt, said: ast.expr, function: Function, module: Module
) -> Iterator[Found]:
    if not markers.has_remark(assertion, function, module):
        yield _found(assertion, said, "no count is less than 0")


def _is_method(attribute: ast.Attribute, owner: Class | None) -> bool:
    """Whether an attribute is a method, by its name or as a method of the class."""
    name = attribute.attr
    if name in comparisons.OF_MOCKS | comparisons.MADE_UP | comparisons.METHODS:
        return True
    method = (
        owner.methods.get(name)
        if owner and isinstance(attribute.value, ast.Name) and attribute.value.id == "self"
        else None
    )
    return method is not None and not method.decorator_list


def _same(
    assertion: ast.expr | ast.stmt,
    left: ast.expr,
    right: ast.expr,
    is_identity: bool,
    function: Function,
    module: Module,
) -> Iterator[Found]:
    """Two sides that are written alike."""
    if not expressions.same(left, right) or _on_purpose(function, module):
        return
    if expressions.is_constant(left):
        if not markers.marks_a_place(assertion, function, module):
            yield _found(assertion, expressions.short(left, LONGEST), "it is compared with itself")
        return
    if isinstance(left, ast.Name) and checks.is_made_here(left, module.source.walked(function)):
        return  # its operator is tried
    plain = isinstance(left, ast.Name) if is_identity else expressions.is_plain(left) and not _is_deep(left)
    said = remarks.shortly_before(assertion.lineno, module.source) + (ast.get_docstring(function) or "")
    if plain and not SAME_ON_PURPOSE.search(said) and not _is_told_apart(left, function, module):
        yield _found(assertion, expressions.short(left, LONGEST), "it is compared with itself")


def _is_deep(expression: ast.expr) -> bool:
    """Whether an expression is an attribute of an attribute, which may be made anew each time."""
    match expression:
        case ast.Attribute(ast.Attribute(base, _), _):
            return not (isinstance(base, ast.Name) and base.id == "self")
    return False


def _is_told_apart(expression: ast.expr, function: Function, module: Module) -> bool:
    """Whether a function also says what something is not equal to: it is about equality."""
    by_type = module.source.walked(function).by_type
    for kind in (ast.Call, ast.Compare, ast.UnaryOp):
        for node in by_type.get(kind, ()):
            if any(expressions.same(each, expression) for each in _told_apart(node)):
                return True
    return False


def _told_apart(node: ast.AST) -> tuple[ast.expr, ...]:
    """The two sides that a node says are not equal."""
    match node:
        case ast.Compare(one, [ast.NotEq()], [other]):
            return one, other
        case ast.UnaryOp(ast.Not(), ast.Compare(one, [ast.Eq()], [other])):
            return one, other
        case ast.Call(ast.Attribute(_, "assertNotEqual"), [one, other, *_]):
            return one, other
    return ()


def _on_purpose(function: Function, module: Module) -> bool:
    """Whether a thing is compared with itself because its equality is what is tested."""
    owner = module.source.owners[function]
    names = (function.name, owner.name if owner else "", module.stem)
    return any(map(SAME_ON_PURPOSE.search, names))


def _call(call: ast.Call, function: Function, module: Module) -> Iterator[Found]:
    name = last_name(call)
    match call.args:
        case [given, *rest] if name in comparisons.ASKS_TRUTH and len(rest) < 2:
            if not rest or _is_text(rest[0]):
                yield from _truth(call, f"{name} of", given, comparisons.ASKS_TRUTH[name], function, module)
        case [given, *_] if name == "assertIsNotNone" and expressions.is_never_none(given):
            yield _found(call, f"{name} of {expressions.short(given, 30)}", "it is never None")
        case [ast.Constant(None), *_] if name == "assertIsNone":
            yield _found(call, f"{name}(None)", "it is always None")
        case [given, ast.Constant(0), *_] if name == "assertGreaterEqual" and _is_count(given):
            yield from _count(call, call, function, module)
        case [left, right, *_] if name in comparisons.HOLDS_FOR_SAME:
            yield from _same(call, left, right, name == "assertIs", function, module)


def _is_text(expression: ast.expr) -> bool:
    """Whether a message is one: others are TH503's."""
    return isinstance(expression, ast.JoinedStr | ast.BinOp) or (
        isinstance(expression, ast.Constant) and isinstance(expression.value, str)
    )


def _statement(statement: ast.Expr, walked: Walked, function: Function, module: Module) -> Iterator[Found]:
    """What is wrong with an expression that is a statement of its own."""
    match statement.value:
        case ast.Compare() as comparison:
            if not _is_to_run(statement, walked, module) and not _on_purpose(function, module):
                yield _found(statement, comparison, "its result is dropped")
        case ast.Attribute(_, name) | ast.Name(name) as named:
            if name in comparisons.OF_MOCKS or (checks.ASSERTS.search(name) and name.startswith("assert")):
                yield _found(statement, named, "it is not called")
        case ast.Call(_, [_], []) as call if last_name(call) in {"assertRaises", "assertWarns"}:
            yield _found(statement, call, "it has nothing to call")
        case ast.Call(ast.Attribute(ast.Name("pytest"), "raises"), [_], []) as call:
            yield _found(statement, call, "it has nothing to call")
        case ast.Call(ast.Attribute(_, name), _, _) as call if name in comparisons.MADE_UP:
            yield _found(statement, call, "assert_ is missing")


def _is_to_run(statement: ast.Expr, walked: Walked, module: Module) -> bool:
    """Whether a comparison is made for what it does: it may raise, is all of a function, or has a comment."""
    inner, *outer = walked.around(statement)
    is_all = outer and isinstance(inner, RUNS_ITS_BODY) and inner.body == [statement]
    return (
        bool(is_all)
        or _is_made_to_be_compared(statement, walked)
        or any(isinstance(each, ast.Try) or markers.expects(each, module) for each in (inner, *outer))
        or bool(remarks.on(statement, module.source))
    )


def _is_made_to_be_compared(statement: ast.Expr, walked: Walked) -> bool:
    """Whether a function tries the operator of an object that it made of a class itself."""
    match statement.value:
        case ast.Compare(ast.Constant(), _, [ast.Name()]):
            return True
        case ast.Compare(ast.Name() as compared):
            return checks.is_made_here(compared, walked)
    return False
