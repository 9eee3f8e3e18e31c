"""Reads the facts of one function off its tree, in the order the function runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from flake8_testhygiene.facts import (
    Argument,
    Call,
    Effect,
    Facts,
    References,
    Use,
    Value,
    Where,
    dotted,
    imported,
)

# Methods by which a list, a set, a dictionary or a queue takes hold of its argument.
COLLECTS = frozenset({"append", "appendleft", "insert", "add", "extend", "put", "update", "setdefault"})


def read(
    function: ast.FunctionDef | ast.AsyncFunctionDef, imports: Mapping[str, str], is_method: bool
) -> Facts:
    """The facts of ``function``; nested functions and lambdas are read as part of it."""
    return _Reader(imports).read(function, is_method)


Environment = dict[str, References]


class _Reader:
    """Goes through one function in the order it runs, knowing what each name may hold."""

    def __init__(self, imports: Mapping[str, str]) -> None:
        self._imports = dict(imports)
        self._self = ""
        self._holds: Environment = {}
        self._aliases: dict[str, str] = {}
        self._where: Where = ()
        self._yields = 0
        self._bound: set[str] = set()
        self._globals: set[str] = set()
        self._values: list[Value] = []
        self._calls: list[Call] = []
        self._uses: list[Use] = []
        self._effects: list[Effect] = []

    def read(self, function: ast.FunctionDef | ast.AsyncFunctionDef, is_method: bool) -> Facts:
        decorators = tuple(dotted(each, self._imports) for each in function.decorator_list)
        parameters = _parameters(function.args)
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
            decorators,
            any(_is_autouse(each) for each in function.decorator_list),
            self._yields,
            frozenset(self._bound),
            tuple(self._values),
            tuple(self._calls),
            tuple(self._uses),
            tuple(self._effects),
        )

    # statements

    def _block(self, body: Iterable[ast.stmt]) -> bool:
        """Read the statements; tell whether the end is never reached."""
        return any(self._statement(statement) for statement in body)

    def _statement(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Expr(value):
                self._expression(value)
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
            case ast.If(test, body, orelse):
                self._expression(test)
                return self._branches("if", statement.lineno, [body, orelse])
            case ast.For(target, iterable, body, orelse) | ast.AsyncFor(target, iterable, body, orelse):
                self._bind(target, _derived(self._expression(iterable)), statement.lineno)
                self._loop("for", statement.lineno, body, orelse)
            case ast.While(test, body, orelse):
                self._expression(test)
                self._loop("while", statement.lineno, body, orelse)
            case ast.With(items, body) | ast.AsyncWith(items, body):
                return self._with(items, body)
            case ast.Try():
                return self._try(statement)
            case ast.Match(subject, cases):
                self._expression(subject)
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
                for local, name in imported(statement):
                    self._holds.pop(local, None)
                    self._imports[local] = name
            case _:
                for child in ast.iter_child_nodes(statement):
                    if isinstance(child, ast.stmt):
                        self._statement(child)
                    elif isinstance(child, ast.expr):
                        self._expression(child)
        return False

    def _branches(self, kind: str, line: int, bodies: list[list[ast.stmt]]) -> bool:
        before, outcomes = dict(self._holds), []
        for number, body in enumerate(bodies):
            self._holds = dict(before)
            if not self._framed((kind, line, str(number)), body):
                outcomes.append(self._holds)
        self._holds = _merged(outcomes) if outcomes else before
        return not outcomes

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
        outer, aliases, self._holds = self._holds, self._aliases, dict(self._holds)
        for name in _parameters(function.args):
            self._holds[name] = ()
        yields = self._yields
        self._framed(("def", function.lineno, function.name), function.body)
        self._yields, self._aliases = yields, aliases
        self._holds = outer
        self._holds[function.name] = _derived(self._captured(function))
        self._aliases.pop(function.name, None)

    def _captured(self, node: ast.AST) -> References:
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        return _union(self._holds[name] for name in sorted(names) if name in self._holds)

    # binding

    def _assign(self, targets: list[ast.expr], value: ast.expr) -> None:
        alias = self._spell(value) if isinstance(value, ast.Name | ast.Attribute) else ""
        if isinstance(value, ast.Tuple | ast.List):
            first = targets[0]
            if isinstance(first, ast.Tuple | ast.List) and len(first.elts) == len(value.elts):
                for target, part in zip(first.elts, value.elts, strict=True):
                    self._assign([target], part)
                return
        held = self._expression(value)
        for target in targets:
            self._bind(target, held, value.lineno, value)
            if isinstance(target, ast.Name) and alias:
                self._aliases[target.id] = alias

    def _bind(self, target: ast.expr, held: References, line: int, value: ast.expr | None = None) -> None:
        match target:
            case ast.Name(name):
                self._holds[name] = held
                self._bound.add(name)
                self._use(held, "stored" if name in self._globals else "bound", name, line)
                self._aliases.pop(name, None)
            case ast.Tuple(parts) | ast.List(parts):
                for part in parts:
                    self._bind(part, _derived(held), line)
            case ast.Starred(part):
                self._bind(part, _derived(held), line)
            case ast.Attribute(base, attribute):
                self._set_attribute(target, base, attribute, held, value)
            case ast.Subscript(base, index):
                self._expression(index)
                self._set_item(target, base, index, held, value)

    def _set_attribute(
        self,
        target: ast.Attribute,
        base: ast.expr,
        attribute: str,
        held: References,
        value: ast.expr | None,
    ) -> None:
        spelled = self._spell(target)
        if spelled.startswith("self.") and spelled.count(".") == 1:
            self._holds[spelled] = held
            self._use(held, "stored", spelled, target.lineno)
            return
        owner = self._expression(base)
        constant = repr(value.value) if isinstance(value, ast.Constant) else "?"
        self._use(owner, "marked", f"{attribute}={constant}", target.lineno)
        self._use(held, "stored", "?", target.lineno)
        self._effect(spelled, target, base, held, value)

    def _set_item(
        self,
        target: ast.Subscript,
        base: ast.expr,
        index: ast.expr,
        held: References,
        value: ast.expr | None,
    ) -> None:
        container = self._expression(base)
        if isinstance(index, ast.Constant):
            self._use(container, "marked", f"[{index.value!s}]", target.lineno)
        spelled = self._spell(base)
        if isinstance(base, ast.Name) and base.id in self._holds:
            self._holds[base.id] = _union([self._holds[base.id], _derived(held)])
        elif spelled.startswith("self.") and spelled.count(".") == 1:
            self._use(held, "stored", spelled, target.lineno)
        else:
            self._use(held, "stored", "?", target.lineno)
        self._effect(spelled, target, base, held, value)

    def _grow(self, target: ast.expr, added: References) -> None:
        if isinstance(target, ast.Name) and target.id in self._holds:
            self._holds[target.id] = _union([self._holds[target.id], _derived(added)])
        elif isinstance(target, ast.Attribute):
            self._use(added, "stored", self._spell(target), target.lineno)
            self._effect(self._spell(target), target, target.value, added, None)

    def _delete(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._holds.pop(target.id, None)
        elif isinstance(target, ast.Subscript):
            self._expression(target.slice)
            self._effect(self._spell(target.value), target, target.value, (), None)
        elif isinstance(target, ast.Attribute):
            self._effect(self._spell(target), target, target.value, (), None)

    def _effect(
        self, spelled: str, at: ast.expr, base: ast.expr, held: References, value: ast.expr | None
    ) -> None:
        """An imported module, or a part of one, is changed."""
        root = base
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id not in self._imports or root.id in self._holds:
            return
        sources = () if value is None else tuple(sorted(self._mentioned(value)))
        key = ""
        if isinstance(at, ast.Subscript) and isinstance(at.slice, ast.Constant):
            key = str(at.slice.value)
        self._effects.append(Effect(spelled, key, held, sources, at.lineno, at.col_offset, self._where))

    def _mentioned(self, expression: ast.expr) -> set[str]:
        return {
            self._spell(each) for each in ast.walk(expression) if isinstance(each, ast.Attribute | ast.Name)
        }

    # expressions

    def _optional(self, expression: ast.expr | None) -> References:
        return () if expression is None else self._expression(expression)

    def _expression(self, expression: ast.expr) -> References:
        match expression:
            case ast.Constant():
                return ()
            case ast.Name(name):
                return self._holds.get(name, ())
            case ast.Attribute(base):
                return self._attribute(expression, base)
            case ast.Call():
                return (self._call(expression),)
            case ast.Subscript(base, index):
                self._expression(index)
                return _derived(self._expression(base))
            case ast.Await(inner) | ast.Starred(inner):
                return self._expression(inner)
            case ast.NamedExpr(target, value):
                held = self._expression(value)
                self._bind(target, held, expression.lineno)
                return held
            case ast.Dict(keys, values):
                return self._dict(expression, keys, values)
            case ast.BoolOp(_, parts):
                return _union([self._expression(part) for part in parts])
            case ast.IfExp(test, body, orelse):
                self._expression(test)
                return _union([self._expression(body), self._expression(orelse)])
            case ast.Compare(left, _, rights):
                for part in (left, *rights):
                    self._expression(part)
                return ()
            case ast.Lambda(arguments, body):
                return self._lambda(expression, arguments, body)
            case ast.Yield(value):
                self._yields = self._yields or expression.lineno
                self._use(self._optional(value), "yielded", "", expression.lineno)
                return ()
            case ast.YieldFrom(value):
                self._yields = self._yields or expression.lineno
                self._use(self._expression(value), "yielded", "", expression.lineno)
                return ()
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(expression)
        # Displays, operators, formatted texts: something got from the parts.
        return _derived(
            _union(
                self._expression(child)
                for child in ast.iter_child_nodes(expression)
                if isinstance(child, ast.expr)
            )
        )

    def _attribute(self, expression: ast.Attribute, base: ast.expr) -> References:
        spelled = self._spell(expression)
        if spelled in self._holds:
            return self._holds[spelled]
        if spelled.startswith("self.") and spelled.count(".") == 1:
            held = (self._value("attribute", expression.attr, expression.lineno),)
            self._holds[spelled] = held
            return held
        return _derived(self._expression(base))

    def _dict(self, expression: ast.Dict, keys: list[ast.expr | None], values: list[ast.expr]) -> References:
        parts = [self._expression(part) for part in (*filter(None, keys), *values)]
        names = [str(key.value) for key in keys if isinstance(key, ast.Constant)]
        own = self._value("dict", "\n".join(names), expression.lineno)
        return _union([(own,), _derived(_union(parts))])

    def _lambda(self, expression: ast.Lambda, arguments: ast.arguments, body: ast.expr) -> References:
        outer, self._holds = self._holds, dict(self._holds)
        outside = self._where
        for name in _parameters(arguments):
            self._holds[name] = ()
        self._where = (*outside, ("lambda", expression.lineno, ""))
        self._expression(body)
        self._where, self._holds = outside, outer
        return _derived(self._captured(body))

    def _comprehension(
        self, expression: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> References:
        outer, self._holds = self._holds, dict(self._holds)
        outside = self._where
        self._where = (*outside, ("loop", expression.lineno, "for"))
        for generator in expression.generators:
            held = self._expression(generator.iter)
            self._bind(generator.target, _derived(held), expression.lineno)
            for condition in generator.ifs:
                self._expression(condition)
        if isinstance(expression, ast.DictComp):
            made = _union([self._expression(expression.key), self._expression(expression.value)])
        else:
            made = self._expression(expression.elt)
        self._where, self._holds = outside, outer
        return _derived(made)

    def _call(self, call: ast.Call) -> int:
        spelled = self._spell(call.func)
        receiver: References = ()
        if isinstance(call.func, ast.Attribute):
            receiver = self._expression(call.func.value)
        elif not isinstance(call.func, ast.Name):
            receiver = _derived(self._expression(call.func))
        elif call.func.id in self._holds:
            receiver = _derived(self._holds[call.func.id])
        checks = "assert" in spelled.rpartition(".")[2].lower()
        arguments = tuple(self._arguments(call, checks))
        self._collect(call.func, arguments)
        result = self._value("call", str(len(self._calls)), call.lineno)
        self._calls.append(
            Call(spelled, receiver, arguments, result, call.lineno, call.col_offset, self._where)
        )
        return result

    def _collect(self, callee: ast.expr, arguments: tuple[Argument, ...]) -> None:
        """A local list that is appended to holds what it is given from now on."""
        match callee:
            case ast.Attribute(ast.Name(name), method) if method in COLLECTS and name in self._holds:
                added = _derived(_union(each.values for each in arguments))
                self._holds[name] = _union([self._holds[name], added])

    def _arguments(self, call: ast.Call, checks: bool) -> Iterator[Argument]:
        for positional in call.args:
            name = "*" if isinstance(positional, ast.Starred) else ""
            yield self._argument(name, positional, checks)
        for keyword in call.keywords:
            yield self._argument(keyword.arg or "**", keyword.value, checks)

    def _argument(self, name: str, expression: ast.expr, checks: bool) -> Argument:
        is_reference = isinstance(expression, ast.Name | ast.Attribute)
        return Argument(
            name,
            self._spell(expression) if is_reference else "",
            repr(expression.value) if isinstance(expression, ast.Constant) else "",
            self._expression(expression),
            _words(expression) if checks else (),
        )

    def _record(self, statement: ast.stmt, name: str, parts: list[ast.expr]) -> None:
        """An assert or a raise is a row among the calls: what it mentions, it was given."""
        arguments = tuple(self._argument("", part, checks=name == "assert") for part in parts)
        # What is compared is worth as much as what is handed to assertEqual.
        compared = tuple(
            self._argument("", side, checks=False)
            for part in parts
            if isinstance(part, ast.Compare)
            for side in (part.left, *part.comparators)
            if not any(isinstance(each, ast.Call) for each in ast.walk(side))
        )
        result = self._value("call", str(len(self._calls)), statement.lineno)
        place = (statement.lineno, statement.col_offset)
        self._calls.append(Call(name, (), arguments + compared, result, *place, self._where))

    # rows

    def _spell(self, expression: ast.expr) -> str:
        """The dotted name of an expression, as :func:`dotted`, but knowing self, locals and aliases."""
        match expression:
            case ast.Name(name):
                if name == self._self:
                    return "self"
                if name in self._aliases:
                    return self._aliases[name]
                return name if name in self._holds else dotted(expression, self._imports)
            case ast.Attribute(base, name):
                owner = self._spell(base)
                return f"self.{name}" if owner in {"self.__class__", "type()"} else f"{owner}.{name}"
            case ast.Call(callee):
                return f"{self._spell(callee)}()"
            case ast.Subscript(base):
                return f"{self._spell(base)}[]"
            case ast.Await(inner):
                return self._spell(inner)
        return "?"

    def _value(self, kind: str, detail: str, line: int) -> int:
        self._values.append(Value(kind, detail, line))
        return len(self._values) - 1

    def _use(self, held: References, how: str, detail: str, line: int) -> None:
        self._uses.extend(Use(each, how, detail, line, self._where) for each in held)


def _parameters(arguments: ast.arguments) -> list[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [each for each in (arguments.vararg, arguments.kwarg) if each]
    return [each.arg for each in every]


def _is_autouse(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and any(
        keyword.arg == "autouse" and getattr(keyword.value, "value", None) is True
        for keyword in decorator.keywords
    )


def _may_swallow(context: ast.expr) -> bool:
    name = dotted(context, {}).lower()
    return any(word in name for word in ("raises", "suppress", "expected", "warns"))


def _words(expression: ast.expr) -> tuple[str, ...]:
    found = []
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int):
            found.append(str(node.value))
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
    return tuple(found)


def _derived(held: References) -> References:
    return tuple(dict.fromkeys(each if each < 0 else ~each for each in held))


def _union(parts: Iterable[References]) -> References:
    return tuple(dict.fromkeys(each for part in parts for each in part))


def _merged(outcomes: list[Environment]) -> Environment:
    """What names may hold after branches that end in ``outcomes``."""
    if len(outcomes) == 1:
        return outcomes[0]
    names = dict.fromkeys(name for outcome in outcomes for name in outcome)
    return {name: _union(outcome.get(name, ()) for outcome in outcomes) for name in names}
