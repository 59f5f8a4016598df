"""What a definition can say: credentials, constants, parents, details, values; and what is told when parts fail."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from policycheck.model.facts import Credential, VendorField
from policycheck_connectors.files.secrets import masked
from policycheck_connectors.interface import ConnectorError
from tests.connectors.rest.conftest import Own
from tests.connectors.rest.lab import HOST, SECRET, gaps, ids, pull
from tests.servers.vendors import Reply, Seen, Vendors

ONE = Reply({"data": [{"id": "k1"}]})
KEY = "SG.0123456789abcdefghijkl.0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
TOKENS = "login.parcelpost.example"


def _basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("auth", "held", "name", "value"),
    [
        ({"kind": "headers", "headers": {"Api-Key": "{token}"}}, {"token": "t"}, "api-key", "t"),
        ({"kind": "headers", "headers": {"X-Auth": "Token token={token}"}}, {"token": "t"}, "x-auth", "Token token=t"),
        ({"kind": "basic", "user": "api", "password": "{token}"}, {"token": "t"}, "authorization", _basic("api:t")),
        (
            {"kind": "basic", "user": "{email}/t", "password": "{token}", "credentials": {"email": "e", "token": "t"}},
            {"email": "a@lumen.example", "token": "t"},
            "authorization",
            _basic("a@lumen.example/t:t"),
        ),
    ],
)  # fmt: skip
def test_where_a_credential_goes(
    vendors: Vendors, own: Own, auth: dict[str, Any], held: dict[str, str], name: str, value: str
) -> None:
    vendors.plays[HOST] = lambda seen: ONE
    assert ids(pull(own({"auth": {"credentials": {"token": "a key"}, **auth}}, held=held))) == ["k1"]
    assert [seen.headers[name] for seen in vendors.seen] == [value]


def test_a_key_in_the_body(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: ONE
    auth = {"kind": "body", "credentials": {"token": "a key"}, "body": {"key": "{token}"}}
    assert ids(pull(own({"auth": auth}, method="POST", body={"type": "all"}))) == ["k1"]
    assert [seen.body for seen in vendors.seen] == [{"type": "all", "key": SECRET}]


@pytest.mark.parametrize("sends", ["json", "form", "basic"])
def test_a_token_for_client_credentials_is_fetched_once(vendors: Vendors, own: Own, sends: str) -> None:
    held = {"client_id": "the-id", "client_secret": "the-secret"}
    auth = {
        "kind": "client_credentials",
        "token_url": f"https://{TOKENS}/token",
        "extra": {"scope": "read"},
        "sends": sends,
    }
    fetched: list[Seen] = []

    def token(seen: Seen) -> Reply:
        fetched.append(seen)
        return Reply({"access_token": "made", "token_type": "Bearer"})

    vendors.plays = {HOST: lambda seen: ONE, TOKENS: token}
    made = own({"auth": auth}, (HOST, TOKENS), held, each={"kind": ["a", "b"]}, query={"kind": "{kind}"})
    assert ids(pull(made)) == ["k1", "k1"]
    (seen,) = fetched
    plain = {"grant_type": "client_credentials", "scope": "read"}
    assert seen.body == (plain if sends == "basic" else {**plain, **held})
    assert seen.headers.get("authorization") == (_basic("the-id:the-secret") if sends == "basic" else None)
    assert {each.headers["authorization"] for each in vendors.seen if each.host == HOST} == {"Bearer made"}


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": "a\nb"}, []])
def test_no_token_means_that_nothing_else_is_asked(vendors: Vendors, own: Own, answer: Any) -> None:
    held = {"client_id": "the-id", "client_secret": "the-secret"}
    auth = {"kind": "client_credentials", "token_url": f"https://{TOKENS}/token"}
    vendors.plays = {HOST: lambda seen: ONE, TOKENS: lambda seen: Reply(answer)}
    made = own({"auth": auth}, (HOST, TOKENS), held)
    assert gaps(pull(made)) == [("unseen", "no access token came for the client credentials")]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "the token was refused (400)"),
        (401, "the credential was refused (401)"),
        (403, "the token was refused (403)"),
        (404, "the token was refused (404)"),
        (418, "the host refused the question (418)"),
    ],
)
def test_a_token_that_is_refused_is_no_list_that_is(vendors: Vendors, own: Own, status: int, reason: str) -> None:
    held = {"client_id": "the-id", "client_secret": "the-secret"}
    auth = {"kind": "client_credentials", "token_url": f"https://{TOKENS}/token"}
    vendors.plays = {HOST: lambda seen: ONE, TOKENS: lambda seen: Reply({"error": "invalid_client"}, status)}
    made = own({"auth": auth}, (HOST, TOKENS), held, on={"404": "empty", "403": "only owners may"})
    assert gaps(pull(made)) == [("unseen", reason)]


def test_client_credentials_are_never_told(vendors: Vendors, own: Own) -> None:
    held = {"client_id": "the-client", "client_secret": "the-secret"}
    auth = {"kind": "client_credentials", "token_url": f"https://{TOKENS}/token"}
    vendors.plays = {
        HOST: lambda seen: Reply({"data": [{"id": "the-client", "name": "the-secret made-token"}]}),
        TOKENS: lambda seen: Reply({"access_token": "made-token"}),
    }
    (key,) = pull(own({"auth": auth}, (HOST, TOKENS), held, map={"id": "id", "name": "name"})).of(Credential)
    assert (key.id, key.name) == ("the-client", "*** ***")


def test_hosts_that_the_project_does_not_list_are_not_asked(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: ONE
    pulled = pull(own(hosts=("other.example",)))
    assert gaps(pulled)[0] == ("unseen", f"the definition would ask {HOST}, which is not listed")
    assert vendors.seen == []
    with pytest.raises(ConnectorError, match="option `hosts` must be a list of host names"):
        own(given={"hosts": HOST})


@pytest.mark.parametrize("secret", ["two\nlines", "schlüssel", "nul\0"])
def test_a_credential_that_cannot_be_sent(vendors: Vendors, own: Own, secret: str) -> None:
    vendors.plays[HOST] = lambda seen: ONE
    pulled = pull(own(held={"token": secret}))
    assert gaps(pulled)[0] == ("unseen", "credential `token` cannot be sent in a header")
    assert secret not in repr(pulled)


def test_constants_parents_and_what_they_take(vendors: Vendors, own: Own) -> None:
    def play(seen: Seen) -> Reply:
        if seen.path == "/v1/lists":
            return Reply({"lists": [{"id": "l1"}, {"id": "l2"}, {"name": "without id"}]})
        return Reply({"data": [{"tag": f"IP_{seen.path[10:12]}_{seen.query['kind']}"}]})

    vendors.plays[HOST] = play
    requests = {
        "fields": {
            "facts": "fields",
            "source": "keys",
            "under": "lists",
            "take": {"list": "id"},
            "path": "/lists/{list}/fields",
            "each": {"kind": ["text", "date"]},
            "query": {"kind": "{kind}"},
            "records": "data",
            "map": {"path": "tag", "object": "_.list", "type": "_.kind"},
        },
        "lists": {"source": "keys", "path": "/lists", "records": "lists"},
    }
    pulled = pull(own({"requests": requests}))
    assert [(field.object, field.path, field.type) for field in pulled.of(VendorField)] == [
        ("l1", "IP_l1_text", "text"),
        ("l1", "IP_l1_date", "date"),
        ("l2", "IP_l2_text", "text"),
        ("l2", "IP_l2_date", "date"),
    ]
    assert [(row.resource, *gap) for row, gap in zip(pulled.coverage, gaps(pulled), strict=True)] == [
        ("fields", "partial", "1 of 3 records of `lists` has no `id`, which `fields` needs: number 3")
    ]


LISTED = {
    "facts": "credentials",
    "source": "keys",
    "path": "/lists",
    "records": "lists",
    "map": {"id": "name", "name": "name"},
}
BELOW = {
    "facts": "fields", "source": "keys", "under": "lists", "take": {"list": "id", "part": "part"}, "records": "data",
    "path": "/lists/{list}/{part}", "map": {"path": "tag"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("lists", "status", "reason"),
    [
        ([{"name": "a", "id": 1, "part": 1}, {"name": "b"}], "partial", ("1 of 2", "has no `id` or no `part`", "b")),
        ([{"name": name, "part": 1} for name in "abcde"], "unseen", ("5 of 5", "have no `id`", "a, b, c and 2 more")),
        ([{"name": KEY, "id": 1}], "unseen", ("1 of 1", "has no `part`", masked(KEY))),
    ],
)  # fmt: skip
def test_records_about_which_nothing_further_can_be_asked_are_told(
    vendors: Vendors, own: Own, lists: Any, status: str, reason: tuple[str, str, str]
) -> None:
    of, lack, which = reason
    found = {"/v1/lists": {"lists": lists}, "/v1/lists/1/1": {"data": [{"tag": "IP"}]}}
    vendors.plays[HOST] = lambda seen: Reply(found[seen.path])
    pulled = pull(own({"requests": {"lists": LISTED, "fields": BELOW}}))
    assert [(row.resource, row.status, row.reason) for row in pulled.coverage] == [
        ("credentials", "complete", ""),
        ("fields", status, f"{of} records of `lists` {lack}, which `fields` needs: {which}"),
    ]


@pytest.mark.parametrize("facts", ["credentials", None])
def test_what_hides_a_list_hides_what_is_asked_about_its_records(vendors: Vendors, own: Own, facts: str | None) -> None:
    vendors.plays[HOST] = lambda seen: Reply({}, 403)
    above = {key: value for key, value in {**LISTED, "facts": facts}.items() if value and (facts or key != "map")}
    pulled = pull(own({"requests": {"lists": above, "fields": BELOW}}))
    assert [(row.resource, row.status, row.where, row.reason) for row in pulled.coverage] == [
        (resource, "unseen", "GET /lists", "the credential may not do this (403)")
        for resource in ("credentials", "fields")
        if facts or resource == "fields"
    ]


def test_one_parent_that_fails_is_told_with_how_many(vendors: Vendors, own: Own) -> None:
    def play(seen: Seen) -> Reply:
        if seen.path == "/v1/lists":
            return Reply([{"id": f"l{number}"} for number in range(4)])
        return Reply({}, 403) if seen.path == "/v1/lists/l2/keys" else Reply({"data": [{"id": seen.path}]})

    vendors.plays[HOST] = play
    requests = {
        "lists": {"source": "keys", "path": "/lists"},
        "keys": {
            "facts": "credentials", "source": "keys", "under": "lists", "take": {"list": "id"}, "records": "data",
            "path": "/lists/{list}/keys", "map": {"id": "id"}, "needs": ["keys.read"], "parents": 3,
        },
    }  # fmt: skip
    pulled = pull(own({"requests": requests}))
    assert ids(pulled) == ["/v1/lists/l0/keys", "/v1/lists/l1/keys"]
    assert gaps(pulled) == [
        ("partial", "more parents than `parents` of the definition allows"),
        ("partial", "for 1 of 3 lists: the credential may not do this (403)"),
    ]
    assert pulled.coverage[-1].help == "give it the permission that the definition names: keys.read"


def test_a_refused_credential_ends_all_and_is_told_for_all(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"token": SECRET}, 401)
    more = {"facts": "fields", "source": "keys", "path": "/fields", "map": {"path": "id"}}
    keys = {"facts": "credentials", "source": "keys", "path": "/keys", "map": {"id": "id"}}
    pulled = pull(own({"requests": {"keys": keys, "fields": more}}))
    assert [(row.resource, row.status, row.reason) for row in pulled.coverage] == [
        ("credentials", "unseen", "the credential was refused (401)"),
        ("fields", "unseen", "the credential was refused (401)"),
    ]
    assert len(vendors.seen) == 1


@pytest.mark.parametrize(
    ("on", "status", "expected"),
    [
        ({"404": "empty"}, 404, []),
        ({"204": "empty"}, 204, []),
        ({"402": "the plan has no such call"}, 402, [("unseen", "the plan has no such call (402)")]),
        ({"403": {"reason": "only owners may", "help": "ask one"}}, 403, [("unseen", "only owners may (403)")]),
    ],
)
def test_what_a_status_means(vendors: Vendors, own: Own, on: Any, status: int, expected: Any) -> None:
    vendors.plays[HOST] = lambda seen: Reply(b"", status)
    assert gaps(pull(own(on=on))) == expected


def test_details_that_fail_leave_the_record_and_what_is_not_known_of_it(vendors: Vendors, own: Own) -> None:
    def play(seen: Seen) -> Reply:
        if seen.path == "/v1/keys":
            return Reply({"data": [{"id": "k1"}, {"id": "k2"}]})
        return Reply({}, 404) if seen.path.endswith("k2") else Reply({"scopes": "read write"})

    vendors.plays[HOST] = play
    pulled = pull(own(detail="/keys/{id}", take={"id": "id"}, map={"id": "id", "scopes": "detail.scopes"}))
    first, second = pulled.of(Credential)
    assert (first.scopes, first.knows) == (("read", "write"), ("scopes", "holder"))
    assert (second.scopes, second.knows) == (None, ("holder",))
    assert gaps(pulled) == [("partial", "there is no such thing (404)")]
    none = pull(own(detail="/keys/{id}", take={"id": "id"}, map={"id": "id"}, on={"404": "empty"}))
    assert (ids(none), gaps(none)) == (["k1", "k2"], [])


def test_records_without_the_id_for_their_details_are_told(vendors: Vendors, own: Own) -> None:
    keys = [{"id": "k1", "at": "a"}, {"id": "k2"}, {"id": "k3"}]
    vendors.plays[HOST] = lambda seen: Reply({"data": keys} if seen.path == "/v1/keys" else {"scopes": "read"})
    pulled = pull(own(detail="/keys/{at}", take={"at": "at"}, map={"id": "id", "scopes": "detail.scopes"}))
    assert [key.scopes for key in pulled.of(Credential)] == [("read",), None, None]
    assert gaps(pulled) == [
        ("partial", "2 of 3 records of `keys` have no `at`, which `/keys/{at}` needs: number 2, number 3")
    ]


@pytest.mark.parametrize(
    ("written", "record", "scopes"),
    [
        ("scopes", {"scopes": ["a", "b"]}, ("a", "b")),
        ("scopes", {"scopes": None}, None),
        ("scopes", {"scopes": []}, ()),
        ({"path": "scopes", "separator": ","}, {"scopes": "a, b"}, ("a", "b")),
        ("permissions", {"permissions": {"contents": "read", "issues": "write"}}, ("contents:read", "issues:write")),
        ({"path": "[role]", "words": {"admin": "everything"}}, {"role": "admin"}, ("everything",)),
        (
            {"pairs": {"of": "policies", "left": "names[]", "right": "keys(on)"}},
            {"policies": [{"names": ["Zone Read", "DNS Write"], "on": {"zone.a": "*", "zone.b": "*"}}]},
            ("Zone Read on zone.a", "Zone Read on zone.b", "DNS Write on zone.a", "DNS Write on zone.b"),
        ),
        ({"pairs": {"of": "policies", "left": "names[]", "right": "keys(on)"}}, {}, None),
    ],
)
def test_scopes(vendors: Vendors, own: Own, written: Any, record: Any, scopes: Any) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": "k1", **record}]})
    (key,) = pull(own(map={"id": "id", "scopes": written})).of(Credential)
    assert key.scopes == scopes


@pytest.mark.parametrize("scopes", [[1], {"a": {}}, 7, [["a"]]])
def test_scopes_of_another_shape_are_a_gap(vendors: Vendors, own: Own, scopes: Any) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": "k1", "scopes": scopes}]})
    pulled = pull(own(map={"id": "id", "scopes": "scopes"}))
    (key,) = pulled.of(Credential)
    if scopes == {"a": {}}:
        assert key.scopes == ("a:",)
    else:
        assert (key.scopes, "scopes" in key.knows) == (None, False)
        assert gaps(pulled) == [("partial", "scopes that are no list of words")]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-20T08:15:00+01:00", "2026-11-20T07:15:00Z"),
        (1795316400, "2026-11-22T03:00:00Z"),
        ("Sun, 22 Nov 2026 03:00:00 +0000", "2026-11-22T03:00:00Z"),
        (0, None),
        (None, None),
    ],
)
def test_moments(vendors: Vendors, own: Own, written: Any, read: str | None) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": 7, "at": written}]})
    (key,) = pull(own(map={"id": "id", "created": "at"})).of(Credential)
    assert (key.id, key.created, "created" in key.knows) == ("7", read, True)


def test_what_cannot_be_read_is_told(vendors: Vendors, own: Own) -> None:
    records = [{"id": "k1", "at": "soon", "state": "odd"}, {"name": "without id"}]
    vendors.plays[HOST] = lambda seen: Reply({"data": records})
    pulled = pull(own(map={"id": "id", "created": "at", "status": {"path": "state", "words": {"on": "active"}}}))
    (key,) = pulled.of(Credential)
    assert (key.created, key.status, key.knows) == (None, None, ("holder",))
    assert [(row.resource, row.reason) for row in pulled.coverage if row.status == "partial"] == [
        ("credentials.created", "dates that cannot be read"),
        ("credentials.status", "states that are neither active nor disabled"),
        ("credentials", "records of `keys` without id"),
    ]


def test_what_the_definition_says_of_itself_is_in_the_coverage(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: ONE
    unknown = [{"facts": "fields", "why": "no such call", "attest": "look at Settings", "source": "keys"}]
    pulled = pull(own({"unknown": unknown}, unconfirmed="no reference"))
    assert [(row.resource, row.status, row.reason, row.note) for row in pulled.coverage] == [
        ("credentials", "complete", "", "`keys` is not confirmed by the vendor's reference"),
        ("fields", "unseen", "Parcelpost has no call for it: no such call", ""),
    ]


def test_what_the_vendor_tells_nobody_is_no_failure(vendors: Vendors, own: Own) -> None:
    """A statement can stand for it; for a list that was refused, none can."""
    unknown = [{"facts": "fields", "why": "no such call", "attest": "look at Settings", "source": "keys"}]
    vendors.plays[HOST] = lambda seen: Reply({"error": "no"}, 403)
    pulled = pull(own({"unknown": unknown}, partial="only the newest are shown"))
    assert [(row.resource, row.reason.partition(" (")[0], row.untold) for row in pulled.coverage] == [
        ("credentials", "the credential may not do this", False),
        ("credentials", "only the newest are shown", True),
        ("fields", "Parcelpost has no call for it: no such call", True),
    ]
    assert pulled.coverage[2].help == (
        "look at Settings; then plan the blind spot with `observe` in the vendor's policy, and state it with "
        "`policycheck attest new`"
    )


def test_a_request_can_be_left_out(vendors: Vendors, own: Own) -> None:
    request = {"facts": "credentials", "source": "keys", "records": "data", "map": {"id": "id"}}
    requests = {
        "apps": {**request, "path": "/apps"},
        "old": {**request, "path": "/old/{id}", "under": "apps", "take": {"id": "id"}},
        "keys": {**request, "path": "/keys"},
    }
    vendors.plays[HOST] = lambda seen: ONE
    pulled = pull(own({"requests": requests}, given={"without": ["apps"]}))
    assert [seen.path for seen in vendors.seen] == ["/v1/keys"]
    assert sorted((row.where, row.status, row.note) for row in pulled.coverage) == [
        ("GET /apps", "complete", "`without` leaves out `apps`"),
        ("GET /keys", "complete", ""),
        ("GET /old/{id}", "complete", "`without` leaves out `old`"),
    ]
    vendors.seen.clear()
    assert pull(own({"requests": requests}, given={"without": list(requests)})).coverage == ()
    assert vendors.seen == []
    with pytest.raises(ConnectorError) as error:
        own({"requests": requests}, given={"without": ["kyes"]})
    assert "option `without` must be a list of requests of the definition" in error.value.message
    assert error.value.help == "known: apps, old, keys"


def test_an_expression_that_does_not_fit_is_a_gap(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": "text"})
    assert gaps(pull(own(records="keys(data)"))) == [
        ("unseen", "`keys(data)` cannot be read from the answer (JMESPathTypeError)")
    ]


@pytest.mark.parametrize(
    ("options", "given", "problem"),
    [
        (
            {"region": {"help": "h", "values": {"eu": HOST}}},
            {"region": "us"},
            "option `region` is not one of its values",
        ),
        ({"region": {"help": "h", "pattern": "[a-z]+"}}, {"region": "a.b"}, "option `region` is not of the form"),
        ({"region": {"help": "h", "pattern": "[a-z]+"}}, {"region": 7}, "option `region` must be a string"),
        ({"region": {"help": "h", "pattern": "[a-z]+", "required": True}}, {}, "option `region` is missing"),
        (
            {"region": {"help": "h", "values": {"eu": HOST}, "default": "eu"}},
            {"regoin": "eu"},
            "unknown option `regoin`",
        ),
    ],
)
def test_options(own: Own, options: Any, given: Any, problem: str) -> None:
    with pytest.raises(ConnectorError) as error:
        own({"options": options}, given=given)
    assert problem in error.value.message


def test_an_option_can_be_the_end_of_a_credential(vendors: Vendors, own: Own) -> None:
    host = "us14.api.parcelpost.example"
    options = {"dc": {"help": "h", "pattern": "[a-z]+[0-9]+", "taken_from": {"credential": "token", "after": "-"}}}
    top = {"options": options, "base_url": f"https://{{dc}}.{HOST}"}
    vendors.plays[host] = lambda seen: ONE
    assert ids(pull(own(top, (host,), {"token": "abc-us14"}))) == ["k1"]
    for token in ("abc", "abc-us14.evil.example"):
        reason = gaps(pull(own(top, (host,), {"token": token})))[0][1]
        assert reason == "credential `token` does not end in what option `dc` needs"


def test_a_missing_credential_is_named_and_explained(own: Own) -> None:
    made = own()
    made.options = {key: value for key, value in made.options.items() if key != "credentials"}
    pulled = pull(made)
    assert gaps(pulled)[0] == ("unseen", "credential `token` is missing")
    assert pulled.coverage[0].help == "write `credentials: {token: {env: NAME}}`; it is a key"


PROBE = {"path": "/me", "source": "keys", "scopes": "scopes", "who": "name", "enough": ["keys.read"]}


@pytest.mark.parametrize(
    ("probe", "answer", "checks"),
    [
        (PROBE, Reply({"name": "audit", "scopes": ["keys.read"]}), ["ok", "ok"]),
        (PROBE, Reply({"name": "audit", "scopes": ["keys.read", "mail.send"]}), ["ok", "warning"]),
        (PROBE, Reply({"name": "audit"}), ["ok", "warning"]),
        (PROBE, Reply({}, 401), ["failed"]),
        (
            {**PROBE, "scopes_header": "X-Scopes"},
            Reply({}, headers={"X-Scopes": "keys.read, admin"}),
            ["ok", "warning"],
        ),
        (None, Reply({}), ["warning"]),
    ],
)
def test_the_doctor(vendors: Vendors, own: Own, probe: Any, answer: Reply, checks: list[str]) -> None:
    vendors.plays[HOST] = lambda seen: answer
    found = list(own({"probe": probe} if probe else {}).doctor())
    assert [check.status for check in found] == checks


def test_the_doctor_can_ask_about_the_credential_in_the_body(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"scopes": ["keys.read"]}, 200 if seen.body == {"key": "abc"} else 401)
    probe = {**PROBE, "method": "POST", "body": {"key": "{token}"}}
    assert [check.status for check in own({"probe": probe}, held={"token": "abc"}).doctor()] == ["ok", "ok"]


def test_the_doctor_tells_what_is_missing_and_what_is_too_much(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"scopes": [f"s{number}" for number in range(9)]})
    top = {"probe": PROBE, "unknown": [{"facts": "fields", "why": "w", "attest": "a", "source": "keys"}]}
    texts = [check.text for check in own(top, needs=["fields.read"], unconfirmed="u").doctor()]
    assert texts == [
        f"works at {HOST}",
        "`keys` cannot be seen without fields.read",
        "the credential may do more than an audit needs: s0, s1, s2, s3, s4, s5 and 3 more",
        "`keys` is not confirmed by the vendor's reference",
        "no call tells: w",
    ]


MAPPED = {
    "data": [
        {
            "id": "m1",
            "app": "a1",
            "properties": {"mail": {"of": "user.email"}, "who": {"of": "user.first + user.last"}},
        },
        {"id": "m2", "app": "a2", "properties": {"fixed": {"of": "'x' + appuser.user.no + superuser.no"}, "odd": None}},
        {"id": "m3", "app": "a3", "properties": None},
    ]
}


def test_the_members_of_an_object_and_the_names_in_a_text_are_records(vendors: Vendors, own: Own) -> None:
    """Nothing is lost: a text without a name, and one that is no text, are still told by their keys."""
    vendors.plays[HOST] = lambda seen: Reply(MAPPED)
    pulled = pull(
        own(
            facts="fields",
            entries="properties",
            names={"of": "value.of", "after": "user."},
            map={"path": "word != '' && word || key", "app": "of.app"},
        )
    )
    found = [(field.app, field.path) for field in pulled.of(VendorField)]
    assert found == [("a1", "email"), ("a1", "first"), ("a1", "last"), ("a2", "fixed"), ("a2", "odd")]
    assert gaps(pulled) == []


def test_the_items_of_a_list_are_records(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": "m1", "statements": ["a", "b"]}]})
    made = own(entries="statements", map={"id": "join(' ', [of.id, key, value])"})
    assert ids(pull(made)) == ["m1 0 a", "m1 1 b"]


def test_entries_of_another_shape_are_a_gap(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": [{"id": "m1", "statements": 3}]})
    reason = "`statements` is neither an object nor a list in the answer"
    assert gaps(pull(own(entries="statements"))) == [("unseen", reason)]


def test_an_app_tells_where_it_sends_its_users(vendors: Vendors, own: Own) -> None:
    urls = [
        "https://App.parcelpost.example:8443/back",
        "parcelpost://back",
        "https://[",
        None,
        "https://app.parcelpost.example",
    ]
    vendors.plays[HOST] = lambda seen: Reply(
        {"data": [{"id": "a1", "urls": urls}, {"id": "a2", "urls": urls[0]}, {"id": "a3"}]}
    )
    pulled = pull(own(map={"id": "id", "hosts": "urls", "holder": "'vendor'"}))
    assert [(key.hosts, key.app) for key in pulled.of(Credential)] == [
        (("app.parcelpost.example",), True),
        (("app.parcelpost.example",), True),
        ((), True),
    ]


def _two(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two requests, of ``/one`` and ``/two``."""
    common = {"source": "keys", "records": "data"}
    return {"one": {**common, "path": "/one", **first}, "two": {**common, "path": "/two", **second}}


