"""Calls that connect to a host and calls that bind a port, and which argument says to what."""

from __future__ import annotations

from typing import NamedTuple

URL, HOST, ADDRESS, PORT, HOST_AND_PORT = "url", "host", "address", "port", "host and port"


class Endpoint(NamedTuple):
    """A call, and the argument that names the other end or the own one.

    ``call`` is the public dotted name; ``x().method`` is a method of what another call made, ``*`` stands
    for any characters. ``place`` is the number of the argument, ``keyword`` its name; ``form`` is how it is
    written: a URL, a host, a port, a pair of the two, or both in one string. Where ``begins`` names
    methods, nothing is connected or bound before one of them is called on the result. ``named`` is a module
    that the file must name besides.
    """

    call: str
    place: int
    keyword: str
    form: str
    begins: tuple[str, ...] = ()
    named: str = ""


_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_HTTP_CLIENTS = (
    "requests",
    "requests.Session()",
    "requests.session()",
    "requests.sessions.Session()",
    "httpx",
    "httpx.Client()",
    "httpx.AsyncClient()",
    "aiohttp.ClientSession()",
    "aiohttp.client.ClientSession()",
)
_TALKS = ("request", "connect", "putrequest", "urlopen")
# One who can make a server of asyncio or connect with it.
_LOOPS = ("asyncio.get_event_loop()", "asyncio.get_running_loop()", "asyncio.new_event_loop()", "*loop")

CONNECTS = (
    *(Endpoint(f"{client}.{method}", 0, "url", URL) for client in _HTTP_CLIENTS for method in _METHODS),
    *(Endpoint(f"{client}.{method}", 1, "url", URL) for client in _HTTP_CLIENTS for method in ("request",)),
    Endpoint("httpx.stream", 1, "url", URL),
    Endpoint("aiohttp.request", 1, "url", URL),
    Endpoint("aiohttp.ClientSession().ws_connect", 0, "url", URL),
    Endpoint("urllib.request.urlopen", 0, "url", URL),
    Endpoint("urllib.request.urlretrieve", 0, "url", URL),
    Endpoint("six.moves.urllib.request.urlopen", 0, "url", URL),
    Endpoint("urllib2.urlopen", 0, "url", URL),
    Endpoint("urllib3.request", 1, "url", URL),
    Endpoint("urllib3.PoolManager().request", 1, "url", URL),
    Endpoint("urllib3.PoolManager().urlopen", 1, "url", URL),
    Endpoint("tornado.httpclient.AsyncHTTPClient().fetch", 0, "request", URL),
    Endpoint("tornado.httpclient.HTTPClient().fetch", 0, "request", URL),
    Endpoint("tornado.websocket.websocket_connect", 0, "url", URL),
    Endpoint("websockets.connect", 0, "uri", URL),
    Endpoint("websocket.create_connection", 0, "url", URL),
    Endpoint("git.Repo.clone_from", 0, "url", URL),
    Endpoint("pandas.read_csv", 0, "filepath_or_buffer", URL),
    Endpoint("pandas.read_json", 0, "path_or_buf", URL),
    Endpoint("pandas.read_html", 0, "io", URL),
    *(
        Endpoint(f"{module}.{name}", 0, "host", HOST, _TALKS)
        for module in ("http.client", "urllib3", "urllib3.connection")
        for name in ("HTTPConnection", "HTTPSConnection", "HTTPConnectionPool", "HTTPSConnectionPool")
        if ("Pool" in name) is (module == "urllib3")
    ),
    *(
        Endpoint(name, 0, "host", HOST)
        for name in (
            "smtplib.SMTP",
            "smtplib.SMTP_SSL",
            "smtplib.SMTP().connect",
            "ftplib.FTP",
            "ftplib.FTP_TLS",
            "ftplib.FTP().connect",
            "imaplib.IMAP4",
            "imaplib.IMAP4_SSL",
            "poplib.POP3",
            "poplib.POP3_SSL",
            "telnetlib.Telnet",
            "asyncio.open_connection",
            "socket.gethostbyname",
            "socket.getaddrinfo",
        )
    ),
    Endpoint("paramiko.SSHClient().connect", 0, "hostname", HOST),
    *(Endpoint(f"{loop}.create_connection", 1, "host", HOST, (), "asyncio") for loop in _LOOPS),
    Endpoint("socket.create_connection", 0, "address", ADDRESS),
    Endpoint("socket.socket().connect", 0, "address", ADDRESS),
    Endpoint("socket.socket().connect_ex", 0, "address", ADDRESS),
    Endpoint("ssl.get_server_certificate", 0, "addr", ADDRESS),
)

