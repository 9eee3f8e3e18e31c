"""Processes, pools of them, and what they share."""

from __future__ import annotations

from flake8_testhygiene.catalog.resource import Resource

REAPED_BY = (".wait", ".communicate", ".kill", ".terminate", ".poll", ".send_signal")
PROCESS_JOINED_BY = (".join", ".terminate", ".kill", ".close")
POOL_CLOSED_BY = (".close", ".terminate", ".join")

PROCESSES = (
    Resource("subprocess.Popen", "process", "process", REAPED_BY, ".wait"),
    *(
        Resource(
            name,
            "process",
            "process",
            PROCESS_JOINED_BY,
            ".join",
            manages=False,
            begins=("start",),
            unless=("daemon", "True"),
        )
        for name in ("multiprocessing.Process", "multiprocessing.get_context().Process")
    ),
    *(
        Resource(name, "pool", "process", POOL_CLOSED_BY, ".terminate")
        for name in (
            "multiprocessing.Pool",
            "multiprocessing.pool.Pool",
            "multiprocessing.get_context().Pool",
        )
    ),
    *(
        Resource(name, "manager", "process", (".shutdown",), ".shutdown")
        for name in ("multiprocessing.Manager", "multiprocessing.get_context().Manager")
    ),
    *(
        Resource(name, "executor", "process", (".shutdown",), ".shutdown")
        for name in (
            "concurrent.futures.ProcessPoolExecutor",
            "concurrent.futures.process.ProcessPoolExecutor",
        )
    ),
    Resource(
        "multiprocessing.shared_memory.SharedMemory",
        "shared memory",
        "process",
        (".unlink",),
        ".unlink",
        manages=False,
        when=("create", "True"),
    ),
)
