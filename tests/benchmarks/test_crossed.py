"""Judging each vendor by what the others teach: all fields come back, each once, and the scores are told."""

from __future__ import annotations

from benchmarks.crossed import crossed, told
from benchmarks.labelled import LABELLED


def test_each_field_is_judged_once_by_what_other_vendors_teach() -> None:
    file = LABELLED / "held_out_2.csv"
    found = crossed([file])
    assert len(found) == len(file.read_text("utf-8").splitlines()) - 1
    assert {each.label for each in found} > {"none", "user.contact.email"}
    lines = [*told(found)]
    assert [line.split()[0] for line in lines][:2] == ["personal", "user.device.ip_address"]
    assert lines[0].endswith("241")
