"""Words that check, fail, skip, look at a clock, or let time go by."""

from __future__ import annotations

# The last name of a call that fails unless what it is given holds.
ASSERTS = (
    r"(?i)^_?assert|^_*(check|verify|expect|ensure|validate|compare|should|must|raises|warns|unwrap)"
    r"|_(assert|check|verify)_|_(raises|fails|asserts?)$|ShouldBe"
)

# The last name of a call that always fails or skips.
FAILS = r"^_?(fail|failNow|skip|skipTest|importorskip|xfail|exit|_exit|abort)$"

# The last name of a call whose business is to raise.
RAISES = r"(?i)^_*(raise|throw|reraise|fail)(?!s$|ed|ure)"

# The harness of pytest: what it raises is no Exception.
PYTEST_FAIL = "pytest.fail"

# The handlers' types that catch a failed assertion.
CATCHES_ASSERTIONS = frozenset({"Exception", "BaseException", "AssertionError", "self.failureException"})

# Calls that tell somebody what happened and change nothing.
TELLS = r"(?i)(^|\.)(print|debug|info|warn|warning|error|exception|critical|print_exc|print_exception|sleep)$"
TELLS_TO = r"(?i)(^|\.)_?(log|logger|logging|traceback|warnings|sys\.(stdout|stderr))(\.|$)|^(print|time)$"

# Context managers that expect a failure, or an end, of what is inside.
EXPECTS = r"(?i)raises|expect|suppress|timeout|deadline|cancel|fail_after|move_on|warns|alarm|skip"

# Context managers that run something beside what is inside, for as long as that takes.
RUNS_MEANWHILE = r"(?i)threads|nursery|task_?group|cancel|scope|executor|pool"

# A comment that says why either outcome is right.
EITHER_IS_RIGHT = (
    r"(?i)\b(bug|lp|issue|bpo|gh|rhbz|ticket|jira|cve)[\s#:/-]*\d|#\s*\d{3,}|/\d{4,}"
    r"|\b(may|might|can|could|either|sometimes|depend\w*|some|older|newer|certain|not all|optional\w*|racy"
    r"|race|flaky|ignore|platforms?|versions?|ok|okay|fine|allowed|acceptable|tolerate\w*|if\b.*(rais|fail))\b"
    r"|\b(not|n't) (raise|fail|crash)|no (error|exception)"
)

# A comment on what an exception says.
ABOUT_THE_MESSAGE = r"(?i)\b(message|wording|text|phras\w*|spell\w*)\b"

# A handler of what the system may do or leave: one of several numbers, or a call that was not done in time.
TOLERATES = (
    r"(?i)In\(\w+\.(errno|winerror)|errno in\b|timed out|\b(EAGAIN|EWOULDBLOCK|EINPROGRESS|ETIMEDOUT|EINTR)\b"
)

# Functions that stop the caller for a time.
SLEEPS = frozenset(
    {
        "time.sleep",
        "asyncio.sleep",
        "eventlet.sleep",
        "eventlet.greenthread.sleep",
        "eventlet.green.time.sleep",
        "gevent.sleep",
        "tornado.gen.sleep",
        "trio.sleep",
        "anyio.sleep",
    }
)

# Names of tests, classes and files in which time is the subject.
ABOUT_TIME = (
    r"(?i)expir|ttl|time|timing|keep_?alive|heart_?beat|delay|interval|(?<!b)lock|wait|sleep|slow|retr[iy]"
    r"|durat|period|latenc|throttl|rate_?limit|backoff|poll|schedul|cron(_|$)|elapsed|idle|lease|stale|aging"
    r"|debounce|after_|concurren|parallel|(^|_)race|benchmark|perf(_|$)|stress|soak|profil|linger|(^|_)hang"
    r"|cancel|interrupt|signal|alarm|watchdog|uptime|(^|_)tick"
)

