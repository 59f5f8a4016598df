"""Whatever is in a file, reading it ends in problems or a project, and shows no secret."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from policycheck.declared import reading
from policycheck.declared.notes import Notes
from policycheck.declared.parsing import parse_text
from policycheck.declared.project import Loaded, load

pytestmark = pytest.mark.unmeasured

TODAY = date(2026, 11, 20)

FILES = {
    "policycheck.yaml": """\
version: 1
policies: [policies/]
snapshots: {path: s, keep_days: 800, max_age_days: 7}
fail_on: medium
rules: "2026.11"
own_accounts: ["111122223333"]
groups: {prod: ["111122223333"]}
defaults: {never: [user.financial], limits: {key_max_age_days: 90}}
profiles: {eu: {never: [user.device.ip_address], review: {every_days: 180}}}
connectors:
  - {name: a, type: sendgrid, credentials: {token: {env: KEY}}}
  - {name: b, type: aws, paths: ["exports/*.json"]}
""",
    "policies/v.yaml": """\
vendor: v
kind: transactional_email
extends: [eu]
integrations: {live: {kind: push, tenant: t}}
recognise: {aws_accounts: ["444455556666"], hosts: [api.x.example], keys: ["x-*"]}
fields:
  - {category: user.contact.email, until: 2027-01-15, via: [live]}
  - category: user.name
never: [user.behavior]
access:
  - system: aws
    in: [prod]
    require: {external_id: unique, max_session: 1h, source_ips: [192.0.2.0/24]}
    allow:
      - actions: [s3:GetObject]
        resources: ["arn:aws:s3:::b/*"]
        conditions: {Bool: {"aws:SecureTransport": "true"}}
contract: {ends: 2027-03-31, subprocessors: [{name: s, for: x}]}
review: {last: 2026-09-01, every_days: 90}
exceptions:
  - {rule: PC301, match: {key: a}, reason: up, owner: me, approved_by: it, expires: 2027-01-15}
observe: [{system: b, by: attestation, every_days: 90, reason: up}]
""",
    "catalog/d.yaml": """\
dataset: d
subjects: {kind: customer, count: 35, regions: [eu]}
locations: ["arn:aws:s3:::b/*"]
fields:
  a: user.name
  b: {category: user.device.ip_address, depth: history}
""",
}

SECRET = "SG" + ".planted-token.abcdefghijklmnop"

#: As a word of its own; glued to another word it is not a key's shape.
SHOWN = re.compile(rf"(?<![A-Za-z0-9]){re.escape(SECRET)}")

PIECES = st.sampled_from(
    [
        *(
            "~",
            "no",
            "0",
            "-1",
            "1.5",
            "[]",
            "{}",
            "[~]",
            "{~: ~}",
            "x",
            '""',
            "'",
            '"',
            "&a [*a]",
            "*a",
            "&a",
            "<<: {}",
        ),
        *("---", "!x", "\t", "\n", ": ", "- ", "? ", "# ", "|\n", "}", "]", ",", "2026-02-30", "9" * 400, "é"),
        *("\u2028", "\x85", "\ufeff", "\0", "vendor: us", "fields: none", "profiles: 1", "groups: [x]"),
        *("credentials: x", "match: {}", "why: no", f" {SECRET} "),
    ]
)


def _load(files: dict[str, bytes]) -> Loaded:
    with tempfile.TemporaryDirectory() as directory:
        for name, data in files.items():
            path = Path(directory, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        loaded = load(Path(directory), TODAY)
        assert (loaded.project is None) == any(problem.severity == "error" for problem in loaded.problems)
        return loaded


def _sound(loaded: Loaded, files: dict[str, bytes]) -> None:
    for problem in loaded.problems:
        assert problem.message
        assert problem.help
        assert problem.rule.startswith("PC")
        assert problem.location.path in files
        assert problem.location.line >= 1
        assert problem.location.column >= 1
        assert problem.span >= 1
        assert "\n" not in problem.source_line
        assert not SHOWN.search(repr(problem))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes(name: str, data: bytes) -> None:
    files = {**{key: text.encode() for key, text in FILES.items()}, name: data}
    _sound(_load(files), files)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 30), PIECES), min_size=1, max_size=4),
)
@example("policycheck.yaml", [(0.0, 10, "")])
def test_mutated_files(name: str, edits: list[tuple[float, int, str]]) -> None:
    text = FILES[name]
    for place, length, piece in edits:
        start = int(place * len(text))
        text = text[:start] + piece + text[start + length :]
    files = {key: value.encode() for key, value in {**FILES, name: text}.items()}
    _sound(_load(files), files)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
def test_both_loaders_end_without_an_exception(text: str) -> None:
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "LOADER", loader)
            notes = Notes()
            document = parse_text("a.yaml", text, notes)
            assert document is not None or notes.sorted()


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize(
    "value", ["~", "no", "0", "[]", "{}", "x", "[[]]", "[{}]", "{x: {}}", "[x]", "1.5", '"2027-01-01"']
)
def test_every_value_replaced_by_every_type(name: str, value: str) -> None:
    """Each scalar and each collection of a good project becomes a value of another type, one at a time."""
    text = FILES[name]
    spots = [reading.read(text).spot]
    while spots:
        spot = spots.pop()
        assert spot is not None
        spots += spot.below.values() if isinstance(spot.below, dict) else spot.below or []
        start, end = spot.value.start_mark.index, spot.value.end_mark.index
        if spot.below is None:
            files = {**FILES, name: f"{text[:start]}{value}{text[end:]}"}
            encoded = {key: content.encode() for key, content in files.items()}
            _sound(_load(encoded), encoded)