def _answers(one: Any, two: Any) -> Any:
    return lambda seen: Reply({"data": one if seen.path.endswith("/one") else two})


def test_what_several_requests_tell_of_one_credential_is_one(vendors: Vendors, own: Own) -> None:
    """It may do all that any of them tells, and does not end when one of them does not."""
    vendors.plays[HOST] = _answers(
        [{"id": "a", "on": "2024-01-01", "off": "2027-01-01", "use": None}, {"id": "b", "off": "2027-01-01"}],
        [
            {"id": "a", "name": "App", "can": ["x"], "on": "2023-01-01", "use": "2026-01-01", "off": None},
            {"id": "a", "name": "Other", "can": ["y", "x"], "use": "2025-01-01", "off": "2026-01-01"},
            {"id": "b", "off": "2028-01-01"},
        ],
    )
    dates = {"created": "on", "last_used": "use", "expires": "off"}
    made = own(
        {
            "requests": _two(
                {"facts": "credentials", "merge": True, "map": {"id": "id", **dates}},
                {"facts": "credentials", "merge": True, "map": {"id": "id", "name": "name", "scopes": "can", **dates}},
            )
        }
    )
    told = [(k.id, k.name, k.scopes, k.created, k.last_used, k.expires) for k in pull(made).of(Credential)]
    assert told == [
        ("a", "App", ("x", "y"), "2023-01-01", "2026-01-01", None),
        ("b", "b", None, None, None, "2028-01-01"),
    ]


