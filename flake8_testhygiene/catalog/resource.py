"""What a row about a resource says."""

from __future__ import annotations

from typing import NamedTuple


class Resource(NamedTuple):
    """One way to acquire something that outlives the statement.

    ``acquire`` is the public dotted name; ``*`` in it stands for any characters, and
    ``socket.socket().accept`` is a method of what another call made. A release ``.close`` is a method of
    what was acquired, any other is a function that is given it. Where ``begins`` names methods, nothing
    is acquired before one of them is called (a thread that is never started is nothing). ``when`` is a
    keyword and the value it must have; ``unless`` one that makes the row not apply, ``not_with`` are
    keywords that do so with any value, and ``given`` rows need an argument at all. ``named`` rows count
    only where the result gets a name, and those with ``uses`` where one of these is called on the result
    or is given it: a connection that is compared and dropped was never open. ``manages`` says that
    ``with`` releases it. ``way_out`` is what the message proposes. ``strict`` rows are left alone unless
    asked for.
    """

    acquire: str
    noun: str
    kind: str
    releases: tuple[str, ...]
    way_out: str
    manages: bool = True
    begins: tuple[str, ...] = ()
    when: tuple[str, str] | None = None
    unless: tuple[str, str] | None = None
    not_with: tuple[str, ...] = ()
    given: bool = False
    named: bool = False
    uses: tuple[str, ...] = ()
    strict: bool = False
