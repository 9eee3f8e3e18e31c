"""astroid, sealed: the value of an expression, the class of a receiver, what a call returns.

astroid shares one manager and its caches with everybody in the process, finds modules on ``sys.path``
and imports C extensions that are named like standard library modules. None of that happens here. For the
length of a question it has caches of its own and reads only texts that it is given; afterwards everything
is as it was, so that another user of astroid in the process sees nothing of ours.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from itertools import islice
from typing import Any, NamedTuple, TypeVar

Answer = TypeVar("Answer")
# A constant; of a dict its keys.
Value = object
# astroid is not imported before the first question and its types are not known here.
Node = Any
MOST_CHARACTERS = 200_000
MOST_VALUES = 20
# The longest text or display that is put together, how often something is repeated, and what a field of a
# template is too wide by: astroid goes on to a hundred million, and with f-strings without end.
LONGEST = 10_000
MOST_TIMES = 100
TOO_WIDE = re.compile(r"%[^a-zA-Z%]*(?:[0-9]{4}|[*])")
PUTS_TOGETHER = frozenset({"BinOp", "AugAssign", "FormattedValue", "JoinedStr"})


class Span(NamedTuple):
    """Where an expression stands: lines count from 1, columns from 0 in UTF-8 bytes, as in ``ast``."""

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, node: ast.expr) -> Span:
        """Where ``node`` stands in the text that it was parsed from."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return cls(node.lineno, node.col_offset, end_line, end_column)


class Snippet(NamedTuple):
    """The text of one module, whole or with the parts cut out that a question does not need.

    Cut by emptying lines, and every span of the whole file still holds. ``name`` is the dotted name of
    the module (relative imports and the names of its classes start from there), ``is_package`` says that
    the text is that of an ``__init__.py``.
    """

    name: str
    text: str
    is_package: bool = False

    def asking(self, expression: str) -> tuple[Snippet, Span]:
        """The snippet with an expression of one line added at its end, outside of all functions."""
        text = f"{self.text.rstrip()}\n{expression}"
        line = text.count("\n") + 1
        return self._replace(text=text), Span(line, 0, line, len(expression.encode()))


class Inference:
    """Answers questions about expressions of one linted file, and keeps what it reads for that file.

    ``sources`` gives the text of a module by its dotted name, or None if it may not be read. Everything
    that it does not give is unknown, the standard library included; the text of a stub will do where
    only the names of classes matter. A package is asked for before its modules are, unless they are
    imported by their full name (``from package.module import ...``).

    No question raises: whatever goes wrong, a text or expression that is not there included, the answer
    is that nothing is known.
    """

    def __init__(self, sources: Callable[[str], Snippet | None]) -> None:
        self._sources = sources
        self._modules: dict[str, Node] = {}
        self._refused: set[str] = set()

    def values(self, snippet: Snippet, span: Span) -> tuple[Value, ...] | None:
        """The constants that an expression may be, or None if one of them is not known.

        A dict is the tuple of those of its first-level keys that are strings, as it was made: what
        ``d["x"] = 1``, ``d.update()`` or ``d.pop()`` do to it later is not seen. Known are names, literals,
        loops over literals, ``+``, ``%``, ``*``, slices, f-strings, ``str.format``, ``{**d}``,
        ``dict(d, x=1)`` and ``d.copy()``; unknown are ``d | d``, comprehensions, ``enumerate``, ``zip``,
        ``range``, ``str()``, ``int()`` and the methods of strings (``join``, ``replace``, ``lower``).

        What subclasses, bases without a text and decorators change is not seen either.
        """
        return self._ask(snippet, span, _values)

    def classes(self, snippet: Snippet, span: Span) -> frozenset[str]:
        """The dotted names of the classes that a receiver may be an instance of; empty if unknown.

        None is left out: nothing is called on it.
        """
        return self.returned(snippet, span) - {"builtins.NoneType"}

    def returned(self, snippet: Snippet, span: Span) -> frozenset[str]:
        """The dotted names of the classes that what a call returns may be of; empty if unknown."""
        return self._ask(snippet, span, _classes) or frozenset()

    def _ask(
        self, snippet: Snippet, span: Span, read: Callable[[list[Node]], Answer | None]
    ) -> Answer | None:
        try:
            with self._sealed() as astroid, self._placed(astroid, snippet) as tree:
                inferred = list(islice(_expression(tree, span).infer(), MOST_VALUES + 1))
                return read(inferred) if len(inferred) <= MOST_VALUES else None
        except Exception:  # astroid raises what it likes on odd code, RecursionError and KeyError included
            return None

    @contextmanager
    def _sealed(self) -> Iterator[_Astroid]:
        """While it lasts, astroid knows nothing but the modules of ``sources`` and forgets afterwards."""
        astroid = _astroid()
        brain = astroid.manager.brain
        modules = {"builtins": brain["astroid_cache"]["builtins"], **self._modules}
        sealed = {
            **brain,
            "astroid_cache": modules,
            "module_denylist": _Denied(lambda name: not self._supply(astroid, name, modules)),
            # A module that imports its own name is looked for past the cache, in files.
            "_mod_file_cache": defaultdict(lambda: astroid.error("No files are read.")),
            "_failed_import_hooks": [],
            "extension_package_whitelist": set(),
            "always_load_extensions": False,
            "optimize_ast": False,
            "prefer_stubs": False,
            "max_inferable_values": MOST_VALUES + 1,
            "_transform": _without_modules(astroid, brain["_transform"]),
        }
        with (
            _replaced(astroid.manager, "brain", sealed),
            _replaced(astroid.context, "_INFERENCE_CACHE", {}),
            _replaced(astroid.inference_tip, "_cache", OrderedDict()),
            _replaced(astroid.inference_tip, "_CURRENTLY_INFERRING", set()),
            _replaced(astroid.str, "locals", _without_placeholders(astroid.str)),
            _replaced(astroid.bytes, "locals", _without_placeholders(astroid.bytes)),
        ):
            yield astroid

    def _supply(self, astroid: _Astroid, name: str, modules: dict[str, Node]) -> bool:
        """Whether there is a module of that name; it is built when first asked for."""
        if name in modules or name in self._refused:
            return name in modules
        try:
            source = self._sources(name)
            if source is not None:
                tree = _built(astroid, source._replace(name=name))
                _undo(_marks(tree))  # it stays, so it must say nothing of other modules
                self._modules[name] = modules[name] = tree
        except Exception:  # of one module, not of the question
            modules.pop(name, None)
        if name not in modules:
            self._refused.add(name)
        return name in modules

    @contextmanager
    def _placed(self, astroid: _Astroid, snippet: Snippet) -> Iterator[Node]:
        """The tree of a snippet, which leaves no marks on the trees that stay."""
        tree = _built(astroid, snippet)
        marks = _marks(tree)
        try:
            yield tree
        finally:
            _undo(marks)


