"""A server on loopback that misbehaves by script, path by path."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import brotli
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from archive.http.content_coding import zstd
from tests.served import Served

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
BLOCK = 16 * 1024 * 1024
GIGABYTE = 1024**3
SENTENCES = (
    "Городской совет принял бюджет на следующий год, расходы на ремонт дорог вырастут почти вдвое.",
    "Депутаты спорили шесть часов, и только к вечеру удалось договориться о порядке выплат.",
    "Мэр сказал, что работы начнутся весной, как только позволит погода и будут проведены торги.",
)


@dataclass
class Hostile(Served):
    """Hosts, each at a port of its own, with a script for each path; other paths respond 404.

    "*" is the script of all other paths; "at once" runs as soon as a connection is open.
    """

    hosts: Mapping[str, Mapping[str, Script]]
    contexts: Mapping[str, ssl.SSLContext] = field(default_factory=dict)
    asked: list[tuple[str, str, float]] = field(default_factory=list)  # host, path, when
    ports: dict[str, int] = field(default_factory=dict)

    def url(self, host: str, path: str = "/") -> str:
        scheme = "https" if host in self.contexts else "http"
        return f"{scheme}://127.0.0.1:{self.ports[host]}{path}"

    def paths(self, host: str) -> list[str]:
        """Return the paths requested from a host, in order."""
        return [path for one, path, _ in self.asked if one == host]

    async def listen(self) -> None:
        for host, paths in self.hosts.items():
            server = await asyncio.start_server(
                self._talking(host, paths), "127.0.0.1", 0, ssl=self.contexts.get(host)
            )
            self.ports[host] = server.sockets[0].getsockname()[1]

    def _talking(
        self, host: str, paths: Mapping[str, Script]
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                if "at once" in paths:
                    await paths["at once"](writer)
                    writer.close()
                    return
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ")[1].decode()
                self.asked.append((host, path, time.monotonic()))
                script = paths.get(path) or paths.get("*") or sends(b"HTTP/1.1 404 Not Found\r\n\r\n")
                await script(writer)
                writer.close()
            except (OSError, asyncio.IncompleteReadError):
                writer.transport.abort()

        return talk


def sends(*pieces: bytes, then: str = "close") -> Script:
    """Return a script that sends pieces and then ends with "close", "reset" or "silence"."""

    async def script(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if then == "reset":
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif then == "silence":
            await asyncio.Event().wait()  # until the client disconnects or the server is stopped

    return script


def sends_for_ever(begin: bytes, piece: bytes, pause: float = 0.0) -> Script:
    """Return a script that sends a beginning and then the same piece until the client disconnects."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


def in_turn(*scripts: Script) -> Script:
    """Return a script that runs one script per request, the last one for all that follow."""
    waiting = list(scripts)

    async def script(writer: asyncio.StreamWriter) -> None:
        await (waiting.pop(0) if len(waiting) > 1 else waiting[0])(writer)

    return script


def answers(body: bytes | str, *headers: str, status: str = "200 OK", kind: str = "text/html") -> Script:
    """Return a script that sends a well-formed response."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}; charset=utf-8", f"Content-Length: {len(data)}"]
    return sends("\r\n".join([*lines, *headers, "", ""]).encode() + data)


def redirects(target: str) -> Script:
    return answers("", f"Location: {target}", status="302 Found")


def article(title: str, within: str = "") -> str:
    """Return a page that is extracted as an article, with `within` after its text."""
    paragraphs = "".join(f"<p>{one}</p>" for one in SENTENCES)
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f'<time datetime="2022-01-10T11:55:00+02:00">11:55 10 января 2022</time>{paragraphs}</article>'
        f"{within}</body></html>"
    )


def listing(*paths: str, more: str = "") -> str:
    """Return a section's page with a headline for each path."""
    items = "".join(
        f'<li><a href="{path}">Новость номер {number} о городе и людях</a>'
        f" <span>10 января 2022, 11:{number % 60:02}</span></li>"
        for number, path in enumerate(paths)
    )
    return f"<html><body><h1>Город</h1><ul>{items}</ul>{more}</body></html>"


@cache
def bomb(coding: str, text: bytes) -> bytes:
    """Return a gigabyte of a text, compressed into a megabyte or less."""
    block = (text * (BLOCK // len(text) + 1))[:BLOCK]
    if coding == "zstd":
        return zstd.compress(block, level=1) * (GIGABYTE // BLOCK)
    if coding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join(packer.process(block) for _ in range(GIGABYTE // BLOCK)) + packer.finish()
    deflate = zlib.compressobj(9, wbits=-15)
    # Data between two full flushes does not depend on earlier data, so it can be repeated.
    part = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + part * (GIGABYTE // BLOCK) + deflate.flush()


def packed(coding: str, text: bytes, kind: str = "text/html") -> Script:
    """Return a script that sends a decompression bomb."""
    return answers(bomb(coding, text), f"Content-Encoding: {coding}", kind=kind)


def certificate(folder: Path, *, days: int) -> ssl.SSLContext:
    """Return a server's TLS context with a self-signed certificate, valid for a number of days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"server{days}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