# With one of these a client talks to something else than the host it is told.
ELSEWHERE = frozenset(
    {"transport", "app", "mounts", "proxies", "proxy", "proxy_url", "connector", "sock", "unix_socket"}
)

_SERVES = ("start", "serve_forever", "serve", "run", "listen", "handle_request", "__enter__")

BINDS = (
    Endpoint("socket.socket().bind", 0, "address", ADDRESS),
    Endpoint("socket.create_server", 0, "address", ADDRESS),
    *(
        Endpoint(f"socketserver.{name}", 0, "server_address", ADDRESS)
        for name in (
            "TCPServer",
            "UDPServer",
            "ThreadingTCPServer",
            "ThreadingUDPServer",
            "ForkingTCPServer",
            "ForkingUDPServer",
        )
    ),
    *(
        Endpoint(f"http.server.{name}", 0, "server_address", ADDRESS)
        for name in ("HTTPServer", "ThreadingHTTPServer")
    ),
    Endpoint("xmlrpc.server.SimpleXMLRPCServer", 0, "addr", ADDRESS),
    Endpoint("wsgiref.simple_server.WSGIServer", 0, "server_address", ADDRESS),
    Endpoint("wsgiref.simple_server.make_server", 1, "port", PORT),
    Endpoint("asyncio.start_server", 2, "port", PORT),
    *(Endpoint(f"{loop}.create_server", 2, "port", PORT, (), "asyncio") for loop in _LOOPS),
    *(
        Endpoint(f"{loop}.create_datagram_endpoint", 1, "local_addr", ADDRESS, (), "asyncio")
        for loop in _LOOPS
    ),
    Endpoint("multiprocessing.connection.Listener", 0, "address", ADDRESS),
    Endpoint("multiprocessing.managers.BaseManager", 0, "address", ADDRESS, ("start", "get_server")),
    Endpoint("eventlet.listen", 0, "addr", ADDRESS),
    Endpoint("gevent.server.StreamServer", 0, "listener", ADDRESS, _SERVES),
    Endpoint("gevent.pywsgi.WSGIServer", 0, "listener", ADDRESS, _SERVES),
    Endpoint("werkzeug.serving.run_simple", 1, "port", PORT),
    Endpoint("werkzeug.serving.make_server", 1, "port", PORT),
    Endpoint("flask.Flask().run", 1, "port", PORT),
    Endpoint("uvicorn.run", 99, "port", PORT),
    Endpoint("aiohttp.web.run_app", 2, "port", PORT),
    Endpoint("aiohttp.web.TCPSite", 2, "port", PORT, _SERVES),
    Endpoint("aiohttp.test_utils.TestServer", 99, "port", PORT),
    Endpoint("tornado.httpserver.HTTPServer().listen", 0, "port", PORT),
    Endpoint("tornado.httpserver.HTTPServer().bind", 0, "port", PORT),
    Endpoint("tornado.web.Application().listen", 0, "port", PORT),
    *(
        Endpoint(f"twisted.internet.reactor.{name}", 0, "port", PORT)
        for name in ("listenTCP", "listenUDP", "listenSSL")
    ),
    Endpoint("grpc.server().add_insecure_port", 0, "address", HOST_AND_PORT),
    Endpoint("grpc.server().add_secure_port", 0, "address", HOST_AND_PORT),
    Endpoint("grpc.aio.server().add_insecure_port", 0, "address", HOST_AND_PORT),
    Endpoint("websockets.serve", 2, "port", PORT),
    Endpoint("zmq.Context().socket().bind", 0, "addr", HOST_AND_PORT),
    Endpoint("prometheus_client.start_http_server", 0, "port", PORT),
    # Whatever is called a server, once it is started.
    Endpoint("*Server", 0, "address", ADDRESS, _SERVES),
    Endpoint("*Server", 99, "port", PORT, _SERVES),
)
