"""IP addresses are checked when a connection is made, against DNS rebinding."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy import Request
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.testing import MemoryReactorClock, StringTransport

from spiders.crawl.politeness import Guard
from spiders.fetch.errors import ForbiddenAddress
from spiders.fetch.handler import _ConnectionFactory, _GuardedReactor, _Tap

URL = "http://news.example/a"
PUBLIC = "93.184.215.14"


class Resolver:
    """A resolver that returns the next addresses for each lookup."""

    def __init__(self, *lookups: tuple[str, ...]) -> None:
        self.lookups = list(lookups)

    def resolveHostName(
        self, receiver: Any, hostName: str, portNumber: int = 0, addressTypes: Any = None, **_: Any
    ) -> Any:
        receiver.resolutionBegan(self)
        for address in self.lookups.pop(0):
            receiver.addressResolved(_kind(address)("TCP", address, portNumber))
        receiver.resolutionComplete()
        return receiver


class Connector:
    """The way of a request up to the connection; nothing leaves this process."""

    def __init__(self, *lookups: tuple[str, ...]) -> None:
        self.reactor = MemoryReactorClock()
        self.reactor.nameResolver = Resolver(*lookups)  # type: ignore[attr-defined]
        self.guard = Guard(())

    def connect(self) -> tuple[list[str], object]:
        """Return the addresses that a request connected to, and its result."""
        before = len(self.reactor.tcpClients)
        tap = _Tap(Request(URL), self.guard, 0)
        guarded: Any = _GuardedReactor(self.reactor, tap.check_address)
        endpoint = HostnameEndpoint(guarded, "news.example", 80)
        ended: list[Any] = []
        endpoint.connect(_ConnectionFactory(lambda protocol: None, "news.example")).addBoth(ended.append)  # type: ignore[no-untyped-call]
        for _ in range(100):
            if ended:
                break
            self.reactor.advance(0.3)
            clients = self.reactor.tcpClients[before:]
            if clients:
                host, port, factory, _, _ = clients[0]
                factory.buildProtocol(_kind(host)("TCP", host, port)).makeConnection(StringTransport())
        connected = [client[0] for client in self.reactor.tcpClients[before:]]
        return connected, getattr(ended[0], "value", ended[0])


def _kind(address: str) -> type[IPv4Address | IPv6Address]:
    return IPv6Address if ":" in address else IPv4Address


def test_a_public_address_is_connected_to() -> None:
    connected, protocol = Connector((PUBLIC,)).connect()
    assert connected == [PUBLIC]
    assert not isinstance(protocol, Exception)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fd00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.5",
        "::10.0.0.5",
        "64:ff9b::10.0.0.5",
        "64:ff9b:1::10.0.0.5",
        "2002:a00:5::1",
    ],
)
def test_a_name_with_a_private_address_is_not_connected_to(ip: str) -> None:
    connected, error = Connector((ip,)).connect()
    assert connected == []
    assert isinstance(error, ForbiddenAddress)
    assert (error.host, error.ip) == ("news.example", ip)


def test_a_name_that_moves_to_a_private_address_between_two_lookups_is_rejected() -> None:
    connector = Connector((PUBLIC,), ("127.0.0.1",))
    assert connector.connect()[0] == [PUBLIC]
    connected, error = connector.connect()
    assert connected == []
    assert isinstance(error, ForbiddenAddress)


@pytest.mark.parametrize("addresses", [("10.0.0.5", PUBLIC), (PUBLIC, "10.0.0.5")])
def test_of_several_addresses_of_a_name_only_the_public_is_connected_to(addresses: tuple[str, ...]) -> None:
    connected, protocol = Connector(addresses).connect()
    assert connected == [PUBLIC]
    assert not isinstance(protocol, Exception)
