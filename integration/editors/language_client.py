"""A client of a language server: as much of the protocol as it takes to see what an editor would show."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PATIENCE = 60  # seconds that an answer may take


class LanguageServer:
    """A running server and the documents that are open in it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        self._input = process.stdin
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._versions: dict[str, int] = {}
        self._requests = 0
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def request(self, method: str, **parameters: Any) -> Any:
        """The server's answer to a request."""
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": parameters or None})
        while (message := self._next()).get("id") != self._requests or "method" in message:
            pass
        return message["result"]

    def notify(self, method: str, **parameters: Any) -> None:
        """Tell the server something that it does not answer."""
        self._send({"method": method, "params": parameters})

    def initialize(self, root: Path, settings: dict[str, Any]) -> None:
        """Greet the server for the folder ``root``, with the user's settings."""
        folders = [{"uri": root.as_uri(), "name": root.name}]
        self.request(
            "initialize",
            processId=os.getpid(),
            rootUri=root.as_uri(),
            workspaceFolders=folders,
            capabilities={},
        )
        self.notify("initialized")
        self.notify("workspace/didChangeConfiguration", settings=settings)

    def opened(self, path: Path, text: str) -> list[dict[str, Any]]:
        """The diagnostics of a document that has just been opened with a text, saved or not."""
        self._versions[path.as_uri()] = 1
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return self._diagnostics(path)

    def changed(self, path: Path, text: str) -> list[dict[str, Any]]:
        """The diagnostics of an open document whose text has just become another one."""
        self._versions[path.as_uri()] += 1
        document = {"uri": path.as_uri(), "version": self._versions[path.as_uri()]}
        self.notify("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])
        return self._diagnostics(path)

    def _diagnostics(self, path: Path) -> list[dict[str, Any]]:
        wanted = path.as_uri(), self._versions[path.as_uri()]
        while True:
            message = self._next()
            parameters = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and (
                (parameters["uri"], parameters["version"]) == wanted
            ):
                found: list[dict[str, Any]] = parameters["diagnostics"]
                return found

    def _next(self) -> dict[str, Any]:
        """The next message; requests of the server are answered with nothing."""
        message = self._messages.get(timeout=PATIENCE)
        if "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._input.flush()

    def _read(self, output: IO[bytes]) -> None:
        while header := output.readline():
            length = int(header.partition(b":")[2]) if header.lower().startswith(b"content-length") else 0
            while output.readline().strip():
                pass
            self._messages.put(json.loads(output.read(length)))


@contextmanager
def running(command: Sequence[str], path: str) -> Iterator[LanguageServer]:
    """Start a server that finds programs in the folders ``path``, and see that it ends as it should."""
    environment = {**os.environ, "PATH": path}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        try:
            server = LanguageServer(process)
            yield server
            server.request("shutdown")
            server.notify("exit")
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            process.kill()