@pytest.mark.parametrize("dates", [("20", "9", "100"), ("2024-02-01", "2024-01-31", "2024-10-01")])
def test_the_latest_of_several_records_counts(vendors: Vendors, own: Own, dates: tuple[str, str, str]) -> None:
    """By number where it is one; a tie is for the later record."""
    records = [{"id": "a", "at": at, "name": f"n{at}"} for at in dates]
    for order in (records, records[::-1]):
        vendors.plays[HOST] = _answers([], [*order, {"id": "b", "name": "other"}])
        pulled = pull(own(latest="at", map={"id": "id", "name": "name"}))
        assert [key.name for key in pulled.of(Credential)] == [f"n{dates[2]}", "other"]


def test_what_one_request_learns_another_looks_up(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = _answers(
        [{"id": 7, "name": "read"}, {"id": 8, "name": "write"}], [{"id": "a", "role": 8}, {"id": "b", "role": 9}]
    )
    map = {"id": "id", "scopes": "[looked.role.name || role]"}
    made = own(
        {
            "requests": _two(
                {"learns": {"roles": {"key": "id", "value": "@"}}},
                {"facts": "credentials", "look_up": {"role": {"in": "roles", "key": "role"}}, "map": map},
            )
        }
    )
    pulled = pull(made)
    assert [key.scopes for key in pulled.of(Credential)] == [("write",), None]
    assert [row.resource for row in pulled.coverage if row.status != "complete"] == ["credentials.scopes"]


def test_a_total_can_come_from_a_question_of_its_own(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"size": 3} if "COUNT" in seen.line else {"data": [{"id": "k1"}]})
    pulled = pull(own(query={"q": "SELECT Id FROM Key"}, count={"q": "SELECT COUNT() FROM Key"}, total="size"))
    assert (ids(pulled), gaps(pulled)) == (
        ["k1"],
        [("partial", "the vendor declares 3 records of `keys` and gave 1")],
    )


def test_names_in_a_list_of_texts(vendors: Vendors, own: Own) -> None:
    vendors.plays[HOST] = lambda seen: Reply({"data": ["user.email", "user.first"]})
    assert ids(pull(own(names={"of": "@", "after": "user."}, map={"id": "word"}))) == ["email", "first"]
