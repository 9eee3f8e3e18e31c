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

# Calls that fail when what they ask for is not so, or end the test in another way.
ON_PURPOSE = (
    r"^(assert\w*|raise|fail|skip|skipTest|skip_test)$|^_?(wait|poll)_|_(wait|poll)$|^check_(call|output)$"
)

# Calls that need something of the world outside: a file, a port, a program, a service, a module.
INPUT_AND_OUTPUT = (
    r"^_?(open|write\w*|read_(text|bytes)|copy(file|tree|2)?|mkdir|makedirs|symlink|link|rename|move|bind|listen"
    r"|connect|accept|urlopen|start|run|call|execute\w*|commit|create|login|import_module|load\w*"
    r"|install|boot|spawn|launch|(create|make|build|start|init|setup|open|connect|spawn|run|load|write|send|upload"
    r"|download|install|add|register|import)_\w+)$"
)

# Names of the standard library, and of mock, that do nothing of the kind although they look like it.
NEVER = (
    r"(^|\.)unittest\.mock\.|(?i:mock|fake|stub|dummy|patch|exception|error)|^(os\.path|time|datetime|random|uuid|re|io"
    r"|itertools|functools|collections|copy|string|math|logging|threading|queue|types|warnings|sys|tempfile"
    r"|platform|contextlib|weakref|enum|decimal|struct|textwrap|hashlib|base64|pathlib|typing|asyncio|gc|operator"
    r"|socket\.socket|socket\.socketpair|http\.client|argparse|configparser|optparse|dataclasses|fractions|ipaddress"
    r"|StringIO|BytesIO|OrderedDict|Path|Event|Lock|RLock|Queue|Thread|Process|super)\b"
)
