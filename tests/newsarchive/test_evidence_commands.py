"""The commands `evidence` and `check-evidence`, with a time stamp authority on loopback that openssl signs for."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from archive.evidence.stamps import check_stamp, load_certificate
from tests.chromium import CHROMIUM
from tests.conftest import Typed
from tests.small_archive import SUMMIT

OPENSSL = shutil.which("openssl")
CONFIGURATION = """
[tsa]
default_tsa = this
[this]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
certs = chain.pem
ess_cert_id_alg = sha256
[authority]
extendedKeyUsage = critical,timeStamping
[root]
basicConstraints = critical,CA:true
[req]
distinguished_name = name
[name]
"""


@dataclass(frozen=True)
class Authority:
    """A time stamp authority."""

    address: str
    root: Path
    folder: Path


def openssl(folder: Path, command: str) -> bytes:
    done = subprocess.run(
        [OPENSSL or "openssl", *command.split()], cwd=folder, check=True, capture_output=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    folder = tmp_path_factory.mktemp("authority")
    (folder / "c.cnf").write_text(CONFIGURATION)
    (folder / "serial").write_text("01\n")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    openssl(
        folder,
        f"req -config c.cnf -x509 {key} -keyout root.key -out root.pem -subj /CN=Root -extensions root",
    )
    openssl(folder, f"req -config c.cnf {key} -keyout tsa.key -out tsa.csr -subj /CN=Authority")
    openssl(
        folder,
        "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem "
        "-extfile c.cnf -extensions authority",
    )
    # As many authorities do, with the certificates in an order that is not that of DER.
    chain = sorted(((folder / name).read_text() for name in ("root.pem", "tsa.pem")), key=len, reverse=True)
    (folder / "chain.pem").write_text("".join(chain))

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "asked.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            command = (
                "ts -reply -config c.cnf -section this -queryfile asked.tsq -signer tsa.pem -inkey tsa.key"
            )
            response = openssl(folder, command) if self.path == "/" else b"no stamp"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(response)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Stamps) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Authority(f"http://127.0.0.1:{server.server_port}/", folder / "root.pem", folder)
        server.shutdown()


def stamping(small: Path, tmp_path: Path, address: str) -> Path:
    """Return a copy of the archive that asks an authority."""
    folder = Path(shutil.copytree(small, tmp_path / "archive"))
    (folder / "newsarchive.toml").write_text(f'[evidence]\ntimestamp_authority = "{address}"\n')
    return folder


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
def test_a_stamp_is_checked_by_the_command_and_by_openssl(
    small: Path, tmp_path: Path, typed: Typed, authority: Authority
) -> None:
    folder, file = stamping(small, tmp_path, authority.address), tmp_path / "e.wacz"
    written = typed(folder, "evidence", SUMMIT, "-o", file, "--stamp")
    plain, rooted = (typed(None, "check-evidence", file, *more) for more in ((), ("--root", authority.root)))

    assert (written.exit_code, plain.exit_code, rooted.exit_code) == (0, 0, 0), written.output
    assert "unknown  time stamp: It states 20" in plain.stdout
    assert "holds    time stamp: Everything in the file existed on 20" in rooted.stdout
    with zipfile.ZipFile(file) as bundle:
        bundle.extractall(tmp_path / "out")
    verified = openssl(
        tmp_path / "out/evidence",
        f"ts -verify -in manifest.tsr -data manifest.json -CAfile {authority.root}",
    )
    assert verified == b"Verification: OK\n"
    _check_changed_stamps(tmp_path / "out/evidence", authority)

    openssl(
        authority.folder,
        "req -config c.cnf -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key "
        "-out other.pem -subj /CN=Other -extensions root",
    )
    refused = typed(None, "check-evidence", file, "--root", authority.folder / "other.pem")
    assert refused.exit_code == 1
    assert "fails    time stamp: The time stamp is not signed by an authority under" in refused.stdout


def _check_changed_stamps(folder: Path, authority: Authority) -> None:
    """Check that a changed stamp is never taken for one of another time, and that none is an error."""
    stamp, listed = (folder / "manifest.tsr").read_bytes(), (folder / "manifest.json").read_bytes()
    root = load_certificate(authority.root)
    genuine = check_stamp(stamp, listed, root)
    assert check_stamp(stamp, listed + b" ", root).verdict == "fails"
    for at in range(0, len(stamp), 5):
        changed = stamp[:at] + bytes([stamp[at] ^ 1]) + stamp[at + 1 :]
        assert check_stamp(stamp[:at], listed, root).verdict == "fails"
        claim = check_stamp(changed, listed, root)
        assert claim == genuine or claim.verdict == "fails"


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    ("address", "said"),
    [("{}nothing", "its response cannot be read"), ("http://127.0.0.1:9/", "gave no answer: ")],
)
def test_without_an_answer_of_the_authority_nothing_is_written(
    small: Path, tmp_path: Path, typed: Typed, authority: Authority, address: str, said: str
) -> None:
    folder = stamping(small, tmp_path, address.format(authority.address))
    failed = typed(folder, "evidence", SUMMIT, "-o", tmp_path / "e.wacz", "--stamp")

    assert failed.exit_code != 0
    assert said in failed.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["archive"]


def test_a_stamp_needs_the_address_of_an_authority(small: Path, tmp_path: Path, typed: Typed) -> None:
    failed = typed(small, "evidence", SUMMIT, "-o", tmp_path / "e.wacz", "--stamp")

    assert failed.exit_code == 2
    assert "set evidence.timestamp_authority in newsarchive.toml" in failed.stderr


def test_a_changed_file_fails_and_says_where(small: Path, tmp_path: Path, typed: Typed) -> None:
    file = tmp_path / "e.wacz"
    written = typed(small, "evidence", SUMMIT, "-o", file)
    content = bytearray(file.read_bytes())
    content[200] ^= 1
    file.write_bytes(content)
    checked = typed(None, "check-evidence", file)

    assert written.exit_code == 0
    assert "Report: e.report.html." in written.stdout
    assert checked.exit_code == 1
    assert "fails    package: archive/primorsk-20220110100000-00000.warc.gz was changed" in checked.stdout


def test_results_as_json(small: Path, tmp_path: Path, typed: Typed) -> None:
    written = json.loads(typed(small, "evidence", SUMMIT, "-o", tmp_path / "e.wacz", "--json").stdout)
    checked = json.loads(typed(None, "check-evidence", tmp_path / "e.wacz", "--json").stdout)

    assert (written["articles"], written["records_in_no_manifest"], written["stamped"]) == (1, 0, False)
    assert checked["sha256"] == written["sha256"]
    assert checked["holds"]
    assert [claim["claim"] for claim in checked["claims"]][-1] == "time stamp"


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_report_as_pdf_is_in_the_file_and_beside_it(small: Path, tmp_path: Path, typed: Typed) -> None:
    written = typed(small, "evidence", SUMMIT, "-o", tmp_path / "e.wacz", "--pdf")
    pdf = (tmp_path / "e.report.pdf").read_bytes()

    assert written.exit_code == 0
    assert "e.report.html, e.report.pdf." in written.stdout
    assert pdf.startswith(b"%PDF-")
    with zipfile.ZipFile(tmp_path / "e.wacz") as bundle:
        assert bundle.read("evidence/report.pdf") == pdf
    assert typed(None, "check-evidence", tmp_path / "e.wacz").exit_code == 0


def test_without_chromium_there_is_no_pdf_and_no_file(
    small: Path, tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = typed(small, "evidence", SUMMIT, "-o", tmp_path / "e.wacz", "--pdf")

    assert refused.exit_code != 0
    assert "A PDF needs Chromium, which is not installed" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_root_is_an_error_of_the_command(small: Path, tmp_path: Path, typed: Typed) -> None:
    (tmp_path / "root.pem").write_text("no certificate")
    typed(small, "evidence", SUMMIT, "-o", tmp_path / "e.wacz")
    refused = typed(None, "check-evidence", tmp_path / "e.wacz", "--root", tmp_path / "root.pem")

    assert refused.exit_code == 2
    assert "is not a certificate" in refused.stderr