# What tells the time.
CLOCKS = (
    r"(^|\.)(time|monotonic|perf_counter|process_time|thread_time|clock|now|utcnow|today|time_ns|monotonic_ns"
    r"|perf_counter_ns|default_timer|getloadavg|StopWatch|elapsed|expired|seconds|times|getrusage"
    r"|current_time|utcnow_ts|localtime|gmtime|strftime)$"
)

# Names of a moment, or of a span of time, in the code.
MOMENTS = r"(?i)deadline|time_?out|timed|expir|remaining|elapsed|clock|until|time_left|attempt|retr[iy]|tries"

# Words of a test whose objects carry a moment, or a span of time, of their own, which must go by.
STAMPED = (
    r"(?i)(\b|_)[acmu]time\b|time_?stamp|(created|updated|modified|deleted|changed)_?(at|on|since)\b|\bdate(time|s)?\b"
    r"|modified\b|expir|(max|min)_?age|ttl\b|lifetime|(time_?out|interval|delay|period|seconds)['\"]?\s*[=:,\]]"
    r"|heart_?beat|keep_?alive|rate_?limit|call_(later|at)\b|\bTimer\(|os\.kill|send_signal|raise_signal|pthread_kill|getrusage"
)

# What in the text of a file replaces a sleep.
PATCHED_SLEEP = (
    r"(patch|setattr|stub|replace|mock|Monkey)\w*(\.\w+)*\([^()\n]*(\n[^()\n]*)?\bsleep\b"
    r"|\bsleep\w* ?= ?(mock|Mock|lambda|fake)"
)

# What in the text of a file ends a test that takes too long.
TIMED_HARNESS = (
    r"mark\.timeout|fixtures\.Timeout|[^\w]Timeout\(|useFixture\([^)]*Timeout|gen_test|signal\.(alarm|setitimer)"
    r"|dump_traceback_later|OS_TEST_TIMEOUT|LONG_TIMEOUT|watchdog|wait_for\(|asyncio\.timeout|async_timeout"
    r"|fail_after|move_on_after|func_timeout|timeout_decorator|@\w*timeout|@timed"
)

# Functions that run beside the test, by their names.
RUNS_BESIDE = (
    r"(?i)^_*(main|run|worker|serve|server|daemon|loop|forever|target|consume|produce|handle|thread)"
    r"|_(worker|server|daemon|loop|thread|process|target|forever|main|child|proc|task)$"
)

# Methods that read on in what is delivered piece by piece.
READS_ON = (
    r"^(recv|read|iter|next|page|send|write)\w*$|^(get_nowait|accept|fetchmany|fetchone|__next__|anext)$"
)

# Names of the place in a listing that is read page by page.
PAGES = r"(?i)marker|cursor|page|offset|next_token|continuation"

# Methods that ask again how something is doing.
LOOKS_AGAIN = (
    r"^_?(get|show|list|find|fetch|detail|describe|refresh|reload|search|query|read|retrieve|lookup|update|poll"
    r"|is|has|check|exists|status|state|inspect|stat|count|len|info|ping|probe)(_|$|(?=[A-Z]))"
    r"|^(refresh_from_db|all|any|isalive|isfile|isdir)$"
)

# What waits for ever unless it is given a time: the maker, the methods, and the place of the argument.
ENDLESS = {
    "threading.Thread": {"join": 0},
    "threading.Timer": {"join": 0},
    "threading.Event": {"wait": 0},
    "threading.Condition": {"wait": 0},
    "threading.Barrier": {"wait": 0},
    "multiprocessing.Process": {"join": 0},
    "multiprocessing.Event": {"wait": 0},
    "multiprocessing.Queue": {"get": 1},
    "queue.Queue": {"get": 1},
    "queue.LifoQueue": {"get": 1},
    "queue.PriorityQueue": {"get": 1},
    "queue.SimpleQueue": {"get": 1},
    "subprocess.Popen": {"wait": 0, "communicate": 1},
}
