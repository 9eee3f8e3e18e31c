"""Sockets, servers and connections of the standard library and of eventlet."""

from __future__ import annotations

from flake8_testhygiene.catalog.resource import Resource

CLOSED = (".close", ".detach")

SOCKETS = (
    Resource("socket.socket", "socket", "network", CLOSED, ".close"),
    Resource("socket.create_connection", "socket", "network", CLOSED, ".close"),
    Resource("socket.create_server", "socket", "network", CLOSED, ".close"),
    Resource("socket.fromfd", "socket", "network", CLOSED, ".close"),
    Resource("socket.socketpair", "socket", "network", CLOSED, ".close", manages=False),
    # Whatever is called listener, accept() of it gives a connection.
    *(
        Resource(name, "connection", "network", CLOSED, ".close")
        for name in (
            "socket.socket().accept",
            "socket.create_server().accept",
            "*listener.accept",
        )
    ),
    *(
        Resource(name, "socket", "network", CLOSED, ".close")
        for name in (
            "ssl.wrap_socket",
            "ssl.SSLContext().wrap_socket",
            "ssl.create_default_context().wrap_socket",
            "*context.wrap_socket",
        )
    ),
    Resource("eventlet.listen", "socket", "network", CLOSED, ".close", manages=False),
)

CONNECTIONS = (
    *(
        Resource(
            name,
            "connection",
            "network",
            (".close",),
            ".close",
            manages=False,
            begins=("request", "connect", "putrequest"),
        )
        for name in ("http.client.HTTPConnection", "http.client.HTTPSConnection")
    ),
    Resource("urllib.request.urlopen", "response", "network", (".close",), ".close"),
    # Without a host these connect to nothing yet.
    *(
        Resource(name, "connection", "network", (".quit", ".close"), ".quit", given=True)
        for name in ("smtplib.SMTP", "smtplib.SMTP_SSL", "smtplib.LMTP", "ftplib.FTP", "ftplib.FTP_TLS")
    ),
    *(
        Resource(name, "connection", "network", (".logout", ".shutdown"), ".logout", given=True)
        for name in ("imaplib.IMAP4", "imaplib.IMAP4_SSL")
    ),
    *(
        Resource(name, "connection", "network", (".quit", ".close"), ".quit", manages=False, given=True)
        for name in ("poplib.POP3", "poplib.POP3_SSL")
    ),
    Resource("telnetlib.Telnet", "connection", "network", (".close",), ".close", given=True),
    Resource("multiprocessing.connection.Listener().accept", "connection", "network", (".close",), ".close"),
    Resource("multiprocessing.connection.Client", "connection", "network", (".close",), ".close"),
)

SERVERS = (
    *(
        Resource(name, "server", "network", (".server_close",), ".server_close")
        for name in (
            "http.server.HTTPServer",
            "http.server.ThreadingHTTPServer",
            "socketserver.TCPServer",
            "socketserver.UDPServer",
            "socketserver.ThreadingTCPServer",
            "socketserver.ThreadingUDPServer",
            "wsgiref.simple_server.WSGIServer",
            "xmlrpc.server.SimpleXMLRPCServer",
        )
    ),
    Resource("multiprocessing.connection.Listener", "listener", "network", (".close",), ".close"),
)

SELECTORS = tuple(
    Resource(name, "selector", "network", (".close",), ".close")
    for name in ("selectors.DefaultSelector", "selectors.SelectSelector", "select.epoll")
)

NETWORK = (*SOCKETS, *CONNECTIONS, *SERVERS, *SELECTORS)
