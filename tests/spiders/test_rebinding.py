"""A name that resolves to a private address is refused at the connection, and so is one that begins to."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy import Request
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.testing import MemoryReactorClock, StringTransport

from spiders.politeness import Guard
from spiders.wire import ForbiddenAddress, _Factory, _GuardedEndpoint, _Tap

URL = "http://news.example/a"


class Resolver:
    """Answers each question with the next address."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    def resolveHostName(
        self, receiver: Any, hostName: str, portNumber: int = 0, addressTypes: Any = None, **_: Any
    ) -> Any:
        kind = IPv6Address if ":" in self.addresses[0] else IPv4Address
        receiver.resolutionBegan(self)
        receiver.addressResolved(kind("TCP", self.addresses.pop(0), portNumber))
        receiver.resolutionComplete()
        return receiver


class Connecting:
    """One crawl's way to a host, up to the connection; nothing leaves this process."""

    def __init__(self, *addresses: str) -> None:
        self.reactor = MemoryReactorClock()
        self.reactor.nameResolver = Resolver(*addresses)  # type: ignore[attr-defined]
        self.guard = Guard(())

    def connect(self) -> tuple[bytes, object]:
        """What was sent when the connection stood, and what became of it."""
        tap = _Tap(Request(URL), self.guard, 0)
        endpoint = _GuardedEndpoint(HostnameEndpoint(self.reactor, "news.example", 80), tap.permit)
        ended: list[Any] = []
        endpoint.connect(_Factory(lambda protocol: None, "news.example")).addBoth(ended.append)  # type: ignore[no-untyped-call]
        host, port, factory, _, _ = self.reactor.tcpClients[-1]
        kind = IPv6Address if ":" in host else IPv4Address
        transport = StringTransport()
        protocol = factory.buildProtocol(kind("TCP", host, port))
        if protocol is not None:
            protocol.makeConnection(transport)
        self.reactor.advance(60)
        return transport.value(), getattr(ended[0], "value", ended[0])


def test_a_public_address_is_connected_to() -> None:
    sent, protocol = Connecting("93.184.215.14").connect()
    assert sent == b""
    assert not isinstance(protocol, Exception)


@pytest.mark.parametrize(
    "ip", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "fd00::1", "0.0.0.0"]
)
def test_a_name_that_lies_at_a_private_address_is_refused_before_a_byte_is_sent(ip: str) -> None:
    sent, error = Connecting(ip).connect()
    assert sent == b""
    assert isinstance(error, ForbiddenAddress)
    assert ip in str(error)


def test_a_name_that_moves_to_a_private_address_between_two_looks_is_refused() -> None:
    connecting = Connecting("93.184.215.14", "127.0.0.1")
    assert not isinstance(connecting.connect()[1], Exception)
    assert isinstance(connecting.connect()[1], ForbiddenAddress)
