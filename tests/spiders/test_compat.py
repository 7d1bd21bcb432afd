"""The private names of Scrapy and Twisted in spiders/_compat.py exist in the installed releases."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from scrapy.core.downloader.handlers import http11
from twisted.internet.testing import StringTransport
from twisted.web import _newclient, client
from twisted.web.http_headers import Headers

ROOT = Path(__file__).parents[2]
INSTALLED = f"Scrapy {version('scrapy')} and Twisted {version('twisted')}"


def _is_private(path: str) -> bool:
    return path.split(".")[0] in ("scrapy", "twisted") and "._" in path


def _private_imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from filter(_is_private, (f"{node.module}.{name.name}" for name in node.names))
        elif isinstance(node, ast.Import):
            yield from filter(_is_private, (name.name for name in node.names))


def _used_names(function: Callable[..., Any]) -> set[str]:
    """Return the attributes and globals that a function uses, in its inner functions too."""
    names: set[str] = set()
    codes = [inspect.unwrap(function).__code__]
    while codes:
        code = codes.pop()
        names |= {*code.co_names, *code.co_varnames}
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return names


@pytest.mark.parametrize("name", sorted(_private_imports(ROOT / "spiders/_compat.py")))
def test_a_private_name_can_be_imported(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    assert hasattr(importlib.import_module(module), attribute), (
        f"{INSTALLED} have no {name}: find its replacement for spiders/_compat.py."
    )


@pytest.mark.parametrize(
    "attribute",
    [
        "_contextFactory",
        "_bind_address",
        "_default_maxsize",
        "_fail_on_dataloss",
        "_tls_verbose_logging",
        "_pool",
        "crawler",
    ],
)
def test_scrapys_handler_sets_the_attribute(attribute: str) -> None:
    handler = http11.HTTP11DownloadHandler
    used = set().union(
        *(_used_names(base.__init__) for base in handler.__mro__[:-1] if "__init__" in vars(base))
    )
    assert attribute in used, (
        f"HTTP11DownloadHandler of {INSTALLED} has no {attribute}: see DownloadHandler in spiders/_compat.py."
    )


def test_a_pool_of_connections_makes_them_with_its_attribute_factory() -> None:
    assert "_factory" in _used_names(client.HTTPConnectionPool._newConnection), (
        f"HTTPConnectionPool of {INSTALLED} does not use _factory: see DownloadHandler in spiders/_compat.py."
    )


def test_scrapys_agent_gets_its_twisted_agent_from_the_method_that_is_overridden() -> None:
    assert "_get_agent" in _used_names(http11._ScrapyAgent.download_request), (
        f"_ScrapyAgent of {INSTALLED} does not call _get_agent: see RequestAgent in spiders/_compat.py."
    )
    assert list(inspect.signature(http11._ScrapyAgent._get_agent).parameters) == [
        "self",
        "request",
        "timeout",
    ], (
        f"_ScrapyAgent._get_agent of {INSTALLED} takes other parameters: see RequestAgent in spiders/_compat.py."
    )


@pytest.mark.parametrize(
    "member",
    ["MAX_LENGTH", "dataReceived", "headerReceived", "lineLengthExceeded", "connectionLost"],
)
def test_twisteds_parser_has_the_member(member: str) -> None:
    assert hasattr(_newclient.HTTPClientParser, member), (
        f"HTTPClientParser of {INSTALLED} has no {member}: see ClientParser in spiders/_compat.py."
    )


def test_twisteds_parser_passes_from_state_to_state() -> None:
    request = _newclient.Request(b"GET", b"/", Headers({b"host": [b"news.example"]}), None)
    parser = _newclient.HTTPClientParser(request, lambda rest: None)
    parser.makeConnection(StringTransport())  # type: ignore[no-untyped-call]
    states = [parser.state]
    for data in (b"HTTP/1.1 200 OK\r\n", b"Content-Length: 1\r\n\r\n", b"x"):
        parser.dataReceived(data)  # type: ignore[no-untyped-call]
        states.append(parser.state)
    assert states[:2] + states[3:] == [_newclient.STATUS, _newclient.HEADER, _newclient.DONE], (
        f"HTTPClientParser of {INSTALLED} has other states: see IN_STATUS_LINE in spiders/_compat.py."
    )
    assert parser.request is request


def test_twisteds_connection_keeps_its_parser_in_the_attribute() -> None:
    assert "_parser" in _used_names(_newclient.HTTP11ClientProtocol.request), (
        f"HTTP11ClientProtocol of {INSTALLED} has no _parser: see ClientConnection in spiders/_compat.py."
    )


def test_twisteds_factory_keeps_the_callback_that_returns_a_connection_to_the_pool() -> None:
    assert "_quiescentCallback" in _used_names(client._HTTP11ClientFactory.__init__), (
        f"_HTTP11ClientFactory of {INSTALLED} has no _quiescentCallback: "
        "see ConnectionFactory in spiders/_compat.py."
    )


def test_another_release_is_reported_with_one_clear_sentence() -> None:
    code = (
        "import scrapy.core.downloader.handlers.http11 as http11\n"
        "del http11._ScrapyAgent\n"
        "try:\n    import spiders._compat\n"
        "except ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(
        f"newsarchive cannot crawl with the installed {INSTALLED}: cannot import name"
    )
    assert "_ScrapyAgent" in done.stdout


def test_private_names_are_used_nowhere_else() -> None:
    others = [
        f"{path.relative_to(ROOT)}: {name}"
        for package in ("archive", "spiders", "newsarchive")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path != ROOT / "spiders/_compat.py"
        for name in _private_imports(path)
    ]
    assert others == []
