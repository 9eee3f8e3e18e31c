"""Comments that answer a reviewer: on a line, or directly above it."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from flake8_testhygiene.outline import Function, first_line
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.source import Source

# Words for machines, and lines that only part the page.
NO_REMARK = Pattern(r"#+[:!]?\s*((noqa|type:|pragma|nosec|pylint|ruff|fmt|isort|mypy|TH\d{3}:\d)|[\W_]*$)")

NEAR = 6


def on(statement: ast.stmt | ast.ExceptHandler, source: Source) -> str:
    """The comments directly above a statement, and behind it or behind the head of a block."""
    lines = source.lines
    return " ".join((*reversed(list(_above(statement.lineno, lines))), *_behind(statement, lines)))


def shortly_before(line: int, source: Source) -> str:
    """The comments on the few lines above a line, at whatever they stand."""
    lines = (text.strip() for text in source.lines[max(0, line - NEAR) : line - 1])
    return " ".join(text for text in lines if text.startswith("#") and _is_remark(text))


def within(block: ast.stmt | ast.ExceptHandler, source: Source) -> str:
    """The comments at a block and at the statements in it."""
    every = (node for node in ast.walk(block) if isinstance(node, ast.stmt | ast.ExceptHandler))
    return " ".join(filter(None, (on(each, source) for each in every)))


def anywhere(function: Function, source: Source) -> bool:
    """Whether a comment stands above a function or anywhere in it."""
    first = first_line(function)
    lines = source.lines[first - 1 : function.end_lineno]
    if any(each.lstrip().startswith("#") and _is_remark(each.lstrip()) for each in lines):
        return True  # or a line of a text that looks like one: asking costs more than it is worth
    if any("#" in each for each in lines) and any(map(_is_remark, _comments("\n".join(lines)))):
        return True
    return any(_above(first, source.lines))


def _comments(text: str) -> Iterator[str]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
            if token.type == tokenize.COMMENT:
                yield token.string
    except (tokenize.TokenError, SyntaxError):
        return  # where the lines are torn out of the file, their end may look wrong


def between(first: int, last: int, source: Source) -> str:
    """The comments on some lines, as far as their text tells: a string may pass for one."""
    found = (text[text.find("#") :].strip() for text in source.lines[max(first - 1, 0) : last] if "#" in text)
    return " ".join(filter(_is_remark, found))


def about(first: int, last: int, source: Source) -> str:
    """The comments directly above the line ``first``, and on it and those up to ``last``."""
    own = filter(_is_remark, _comments("\n".join(source.lines[first - 1 : last])))
    return " ".join((*reversed(list(_above(first, source.lines))), *own))


def _above(line: int, lines: list[str]) -> Iterator[str]:
    for text in reversed(lines[: line - 1]):
        stripped = text.strip()
        if not stripped.startswith("#"):
            return
        if _is_remark(stripped):
            yield stripped


def _behind(statement: ast.stmt | ast.ExceptHandler, lines: list[str]) -> Iterator[str]:
    """What follows the code of a statement, or of the head of a block, on its line."""
    body: list[ast.stmt] = getattr(statement, "body", [])
    if body:
        head = lines[statement.lineno - 1]
        _, sign, comment = head.partition("#") if body[0].lineno > statement.lineno else (head, "", "")
        found = sign + comment
    else:
        last = lines[(statement.end_lineno or statement.lineno) - 1].encode()
        found = last[statement.end_col_offset or 0 :].decode(errors="replace").strip()
    if found.startswith("#") and _is_remark(found):
        yield found


def _is_remark(comment: str) -> bool:
    return not NO_REMARK.match(comment)
