"""Records that do not match the index: every page, file name, header and API response warns of them."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from archive.core import Archive
from newsarchive.web.app import create_app
from newsarchive.web.http.mismatch_warnings import MISMATCH_HEADER
from tests import small_archive
from tests.archive.test_record_match import DIGEST
from tests.forgery import forged
from tests.small_archive import PICTURE, STYLE, SUMMIT

STAMP = "20220110100003"
PAGE = f"/snapshot/{STAMP}/{SUMMIT}"
FRAME = f"/snapshot/{STAMP}if_/{SUMMIT}"
BYTES = f"/snapshot/{STAMP}id_/{SUMMIT}"
LATER = f"/snapshot/20220111100001/{SUMMIT}"


def client_of(folder: Path) -> TestClient:
    return TestClient(create_app(folder), base_url="http://localhost:8470", follow_redirects=False)


def record_of(folder: Path, url: str) -> str:
    with Archive.open(folder) as archive:
        return archive.captures(url)[0].record_id.strip("<>").removeprefix("urn:uuid:")


def number_of(folder: Path) -> int:
    with Archive.open(folder) as archive:
        return archive.article(SUMMIT).id


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_archive.build(tmp_path_factory.mktemp("altered") / "archive")
    forged(folder, SUMMIT, "ОДКБ".encode(), "НАТО".encode())
    forged(folder, STYLE, b"#8a1f11", b"#00ff00")
    forged(folder, PICTURE, b"\x08\x02\x00\x00\x00", b"\x08\x02\x00\x00\x01")
    return folder


@pytest.fixture
def altered(folder: Path) -> Iterator[TestClient]:
    with client_of(folder) as client:
        yield client


def test_pages_show_the_altered_content_with_a_warning(folder: Path, altered: TestClient) -> None:
    for address in (PAGE, f"/record/{record_of(folder, SUMMIT)}", f"/articles/{number_of(folder)}?version=1"):
        answer = altered.get(address)
        assert answer.status_code == 200
        assert DIGEST in unescape(answer.text), address
        assert 'role="alert"' in answer.text


def test_the_banner_counts_altered_files_of_a_page(altered: TestClient) -> None:
    assert "2 of its files (images, style sheets, fonts) do not match the index" in altered.get(PAGE).text
    later = altered.get(LATER)
    assert later.status_code == 200
    assert "2 of its files" in later.text
    assert DIGEST not in unescape(later.text)


def test_an_altered_image_on_an_article_page_has_its_own_warning(folder: Path, altered: TestClient) -> None:
    latest = altered.get(f"/articles/{number_of(folder)}").text
    assert latest.count("Do not rely on this image.") == 1
    assert "Do not rely on this page." not in latest


def test_downloads_warn_in_file_name_and_headers(folder: Path, altered: TestClient) -> None:
    for address in (BYTES, f"/record/{record_of(folder, SUMMIT)}?raw"):
        answer = altered.get(address)
        assert answer.status_code == 200
        assert "НАТО".encode() in answer.content  # evidence of what is there now
        assert 'filename="ALTERED-' in answer.headers["Content-Disposition"]
        assert answer.headers[MISMATCH_HEADER] == DIGEST


@pytest.mark.parametrize("address", [PAGE, FRAME, f"/snapshot/20220110100001if_/{STYLE}"])
def test_every_form_of_a_snapshot_warns_in_a_header(altered: TestClient, address: str) -> None:
    assert altered.get(address).headers[MISMATCH_HEADER] == DIGEST


def test_the_api_reports_mismatches(folder: Path, altered: TestClient) -> None:
    key = number_of(folder)
    assert altered.get(f"/api/v1/articles/{key}?version=1").json()["record"] == {
        "matches": False,
        "mismatch": DIGEST,
    }
    assert altered.get(f"/api/v1/articles/{key}").json()["record"] == {"matches": True, "mismatch": None}
    result = altered.get("/api/v1/captures", params={"url": SUMMIT, "check": "1"}).json()["captures"]
    assert [(one["matches"], one["mismatch"]) for one in result] == [
        (False, DIGEST),
        (True, None),
        (True, None),
    ]
    unread = altered.get("/api/v1/captures", params={"url": SUMMIT}).json()["captures"]
    assert {one["matches"] for one in unread} == {None}


def test_there_is_no_warning_for_unaltered_records(small: Path, browser: TestClient) -> None:
    for address in (PAGE, f"/record/{record_of(small, SUMMIT)}", f"/articles/{number_of(small)}", LATER):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert "altered" not in answer.text
        assert MISMATCH_HEADER not in answer.headers
    for address in (FRAME, BYTES, f"/record/{record_of(small, SUMMIT)}?raw"):
        answer = browser.get(address)
        assert MISMATCH_HEADER not in answer.headers
        assert "ALTERED" not in answer.headers.get("Content-Disposition", "")


def _missing(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("happened", [_missing, _cut, _empty, _folder])
def test_an_unreadable_warc_file_gives_one_sentence(
    tmp_path: Path, happened: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(happened)
    folder = small_archive.build(tmp_path / "archive")
    record, key = record_of(folder, SUMMIT), number_of(folder)
    happened(min((folder / "warc").glob("primorsk-*")))
    with client_of(folder) as client:
        for address in (PAGE, FRAME, BYTES, f"/record/{record}", f"/record/{record}?raw"):
            answer = client.get(address)
            assert answer.status_code == 500
            assert "warc/primorsk-20220110100000" in answer.text
            assert "newsarchive verify" in unescape(answer.text)
            assert "Traceback" not in answer.text
        article = client.get(f"/articles/{key}?version=1")
        assert article.status_code == 200  # its text is in the index
        assert "newsarchive verify" in unescape(article.text)
        result = client.get(f"/api/v1/articles/{key}?version=1").json()["record"]
        assert result["matches"] is False
        assert "warc/primorsk-20220110100000" in result["mismatch"]
    assert caplog.messages == []
