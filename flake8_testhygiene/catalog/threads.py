"""Threads, executors, event loops, and services that run in the background of a test."""

from __future__ import annotations

from flake8_testhygiene.catalog.resource import Resource

THREADS = (
    Resource(
        "threading.Thread",
        "thread",
        "thread",
        (".join",),
        ".join",
        manages=False,
        begins=("start",),
        unless=("daemon", "True"),
    ),
    Resource(
        "threading.Timer",
        "timer",
        "thread",
        (".cancel", ".join"),
        ".cancel",
        manages=False,
        begins=("start",),
    ),
    Resource("multiprocessing.pool.ThreadPool", "pool", "thread", (".close", ".terminate"), ".terminate"),
    *(
        Resource(name, "executor", "thread", (".shutdown",), ".shutdown")
        for name in (
            "concurrent.futures.ThreadPoolExecutor",
            "concurrent.futures.thread.ThreadPoolExecutor",
            # futurist/_futures.py
            "futurist.ThreadPoolExecutor",
            "futurist.GreenThreadPoolExecutor",
        )
    ),
)

LOOPS = (
    *(
        Resource(name, "event loop", "thread", (".close",), ".close", manages=False)
        for name in ("asyncio.new_event_loop", "asyncio.SelectorEventLoop")
    ),
    Resource("asyncio.Runner", "runner", "thread", (".close",), ".close"),
)

# nova/service.py, cinder/service.py, manila/service.py, neutron/service.py, oslo_service/wsgi.py
SERVICES = tuple(
    Resource(
        name,
        "service",
        "thread",
        (".stop", ".kill", ".wait"),
        ".stop",
        manages=False,
        begins=("start",),
    )
    for name in (
        "*.service.Service",
        "*.service.Service.create",
        "*.service.WSGIService",
        "*.service.RpcService",
        "*.wsgi.Server",
        "oslo_messaging.get_rpc_server",
    )
)

IN_THE_BACKGROUND = (*THREADS, *LOOPS, *SERVICES)
