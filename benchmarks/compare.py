"""Compares real AWS managed policies with one declared policy and prints what that cost beyond start-up, as JSON.

``python -m benchmarks.compare POLICIES.jsonl``: one policy document a line.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from policycheck.aws.engine import Engine
from policycheck.model.verdict import Access

#: Six statements, such as a monitoring vendor would be allowed.
DECLARED = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::lumen-*"},
        {"Effect": "Allow", "Action": ["cloudwatch:Get*", "cloudwatch:List*", "cloudwatch:Describe*"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["logs:Describe*", "logs:FilterLogEvents"], "Resource": "*"},
        {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
        {"Effect": "Allow", "Action": ["rds:Describe*", "rds:ListTagsForResource"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": "arn:aws:kms:eu-west-1:111122223333:key/*",
            "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
        },
    ],
}

_STATUS = Path("/proc/self/status")


def _memory(name: str) -> float:
    """MiB of ``VmRSS`` (resident now) or ``VmHWM`` (its peak); the peak for both where there is no /proc."""
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)
    (line,) = (line for line in _STATUS.read_text("ascii").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


def main(path: Path) -> None:
    """Compare every document of the file; start-up (imports and reading the file) is not counted."""
    texts = path.read_text("utf-8").splitlines()
    declared = (json.dumps(DECLARED, sort_keys=True, separators=(",", ":")),)
    engine = Engine()
    before = _memory("VmRSS")
    started = time.process_time()
    verdicts = Counter(engine.contained(Access((text,)), declared).status for text in texts)
    cost = {"cpu": time.process_time() - started, "peak": _memory("VmHWM") - before, "count": len(texts)}
    print(json.dumps({**cost, "verdicts": dict(sorted(verdicts.items()))}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
