"""Calls that a test need not be prepared to see fail, and those it must be."""

from __future__ import annotations

# Acquiring calls that fail only where the machine is at its end.
SELDOM = frozenset(
    {
        "socket.socket",
        "socket.socketpair",
        "multiprocessing.Process",
        "multiprocessing.Pool",
        "multiprocessing.Manager",
        "concurrent.futures.ProcessPoolExecutor",
    }
)

# The kinds of which every other acquiring call may well fail: the program is missing, the quota is used up.
LIKELY = frozenset({"process", "remote", "own"})

# Methods of threads, events, processes and queues that block without a word about how it ended.
WAITS_FOR_EVER = frozenset({"wait", "poll"})

# What is asserted of an answer before anything else is done with it: that it came, with a status.
ASKS_WHETHER_IT_IS = (
    r"^(assert|assert_?(Is_?Not_?None|Is_?Instance|True|In|Is_?Not|Not_?None|Greater\w*|Not_?Equal))$"
)
STATUS = r"(?i)^(2\d\d|status|status_code|status_int|code|returncode|created|accepted|ok)$"
