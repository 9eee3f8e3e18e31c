"""What an expression may hold, and what is written down on the way: calls, uses, effects."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from flake8_testhygiene.catalog import lifecycle
from flake8_testhygiene.facts import (
    Argument,
    Call,
    Effect,
    References,
    Use,
    Value,
    Where,
    rooted,
)
from flake8_testhygiene.nodes import children, walk

# Methods by which a local container takes hold of its argument.
COLLECTS = lifecycle.COLLECTS | {"setdefault"}

# How the class of an object is spelled on the way to one of its attributes.
OWN_CLASS = frozenset({"self.__class__", "type()"})

# What nearly every node of a test is asked for; a union would be made anew for each question.
REFERENCES = (ast.Name, ast.Attribute)
SEQUENCES = (ast.Tuple, ast.List)
# What holds something got from each of its parts.
COMPOSED = (ast.List, ast.Tuple, ast.Set, ast.JoinedStr, ast.FormattedValue, ast.UnaryOp, ast.Slice)

# What each local name, and each attribute of self that was met, may hold.
Environment = dict[str, References]


class Evaluator:
    """Goes through the expressions of one function, knowing what each name may hold at that point."""

    def __init__(self, imports: Mapping[str, str], package: str = "") -> None:
        self._imports = dict(imports)
        self._package = package
        self._self = ""
        self._holds: Environment = {}
        self._aliases: dict[str, str] = {}
        self._where: Where = ()
        self._yields = 0
        self._bound: set[str] = set()
        self._globals: set[str] = set()
        self._closed_over: set[str] = set()
        self._values: list[Value] = []
        self._calls: list[Call] = []
        self._uses: list[Use] = []
        self._effects: list[Effect] = []

    # binding

    def _assign(self, targets: list[ast.expr], value: ast.expr) -> None:
        if isinstance(value, SEQUENCES):
            first = targets[0]
            if isinstance(first, SEQUENCES) and len(first.elts) == len(value.elts):
                for target, part in zip(first.elts, value.elts, strict=True):
                    self._assign([target], part)
                return
        is_reference = isinstance(value, REFERENCES)
        alias, held = self._spelled_and_held(value) if is_reference else ("", self._expression(value))
        for target in targets:
            self._bind(target, held, value.lineno, value)
            if isinstance(target, ast.Name) and alias:
                self._aliases[target.id] = alias

    def _bind(self, target: ast.expr, held: References, line: int, value: ast.expr | None = None) -> None:
        match target:
            case ast.Name(name):
                self._holds[name] = held
                self._bound.add(name)
                if name in self._closed_over:  # an inner function reads the name when it is called
                    self._use(held, "escaped", name, line)
                self._use(held, "stored" if name in self._globals else "bound", name, line)
                self._aliases.pop(name, None)
            case ast.Tuple(parts) | ast.List(parts):
                for part in parts:
                    self._bind(part, derived(held), line)
            case ast.Starred(part):
                self._bind(part, derived(held), line)
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
            self._holds[base.id] = union([self._holds[base.id], derived(held)])
        elif spelled.startswith("self.") and spelled.count(".") == 1 and spelled != "self.__dict__":
            self._use(held, "stored", f"{spelled}[]", target.lineno)
        else:
            self._use(held, "stored", "os.environ[]" if spelled == "os.environ" else "?", target.lineno)
        self._effect(spelled, target, base, held, value)

    def _grow(self, target: ast.expr, added: References) -> None:
        if isinstance(target, ast.Name) and target.id in self._holds:
            self._holds[target.id] = union([self._holds[target.id], derived(added)])
        elif isinstance(target, ast.Attribute):
            self._use(added, "stored", f"{self._spell(target)}[]", target.lineno)
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
        return {self._spell(each) for each in walk(expression) if isinstance(each, REFERENCES)}

    # expressions

    def _optional(self, expression: ast.expr | None) -> References:
        return () if expression is None else self._expression(expression)

    def _expression(self, expression: ast.expr) -> References:
        # The four that nearly all expressions are: a pattern costs thrice as much.
        if expression.__class__ is ast.Constant:
            return ()
        if isinstance(expression, ast.Name):
            return self._holds.get(expression.id, ())
        if isinstance(expression, ast.Attribute):
            return self._attribute(expression, self._spell(expression))
        if isinstance(expression, ast.Call):
            return (self._call(expression),)
        return self._compound(expression)

    def _spelled_and_held(self, expression: ast.expr) -> tuple[str, References]:
        """How an expression is spelled, and what it may hold: an attribute is spelled once for both."""
        spelled = self._spell(expression)
        if isinstance(expression, ast.Attribute):
            return spelled, self._attribute(expression, spelled)
        return spelled, self._expression(expression)

    def _compound(self, expression: ast.expr) -> References:
        if isinstance(expression, COMPOSED):
            return self._parts(expression)
        match expression:
            case ast.Subscript(base, index):
                self._expression(index)
                return derived(self._expression(base))
            case ast.Await(inner) | ast.Starred(inner):
                return self._expression(inner)
            case ast.NamedExpr(target, value):
                held = self._expression(value)
                self._bind(target, held, expression.lineno)
                return held
            case ast.Dict(keys, values):
                return self._dict(expression, keys, values)
            case ast.BinOp():
                return derived(union(self._expression(part) for part in _terms(expression)))
            case ast.BoolOp(_, parts):
                return union([self._expression(part) for part in parts])
            case ast.IfExp(test, body, orelse):
                self._expression(test)
                return union([self._expression(body), self._expression(orelse)])
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
        return self._parts(expression)  # and what later Pythons may bring

    def _parts(self, expression: ast.expr) -> References:
        """Something got from the parts."""
        return derived(
            union([self._expression(child) for child in children(expression) if isinstance(child, ast.expr)])
        )

    def _attribute(self, expression: ast.Attribute, spelled: str) -> References:
        if spelled in self._holds:
            return self._holds[spelled]
        if spelled.startswith("self.") and spelled.count(".") == 1:
            held = (self._value("attribute", expression.attr, expression.lineno),)
            self._holds[spelled] = held
            return held
        return derived(self._expression(expression.value))

    def _dict(self, expression: ast.Dict, keys: list[ast.expr | None], values: list[ast.expr]) -> References:
        parts = [self._expression(part) for part in (*filter(None, keys), *values)]
        names = [str(key.value) for key in keys if isinstance(key, ast.Constant)]
        own = self._value("dict", "\n".join(names), expression.lineno)
        return union([(own,), derived(union(parts))])

    def _lambda(self, expression: ast.Lambda, arguments: ast.arguments, body: ast.expr) -> References:
        outer, self._holds = self._holds, dict(self._holds)
        outside = self._where
        defaults = self._defaults(arguments)
        for name in parameters_of(arguments):
            self._holds[name] = ()
        self._where = (*outside, ("lambda", expression.lineno, ""))
        self._use(self._expression(body), "returned", "", expression.lineno)
        self._where, self._holds = outside, outer
        return union([derived(self._captured(body)), defaults])

    def _defaults(self, arguments: ast.arguments) -> References:
        """What the defaults of an inner function hold: it keeps that."""
        defaults = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
        return derived(union([self._expression(each) for each in defaults]))

    def _comprehension(
        self, expression: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> References:
        outer, self._holds = self._holds, dict(self._holds)
        outside = self._where
        self._where = (*outside, ("loop", expression.lineno, "for"))
        for generator in expression.generators:
            held = self._expression(generator.iter)
            self._bind(generator.target, derived(held), expression.lineno)
            for condition in generator.ifs:
                self._expression(condition)
        if isinstance(expression, ast.DictComp):
            made = union([self._expression(expression.key), self._expression(expression.value)])
        else:
            made = self._expression(expression.elt)
        walrus = {each.target.id for each in walk(expression) if isinstance(each, ast.NamedExpr)}
        outer |= {name: self._holds[name] for name in walrus if name in self._holds}
        self._where, self._holds = outside, outer
        return derived(made)

    def _call(self, call: ast.Call) -> int:
        func = call.func
        if isinstance(func, ast.Attribute):
            owner, receiver = self._spelled_and_held(func.value)
            spelled = _attribute_of(owner, func.attr)
        else:
            spelled, held = self._spelled_and_held(func)
            receiver = derived(held)
        last = spelled.rpartition(".")[2]
        arguments = self._arguments(call, "assert" in last.lower())
        self._collect(call, arguments)
        result = self._value("call", str(len(self._calls)), call.lineno)
        self._calls.append(
            Call(spelled, last, receiver, arguments, result, call.lineno, call.col_offset, self._where)
        )
        return result

    def _collect(self, call: ast.Call, arguments: tuple[Argument, ...]) -> None:
        """A local list that is appended to holds what it is given from now on; ``setattr`` stores it."""
        # A pattern costs thrice as much, and this is asked of every call.
        func = call.func
        if isinstance(func, ast.Attribute):
            name = func.value.id if func.attr in COLLECTS and isinstance(func.value, ast.Name) else ""
            if name in self._holds:
                added = derived(union(each.values for each in arguments))
                self._holds[name] = union([self._holds[name], added])
        elif isinstance(func, ast.Name) and func.id == "setattr" and len(arguments) == 3:
            attribute = f"{arguments[0].text}.{arguments[1].literal}"
            self._holds[attribute] = arguments[2].values
            self._use(arguments[2].values, "stored", attribute, call.lineno)

    def _arguments(self, call: ast.Call, checks: bool) -> tuple[Argument, ...]:
        positional = [
            self._argument("*" if isinstance(each, ast.Starred) else "", each, checks) for each in call.args
        ]
        named = [self._argument(each.arg or "**", each.value, checks) for each in call.keywords]
        return (*positional, *named)

    def _argument(self, name: str, expression: ast.expr, checks: bool) -> Argument:
        words = _words(expression) if checks else ()
        if isinstance(expression, REFERENCES):
            text, held = self._spelled_and_held(expression)
            return Argument(name, text, "", held, words)
        return Argument(name, "", _constant(expression), self._expression(expression), words)

    def _record(self, statement: ast.stmt, name: str, parts: list[ast.expr]) -> None:
        """An assert or a raise is a row among the calls: what it mentions, it was given."""
        arguments = tuple(self._argument("", part, checks=name == "assert") for part in parts)
        # What is compared is worth as much as what is handed to assertEqual.
        compared = tuple(
            self._argument("", side, checks=False)
            for part in parts
            if isinstance(part, ast.Compare)
            for side in (part.left, *part.comparators)
            if not any(isinstance(each, ast.Call) for each in walk(side))
        )
        result = self._value("call", str(len(self._calls)), statement.lineno)
        place = (statement.lineno, statement.col_offset)
        self._calls.append(Call(name, name, (), arguments + compared, result, *place, self._where))

    def _captured(self, node: ast.AST) -> References:
        names = {each.id for each in walk(node) if isinstance(each, ast.Name)}
        self._closed_over |= names
        return union(self._holds[name] for name in sorted(names) if name in self._holds)

    # rows

    def _spell(self, expression: ast.expr) -> str:
        """The dotted name of an expression, as :func:`dotted`, but knowing self, locals and aliases."""
        if isinstance(expression, ast.Name):
            name = expression.id
            if name == self._self:
                return "self"
            if name in self._aliases:
                return self._aliases[name]
            return name if name in self._holds else rooted(name, self._imports)
        if isinstance(expression, ast.Attribute):
            return _attribute_of(self._spell(expression.value), expression.attr)
        if isinstance(expression, ast.Call):
            return f"{self._spell(expression.func)}()"
        if isinstance(expression, ast.Subscript):
            return f"{self._spell(expression.value)}[]"
        return self._spell(expression.value) if isinstance(expression, ast.Await) else "?"

    def _value(self, kind: str, detail: str, line: int) -> int:
        self._values.append(Value(kind, detail, line))
        return len(self._values) - 1

    def _use(self, held: References, how: str, detail: str, line: int) -> None:
        for each in held:
            self._uses.append(Use(each, how, detail, line, self._where))


def _attribute_of(owner: str, name: str) -> str:
    return f"self.{name}" if owner in OWN_CLASS else f"{owner}.{name}"


def _terms(operation: ast.expr) -> list[ast.expr]:
    """The operands of a chain such as ``a + b + c``, without a call for each: generated sums are long."""
    terms = []
    while isinstance(operation, ast.BinOp):
        terms.append(operation.right)
        operation = operation.left
    return [operation, *reversed(terms)]


def parameters_of(arguments: ast.arguments) -> list[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [each for each in (arguments.vararg, arguments.kwarg) if each]
    return [each.arg for each in every]


def _constant(expression: ast.expr) -> str:
    """A constant, or a list of nothing else, as Python writes it."""
    if isinstance(expression, ast.Constant):
        return repr(expression.value)
    if isinstance(expression, SEQUENCES) and expression.elts:
        parts = [each.value for each in expression.elts if isinstance(each, ast.Constant)]
        return repr(parts) if len(parts) == len(expression.elts) else ""
    return ""


def _words(expression: ast.expr) -> tuple[str, ...]:
    found = []
    for node in walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
            found.append(str(node.value))
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
    return tuple(found)


def derived(held: References) -> References:
    if len(held) < 2:  # as nearly all are
        return held if not held or held[0] < 0 else (~held[0],)
    return tuple(dict.fromkeys([each if each < 0 else ~each for each in held]))


def union(parts: Iterable[References]) -> References:
    some = [part for part in parts if part]
    if len(some) < 2:
        return some[0] if some else ()
    return tuple(dict.fromkeys([each for part in some for each in part]))