class _Astroid(NamedTuple):
    """What we use of astroid."""

    manager: Any
    builder: Any
    error: Any
    module: Any
    transforms: Any
    context: Any
    inference_tip: Any
    str: Node
    bytes: Node
    unknown: Node


def _astroid() -> _Astroid:
    """astroid, started. It takes a tenth of a second, and starts for its other users as well."""
    from astroid import context, nodes, util
    from astroid.builder import AstroidBuilder
    from astroid.exceptions import AstroidImportError
    from astroid.manager import AstroidManager
    from astroid.transforms import TransformVisitor

    AstroidBuilder(AstroidManager())
    return _Astroid(
        AstroidManager,
        AstroidBuilder,
        AstroidImportError,
        nodes.Module,
        TransformVisitor,
        context,
        import_module("astroid.inference_tip"),  # the package has a function of that name
        nodes.Const("")._proxied,
        nodes.Const(b"")._proxied,
        util.Uninferable,
    )


class _Denied:
    """A ``module_denylist``, the first thing astroid looks into when it needs a module."""

    def __init__(self, is_denied: Callable[[str], bool]) -> None:
        self._is_denied = is_denied

    def __contains__(self, name: str) -> bool:
        return self._is_denied(name)


@contextmanager
def _replaced(owner: Any, name: str, value: object) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _without_modules(astroid: _Astroid, transform: Any) -> Any:
    """The transforms but those of whole modules, which say that ``hashlib.md5().hexdigest()`` is ""."""
    ours = astroid.transforms()
    ours.transforms.update(
        (kind, found) for kind, found in transform.transforms.items() if kind is not astroid.module
    )
    return ours


def _without_placeholders(cls: Node) -> dict[str, list[Node]]:
    """The members of ``str`` or ``bytes``; astroid gives them methods that return an empty string."""
    return {
        name: found
        for name, found in cls.locals.items()
        if not any(getattr(each, "body", None) for each in found)
    }


def _built(astroid: _Astroid, snippet: Snippet) -> Node:
    """The tree of a snippet, which is then the module of that name.

    Raises ValueError if the text is too long, or would take the place of ``builtins``.
    """
    if len(snippet.text) > MOST_CHARACTERS or snippet.name == "builtins":
        raise ValueError(snippet.name)
    astroid.manager.brain["astroid_cache"].pop(snippet.name, None)
    # With no path at all, relative imports are looked for in the root directory.
    path = f"<snippet>/{'__init__' if snippet.is_package else 'module'}.py"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = astroid.builder(astroid.manager()).string_build(snippet.text, snippet.name, path)
    for node in _walk(tree):
        if _makes_up_values(node):
            node._explicit_inference = None
        elif type(node).__name__ in PUTS_TOGETHER:
            node._infer = partial(_in_bounds, node, node._infer, astroid.unknown)
    return tree


def _makes_up_values(node: Node) -> bool:
    """Whether astroid says "" or 0 or {} of this call where it does not know better."""
    func = getattr(node, "func", None)
    return getattr(func, "name", "") in {"str", "int"} or getattr(func, "attrname", "") == "fromkeys"


