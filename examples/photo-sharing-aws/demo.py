"""Checks Lumen twice, from exported files and from live AWS, and says that both runs find the same.

AWS is a moto server that this script starts on a free port of this machine and stops at the end: no account, no key.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from company import EXAMPLE, REGION, Account

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from comparing import DATE, check, compare  # noqa: E402  (what the examples share lies beside them)


def environ(url: str) -> dict[str, str]:
    """What makes boto3 talk to the server instead of AWS, whatever this machine is signed in to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "POLICYCHECK_"))}
    kept = {name: value for name, value in kept.items() if name.lower() not in ("http_proxy", "https_proxy")}
    return {
        **kept,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "POLICYCHECK_TODAY": DATE,
    }


def project(work: Path) -> Path:
    """The example with the live connector: all of its files, and this directory's policycheck.yaml."""
    shutil.copytree(EXAMPLE, work, ignore=shutil.ignore_patterns(".policycheck", "README.md"))
    shutil.copy(HERE / "policycheck.yaml", work / "policycheck.yaml")
    return work


def main() -> int:
    """Start the server, build the account, check twice, compare."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    # AWS-managed policies are loaded, as roles of the example have some; images of Amazon are not, there are hundreds.
    os.environ |= {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    # Late: moto reads its settings when it is imported.
    from moto.server import ThreadedMotoServer

    silence()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as directory:
            return _demo("http://{}:{}".format(*server.get_host_and_port()), Path(directory))
    finally:
        server.stop()


def _demo(url: str, work: Path) -> int:
    print(f"A moto server stands in for AWS at {url}. Building Lumen's account in it ...", flush=True)
    env = environ(url)
    Account(url).build()
    print(f"Checking live AWS (examples/photo-sharing-aws/policycheck.yaml) as of {DATE}:\n", flush=True)
    live = check(project(work / "live"), env, "--output", "text")
    print(f"\nChecking the exported files (examples/photo-sharing) as of {DATE} ...", flush=True)
    shutil.copytree(EXAMPLE, work / "files", ignore=shutil.ignore_patterns(".policycheck"))
    compared = compare(check(work / "files", env), live)
    print(f"{len(compared.both)} findings are the same in both runs, by their fingerprints.")
    for where, found in (("the exported files", compared.files), ("live AWS", compared.live)):
        for finding in found.values():
            print(f"Only {where}: {finding['rule']} {finding['message']}")
    if compared.files or compared.live:
        print("The two runs differ. The demo failed.", file=sys.stderr)
        return 1
    print(
        "None differs. What comes from vendors (fields, keys, samples, statements) is read from files in both runs,\n"
        "since no call of AWS tells it. policycheck exited 1, as it must here: the example holds findings.\n"
        "The demo worked; the server is stopped, and nothing is left."
    )
    return 0


def silence() -> None:
    """Keep the server's log of requests off the terminal."""
    import logging

    logging.getLogger("werkzeug").setLevel(logging.ERROR)


if __name__ == "__main__":
    sys.exit(main())
