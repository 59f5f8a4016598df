"""A connector definition to begin with."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from policycheck.cli.app import App
from policycheck.cli.files import atomic, public_mode
from policycheck.model.problems import UsageProblem

#: Stands for the host of an API until somebody writes the right one.
PLACEHOLDER = "api.vendor.example"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+\Z")

_TEXT = """\
name: {title}
checked: {today}                 # when you last compared the facts below with what the vendor publishes
direction: ours                  # ours: our credentials at the vendor; theirs: their apps in our tenant

sources:
  keys: "https://{host}: where the vendor describes its calls"

base_url: "https://{host}"
auth:
  kind: headers                  # or basic, body, client_credentials, none
  credentials: {{token: an API key that may only read}}
  headers: {{Authorization: "Bearer {{token}}"}}

requests:
  keys:
    facts: credentials           # or fields
    source: keys
    path: /v1/keys
    records: data                # JMESPath: where the list is in the answer; @ for the answer itself
    # paging: {{kind: cursor, at_in: after, next: paging.next, size_in: limit, size: 100}}
    map:                         # whatever is not named here never leaves the answer
      id: id
      name: name
    unconfirmed: written from a scaffold; take this line out once a pull shows what the vendor shows

# What no call tells, so that the check says so:
# unknown:
#   - {{facts: fields, why: no call lists fields, attest: look at Settings and write them down, source: keys}}
"""

ENTRY = """\
connectors:
  - name: {name}
    type: rest
    definition: {path}
    hosts: [{host}]
    credentials: {{token: {{env: {variable}_TOKEN}}}}
"""


def write(app: App, name: str, host: str, into: str) -> tuple[str, str]:
    """Write a definition into the project: its path, and the entry for policycheck.yaml. UsageProblem if it exists."""
    if not _NAME.match(name):
        raise UsageProblem(f"{name} cannot name a system", "use lower-case letters, digits, `-` and `_`")
    if not _HOST.match(host):
        raise UsageProblem(f"{host} is not a host name", "write `--host api.vendor.example`, without https://")
    root = app.project_root()
    path = root / into / f"{name}.yaml"
    if not path.resolve().is_relative_to(root.resolve()):
        raise UsageProblem(f"{into} leaves the project", "definitions lie beside policycheck.yaml")
    if path.exists():
        raise UsageProblem(f"{path} exists already", "edit it, or choose another name")
    _written(path, _text(name, host, app.today))
    shown = path.relative_to(root).as_posix()
    return shown, ENTRY.format(name=name, path=shown, host=host, variable=re.sub(r"\W", "_", name).upper())


def _text(name: str, host: str, today: date) -> str:
    return _TEXT.format(title=name.replace("-", " ").replace("_", " ").title(), host=host, today=today.isoformat())


def _written(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic(path, public_mode()) as stream:
            stream.write(text)
    except OSError as error:
        help = "name another directory with --into"
        raise UsageProblem(f"{path} cannot be written ({error.strerror})", help) from None