def _in_bounds(
    node: Node, infer: Callable[..., Iterator[Node]], unknown: Node, context: Any = None, **more: Any
) -> Iterator[Node]:
    """What an expression is put together to, unless that is large, or takes long to find out."""
    if _is_unbounded(node, context):
        yield unknown
        return
    for found in infer(context, **more):
        yield found if _size(found) <= LONGEST else unknown


def _is_unbounded(node: Node, context: Any) -> bool:
    """Whether the size of an expression is not that of its parts, or its parts are not all known."""
    kind = type(node).__name__
    if kind == "JoinedStr":
        # astroid goes through every combination of the others' values, although it knows none of the whole.
        return any(_is_of_unknown(part, context) for part in node.values)
    if kind == "FormattedValue":
        # Of what is no constant astroid formats its own node.
        return _is_of_unknown(node.value, context) or _is_of_unknown(node.format_spec, context)
    operator = node.op.removesuffix("=")
    if operator == "%" and kind == "BinOp":
        return any(map(_is_wide, node.left.infer(context)))
    times = [node.right, node.left] if kind == "BinOp" else [node.value]
    if operator == "*":
        return not any(map(_is_small, times))
    return operator in {"**", "<<"} and not _is_small(times[0])


def _is_of_unknown(part: Node | None, context: Any) -> bool:
    """Whether something may be other than a constant."""
    return part is not None and any(type(value).__name__ != "Const" for value in part.infer(context))


def _is_small(node: Node) -> bool:
    """Whether something may be repeated so often."""
    return type(node).__name__ == "Const" and isinstance(node.value, int) and abs(node.value) <= MOST_TIMES


def _is_wide(template: Node) -> bool:
    """Whether a template has a field that is much wider than what it is filled with."""
    text = template.value if type(template).__name__ == "Const" else None
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    return isinstance(text, str) and bool(TOO_WIDE.search(text))


def _size(found: Node) -> int:
    """How large a constant or a display is: characters, elements, bits."""
    kind = type(found).__name__
    if kind in {"List", "Tuple", "Set"}:
        return len(found.elts)
    value = found.value if kind == "Const" else None
    if isinstance(value, int):
        return value.bit_length()
    return len(value) if isinstance(value, str | bytes) else 0


class _Mark(NamedTuple):
    """An assignment to an attribute that is noted with a class or module of another tree."""

    attributes: dict[str, list[Node]]
    name: str
    node: Node


def _marks(tree: Node) -> list[_Mark]:
    """What the building of a tree has left on others: ``error = Exception(); error.code = 1``."""
    return [
        _Mark(attributes, node.attrname, node)
        for node in _walk(tree)
        if type(node).__name__ == "AssignAttr"
        for owner in _owners(node)
        if owner.root() is not tree
        for attributes in (getattr(owner, "instance_attrs", {}), getattr(owner, "locals", {}))
        if node in attributes.get(node.attrname, ())
    ]


def _owners(node: Node) -> list[Node]:
    """What the attribute of an assignment may belong to, as it was inferred when the tree was built."""
    try:
        return list(node.expr.infer())
    except Exception:  # then it was not noted with anything either
        return []


def _undo(marks: list[_Mark]) -> None:
    for attributes, name, node in marks:
        if node in attributes.get(name, ()):
            attributes[name].remove(node)
            if not attributes[name]:
                del attributes[name]


def _walk(tree: Node) -> Iterator[Node]:
    """Every node, parents before their children."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.get_children())


def _expression(tree: Node, span: Span) -> Node:
    """The expression at a place; parts of an f-string may stand where the whole does.

    Raises LookupError if there is none.
    """
    for node in _walk(tree):
        if not node.is_statement and span == (
            node.lineno,
            node.col_offset,
            node.end_lineno,
            node.end_col_offset,
        ):
            return node
    raise LookupError(span)


def _values(inferred: list[Node]) -> tuple[Value, ...] | None:
    found: dict[tuple[type, Value], Value] = {}
    for node in inferred:
        if type(node).__name__ == "Const":
            value = node.value
        elif type(node).__name__ == "Dict":
            value = _keys(node)
        else:
            return None
        found[type(value), value] = value  # 1 and True are two values
    return tuple(found.values()) or None


def _keys(node: Node) -> tuple[str, ...]:
    """The keys that are strings. Raises ValueError if one of the keys is not known."""
    keys = []
    for key, _ in node.items:
        inferred = list(islice(key.infer(), 2))
        if len(inferred) != 1 or type(inferred[0]).__name__ != "Const":
            raise ValueError(node)
        keys.append(inferred[0].value)
    return tuple(dict.fromkeys(key for key in keys if isinstance(key, str)))


def _classes(inferred: list[Node]) -> frozenset[str] | None:
    """None if one of the values is not an instance: unknown, a class, a function, a module."""
    from astroid.bases import BaseInstance

    if not all(isinstance(node, BaseInstance) for node in inferred):
        return None
    return frozenset(node.pytype() for node in inferred)
