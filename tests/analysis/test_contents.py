"""What the catalog tells of something that is sent."""

from __future__ import annotations

import pytest

from policycheck.analysis import contents
from policycheck.analysis.contents import Contents
from policycheck.model.declared import Dataset, DatasetField
from policycheck.model.facts import VendorField
from policycheck.model.places import Location

AT = Location("catalog/x.yaml")
BUCKET = "arn:aws:s3:::lumen-exports"


def dataset(name: str, location: str, *fields: str, plain: tuple[str, ...] = ()) -> Dataset:
    held = tuple(DatasetField(field, "user.contact.email", AT) for field in fields)
    return Dataset(name, AT, (location,), held, plain=plain)


CATALOG = Contents(
    (
        dataset("members", f"{BUCKET}/members/*", "email", "user.ip", plain=("plan",)),
        dataset("orders", f"{BUCKET}/orders/*", "total"),
        dataset("table", "postgres:lumen.public.members", "email", "last_ip"),
        dataset("audit", "postgres:lumen.public.audit", "actor"),
        dataset("nested", "arn:aws:sns:eu-west-1:111122223333:joined", "detail.user.mail", "items[].sku", "user"),
        dataset("logs", "arn:aws:logs:eu-west-1:111122223333:log-group:/app/api", "message"),
    )
)


def told(path: str, *sources: str, without: tuple[str, ...] = ()) -> tuple[list[str], bool] | None:
    """(the paths, whether there may be more), None when the catalog does not know the path."""
    sent = VendorField("", "1", "x", path, "c", "w", origin="sent", sources=sources, without=without)
    found = CATALOG.of(sent)
    return ([path for _, _, path in found.fields], found.rest) if found else None


ROW, OBJECT, MESSAGE = "(whole row)", "(whole object)", "(whole message)"
ALL = "postgres:lumen.public.*"


@pytest.mark.parametrize(
    ("path", "sources", "without", "found"),
    [
        (OBJECT, (f"{BUCKET}/members/eu/*",), (), (["email", "user.ip"], False)),
        (OBJECT, (f"{BUCKET}/*",), (), (["email", "user.ip", "total"], True)),
        (OBJECT, ("arn:aws:s3:::other/*",), (), ([], True)),
        (MESSAGE, (), (), ([], True)),
        (ROW, (ALL,), (), (["email", "last_ip", "actor"], True)),
        (ROW, (ALL,), ("postgres:lumen.public.audit",), (["email", "last_ip"], True)),
        (ROW, (ALL,), ("postgres:lumen.*.*(*ip)",), (["email", "actor"], True)),
        (ROW, (ALL,), ("postgres:lumen.public.members(LAST-IP)",), (["email", "actor"], True)),
        (
            ROW,
            ("postgres:lumen.public.members",),
            ("postgres:lumen.public.audit(email)",),
            (["email", "last_ip"], False),
        ),
        (ROW, ("postgres:lumen.public.members",), ("postgres:lumen.public.*",), ([], False)),
        (MESSAGE, ("arn:nothing", f"{BUCKET}/orders/1"), (), (["total"], False)),
        (MESSAGE, ("arn:aws:logs:eu-west-1:111122223333:log-group:/app/api",), (), (["message"], False)),
        ("email", (), (), None),
        ("email", (f"{BUCKET}/members/1",), (), (["email"], False)),
        ("user", (f"{BUCKET}/members/1",), (), (["user.ip"], False)),
        ("data.user.ip", (f"{BUCKET}/members/1",), (), (["data.user.ip"], False)),
        ("detail", (f"{BUCKET}/members/1",), (), (["email", "user.ip"], False)),
        ("plan", (f"{BUCKET}/members/1",), (), ([], False)),
        ("unheard", (f"{BUCKET}/members/1",), (), None),
        ("items[0].sku", ("arn:aws:sns:eu-west-1:111122223333:joined",), (), None),
        ("items[].sku", ("arn:aws:sns:eu-west-1:111122223333:joined",), (), (["items[].sku"], False)),
        ("*_ip", ("postgres:lumen.public.members",), (), (["last_ip"], False)),
    ],
)
def test_contents(
    path: str, sources: tuple[str, ...], without: tuple[str, ...], found: tuple[list[str], bool] | None
) -> None:
    assert told(path, *sources, without=without) == found


def test_what_cannot_be_decided_is_taken_to_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "_STEPS", 0)
    anew = Contents([dataset("d", f"{BUCKET}/*/members/*", "email")])
    sent = VendorField("", "1", "x", OBJECT, "c", "w", sources=(f"{BUCKET}/*/m*/x*",))
    found = anew.of(sent)
    assert found is not None
    assert ([each.name for _, each, _ in found.fields], found.rest) == (["email"], True)
