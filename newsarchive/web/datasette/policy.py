"""The Content-Security-Policy of Datasette's pages."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

ROOT = "/db"  # the path under which Datasette is served
STATIC = "/-/static/"
STYLESHEET = "/sheet/tables.css"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def content_security_policy(host: str) -> str:
    """Return a Content-Security-Policy that allows only Datasette's script files and unmodified inline scripts."""
    named = host and "[" not in host  # a policy cannot name IPv6 addresses
    script_files, sheet = (
        (f"{host}{ROOT}{STATIC}", f"{host}{ROOT}{STYLESHEET}") if named else ("'self'", "'self'")
    )
    return (
        f"default-src 'none'; script-src {script_files} {_inline_scripts()}; "
        f"style-src {script_files} {sheet} 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _inline_scripts() -> str:
    """Return the digests of the inline scripts in Datasette's templates, in the form a policy needs."""
    scripts: set[str] = set()
    for template in files("datasette").joinpath("templates").iterdir():
        for text in _INLINE.findall(template.read_text("utf-8")):
            scripts |= {text.replace("{{ datasette_allow_facet }}", value) for value in ("true", "false")}
    return " ".join(map(script_digest, sorted(scripts)))


def script_digest(script: str) -> str:
    """Return the digest of a script, in the form a policy needs."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
