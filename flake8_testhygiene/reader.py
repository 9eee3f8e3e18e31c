"""Reads the facts of one function off its tree, statement by statement, in the order the function runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from flake8_testhygiene.evaluation import Environment, Evaluator, derived, parameters_of, union
from flake8_testhygiene.facts import Call, Facts, References, Value, dotted, imported
from flake8_testhygiene.nodes import children, walk


def read(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    imports: Mapping[str, str],
    package: str,
    is_method: bool,
) -> Facts:
    """The facts of ``function``; nested functions and lambdas are read as part of it.

    ``imports`` are the names its module imports, ``package`` is what relative imports inside it start from.

    A function nested too deep to be read passes for one that is implemented elsewhere: it is unknown.
    """
    try:
        return _Reader(imports, package).read(function, is_method)
    except RecursionError:
        return _unreadable(function, is_method)


class _Reader(Evaluator):
    """Follows the statements of a function through branches, loops and handlers."""

    def read(self, function: ast.FunctionDef | ast.AsyncFunctionDef, is_method: bool) -> Facts:
        decorators = tuple(dotted(each, self._imports) for each in function.decorator_list)
        parameters = parameters_of(function.args)
        if is_method and parameters and "staticmethod" not in decorators:
            self._self, *parameters = parameters
        for name in parameters:
            self._holds[name] = (self._value("parameter", name, function.lineno),)
        self._block(function.body)
        return Facts(
            function.name,
            function.lineno,
            is_method,
            tuple(parameters),
            _rest(function.args),
            tuple(self._annotations(function.args)),
            decorators,
            any(_is_autouse(each) for each in function.decorator_list),
            self._yields,
            frozenset(self._bound),
            tuple(self._values),
            tuple(self._calls),
            tuple(self._uses),
            tuple(self._effects),
        )

    def _annotations(self, arguments: ast.arguments) -> Iterator[tuple[str, str]]:
        """The classes parameters are said to be of, which may be written as strings."""
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if isinstance(each.annotation, ast.Name | ast.Attribute):
                yield each.arg, dotted(each.annotation, self._imports)
            elif isinstance(each.annotation, ast.Constant):
                name = str(each.annotation.value)
                yield each.arg, self._imports.get(name, name)

    # statements

    def _block(self, body: Iterable[ast.stmt]) -> bool:
        """Read the statements; tell whether the end is never reached."""
        return any(map(self._statement, body))

    def _statement(self, statement: ast.stmt) -> bool:
        if isinstance(statement, ast.Expr):  # most are; a pattern costs thrice as much
            self._expression(statement.value)
            return False
        match statement:
            case ast.Assign(targets, value):
                self._assign(targets, value)
            case ast.AnnAssign(target, _, value) if value is not None:
                self._assign([target], value)
            case ast.AugAssign(target, _, value):
                self._grow(target, self._expression(value))
            case ast.Return(value):
                self._use(self._optional(value), "returned", "", statement.lineno)
                return True
            case ast.Raise(exception, cause):
                self._record(statement, "raise", [each for each in (exception, cause) if each])
                return True
            case ast.Break() | ast.Continue():
                return True
            case ast.Assert(test, message):
                self._record(statement, "assert", [test, *([message] if message else [])])
            case ast.If():
                return self._branches("if", statement.lineno, self._alternatives(statement))
            case ast.For(target, iterable, body, orelse) | ast.AsyncFor(target, iterable, body, orelse):
                self._bind(target, derived(self._expression(iterable)), statement.lineno)
                self._loop("for", statement.lineno, body, orelse)
            case ast.While(test, body, orelse):
                outside = self._where
                self._where = (*outside, ("loop", statement.lineno, "while"))
                self._expression(test)  # asked at every turn
                self._where = outside
                self._loop("while", statement.lineno, body, orelse)
            case ast.With(items, body) | ast.AsyncWith(items, body):
                return self._with(items, body)
            case _ if hasattr(statement, "handlers"):  # try, and try with except*
                return self._try(cast(ast.Try, statement))
            case ast.Match(subject, cases):
                held = derived(self._expression(subject))
                for case in cases:
                    self._capture(case.pattern, held)
                return self._branches("if", statement.lineno, [*(case.body for case in cases), []])
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._nested(statement)
            case ast.ClassDef():
                self._use(self._captured(statement), "escaped", statement.name, statement.lineno)
            case ast.Delete(targets):
                for target in targets:
                    self._delete(target)
            case ast.Global(names) | ast.Nonlocal(names):
                self._globals.update(names)
            case ast.Import() | ast.ImportFrom():
                for local, name in imported(statement, self._package):
                    self._holds.pop(local, None)
                    self._imports[local] = name
            case _:  # expressions and statements of no interest, and what later Pythons may bring
                for child in children(statement):
                    if isinstance(child, ast.stmt):
                        self._statement(child)
                    elif isinstance(child, ast.expr):
                        self._expression(child)
        return False

    def _alternatives(self, statement: ast.If) -> list[list[ast.stmt]]:
        """The bodies of if, elif and else, with the conditions read: a chain is no deeper than a branch."""
        bodies = [statement.body]
        self._expression(statement.test)
        while len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
            statement = statement.orelse[0]
            self._expression(statement.test)
            bodies.append(statement.body)
        return [*bodies, statement.orelse]

    def _branches(self, kind: str, line: int, bodies: list[list[ast.stmt]]) -> bool:
        before, outcomes = dict(self._holds), []
        for number, body in enumerate(bodies):
            self._holds = dict(before)
            if not self._framed((kind, line, str(number)), body):
                outcomes.append(self._holds)
        self._holds = _merged(outcomes) if outcomes else before
        return not outcomes

    def _capture(self, pattern: ast.pattern, held: References) -> None:
        """The names of a pattern hold the subject, or a part of it."""
        for each in walk(pattern):
            name = getattr(each, "name", None) or getattr(each, "rest", None)
            if isinstance(name, str):
                self._bind(ast.Name(name, ast.Store()), held, pattern.lineno)

    def _loop(self, kind: str, line: int, body: list[ast.stmt], orelse: list[ast.stmt]) -> None:
        before = dict(self._holds)
        self._framed(("loop", line, kind), body)
        self._holds = _merged([before, self._holds])
        self._block(orelse)

    def _with(self, items: list[ast.withitem], body: list[ast.stmt]) -> bool:
        outside = self._where
        for item in items:
            held = self._expression(item.context_expr)
            line = item.context_expr.lineno
            self._use(held, "entered", "", line)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, held, line)
            self._where = (*self._where, ("with", line, self._spell(item.context_expr)))
        ended = self._block(body)
        self._where = outside
        # A context manager may swallow what ended the body (raises, suppress).
        return ended and not any(_may_swallow(item.context_expr) for item in items)

    def _try(self, statement: ast.Try) -> bool:
        before = dict(self._holds)
        caught = ",".join(
            dotted(each.type, self._imports) if each.type else "BaseException" for each in statement.handlers
        )
        ended = self._framed(("try", statement.lineno, caught), statement.body)
        if not ended:
            ended = self._block(statement.orelse)
        after_body = self._holds
        outcomes = [] if ended else [after_body]
        for handler in statement.handlers:
            self._holds = _merged([before, after_body])
            name = dotted(handler.type, self._imports) if handler.type else ""
            if not self._framed(("except", handler.lineno, name), handler.body):
                outcomes.append(self._holds)
        self._holds = _merged(outcomes or [before, after_body])
        ended = self._framed(("finally", statement.lineno, ""), statement.finalbody) or not outcomes
        return ended

    def _framed(self, frame: tuple[str, int, str], body: list[ast.stmt]) -> bool:
        outside = self._where
        self._where = (*outside, frame)
        ended = self._block(body)
        self._where = outside
        return ended

    def _nested(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """A function inside: its body is read with what its names hold where it is defined."""
        for decorator in function.decorator_list:
            self._expression(decorator)
        defaults = self._defaults(function.args)
        outer, aliases, self._holds = self._holds, self._aliases, dict(self._holds)
        for name in parameters_of(function.args):
            self._holds[name] = ()
        yields = self._yields
        self._framed(("def", function.lineno, function.name), function.body)
        self._yields, self._aliases = yields, aliases
        self._holds = outer
        self._holds[function.name] = union([derived(self._captured(function)), defaults])
        self._bound.add(function.name)
        self._aliases.pop(function.name, None)


def _unreadable(function: ast.FunctionDef | ast.AsyncFunctionDef, is_method: bool) -> Facts:
    raises = Call("raise", "raise", (), (), 0, function.lineno, function.col_offset, ())
    value = Value("call", "0", function.lineno)
    parameters = tuple(parameters_of(function.args))
    return Facts(
        function.name,
        function.lineno,
        is_method,
        parameters,
        _rest(function.args),
        (),
        (),
        False,
        0,
        frozenset(),
        (value,),
        (raises,),
        (),
        (),
    )


def _rest(arguments: ast.arguments) -> tuple[str, str]:
    return (
        arguments.vararg.arg if arguments.vararg else "",
        arguments.kwarg.arg if arguments.kwarg else "",
    )


def _is_autouse(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and any(
        keyword.arg == "autouse" and getattr(keyword.value, "value", None) is True
        for keyword in decorator.keywords
    )


def _may_swallow(context: ast.expr) -> bool:
    name = dotted(context, {}).lower()
    return any(word in name for word in ("raises", "suppress", "expected", "warns"))


def _merged(outcomes: list[Environment]) -> Environment:
    """What names may hold after branches that end in ``outcomes``."""
    merged = dict(outcomes[0])
    for outcome in outcomes[1:]:
        for name, held in outcome.items():
            known = merged.setdefault(name, held)
            if known is not held:  # most names hold what they held before the branches
                merged[name] = union([known, held])
    return merged
