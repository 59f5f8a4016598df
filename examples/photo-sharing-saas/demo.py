"""Checks Lumen twice, from exported files and from the APIs of four vendors, and says what both find and what differs.

The vendors are played by a server that this script starts on a free port of this machine: no account, no network, no
key.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from comparing import DATE, EXAMPLE, Compared, check, compare  # noqa: E402  (what the examples share lies beside them)
from vendors import CREDENTIALS, played  # noqa: E402

#: The proxy's own settings must reach policycheck, and no others of this machine.
_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "ssl_cert_file", "ssl_cert_dir")


def environ(more: dict[str, str]) -> dict[str, str]:
    """What makes policycheck ask the played vendors, whatever this machine has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POLICYCHECK_")}
    kept = {name: value for name, value in kept.items() if name.lower() not in _PROXIES and name not in CREDENTIALS}
    return {**kept, **CREDENTIALS, **more, "POLICYCHECK_TODAY": DATE}


def project(work: Path) -> Path:
    """The example with the live connectors, and without the exports that they replace."""
    shutil.copytree(EXAMPLE, work, ignore=shutil.ignore_patterns(".policycheck", "README.md"))
    shutil.copy(HERE / "policycheck.yaml", work / "policycheck.yaml")
    for name in ("sendgrid/*.json", "zendesk/*.json", "datadog/*.json", "amplitude/*.json"):
        for export in (work / "exports").glob(name):
            export.unlink()
    return work


def main() -> int:
    """Start the vendors, check twice, compare."""
    with tempfile.TemporaryDirectory() as directory, played(Path(directory)) as vendors:
        print(f"SendGrid, Zendesk, Datadog and Amplitude are played at 127.0.0.1:{vendors.port}, as Lumen has them.")
        print(f"Checking them (examples/photo-sharing-saas/policycheck.yaml) as of {DATE}:\n", flush=True)
        live = check(project(Path(directory) / "live"), environ(vendors.environ), "--output", "text")
        asked = len(vendors.seen)
        print(f"\nChecking the exported files (examples/photo-sharing) as of {DATE} ...", flush=True)
        shutil.copytree(EXAMPLE, Path(directory) / "files", ignore=shutil.ignore_patterns(".policycheck"))
        files = check(Path(directory) / "files", environ({}))
    print(f"The vendors were asked {asked} questions.")
    return told(compare(files, live))


#: What must differ, by rule and a part of the message, and why.
DIFFER = {
    ("PC203", "token of client"): "Zendesk's API tells that OAuth clients hold these tokens; the export told nobody",
    ("PC601", "API tokens"): "Zendesk's API knows that it lists no API tokens; the export looked whole",
    ("PC601", "amplitude"): "no call of Amplitude tells it; the statement about it is accepted in both runs",
}


def told(compared: Compared) -> int:
    """Say what both runs found and what one alone did; 1 where that is more than what must differ."""
    print(f"{len(compared.both)} findings are the same in both runs, by their fingerprints.")
    surprises = 0
    for where, found in (("the exported files", compared.files), ("the live vendors", compared.live)):
        for finding in found.values():
            why = _why(finding)
            surprises += not why
            print(f"Only {where}: {finding['rule']} {finding['message']}")
            print(f"    because {why}" if why else "    which was not expected")
    if surprises:
        print("The two runs differ in more than they must. The demo failed.", file=sys.stderr)
        return 1
    print(
        "What no call of these vendors tells (roles in AWS, samples, statements, Sentry's tokens) is read from files\n"
        "in both runs. policycheck exited 1, as it must here: the example holds findings.\n"
        "The demo worked; the server is stopped, and nothing is left."
    )
    return 0


def _why(finding: dict[str, Any]) -> str:
    why = (why for (rule, part), why in DIFFER.items() if finding["rule"] == rule and part in finding["message"])
    return next(why, "")


if __name__ == "__main__":
    sys.exit(main())
