"""Every wrong value has its one clear error: rule, place, sentence, help."""
# ruff: noqa: E501 (one expected problem a line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Problems = Callable[[str], list[str]]

POLICY = [
    ("recognize: {}\n", ["error PC002 2:1-9 unknown key `recognize` | did you mean `recognise`?"]),
    (
        "fields: [{categry: user.name, category: user.name}]\n",
        ["error PC002 2:11-17 unknown key `categry` | did you mean `category`?"],
    ),
    ("filters: 1\n", ["error PC002 2:1-7 unknown key `filters` | did you mean `fields`?"]),
    ("review: {lst: 2026-09-01}\n", ["error PC002 2:10-12 unknown key `lst` | did you mean `last`?"]),
    (
        "review: {xyz: 1}\n",
        ["error PC002 2:10-12 unknown key `xyz` | known keys here: `by`, `every_days`, `last`"],
    ),
    ("owner: [a]\n", ["error PC003 2:8-8 `owner` must be text | write `owner: growth-platform@lumen.example`"]),
    (
        "owner:\n",
        ["error PC003 2:7-7 `owner` has no value | write `owner: growth-platform@lumen.example`, or remove it"],
    ),
    ('owner: ""\n', ["error PC003 2:8-9 `owner` is empty | write `owner: growth-platform@lumen.example`"]),
    ("owner: 42\n", ['error PC003 2:8-9 `42` without quotes is a number, not text | put it in quotes: "42"']),
    (
        "owner: 1.50\n",
        ['error PC003 2:8-11 `1.50` without quotes is the number 1.5 in YAML, not text | put it in quotes: "1.50"'],
    ),
    (
        "owner: off\n",
        ['error PC003 2:8-10 `off` without quotes means false in YAML, not text | put it in quotes: "off"'],
    ),
    (
        "contract: {regions: [de, no]}\n",
        ['error PC003 2:26-27 `no` without quotes means false in YAML, not text | put it in quotes: "no"'],
    ),
    (
        "contract: {regions: [{a: b}]}\n",
        ["error PC003 2:22-22 an item of `regions` must be text | write `regions: [eu]`"],
    ),
    (
        "contract: {regions: [~]}\n",
        ["error PC003 2:22-22 an item of `regions` has no value | write `regions: [eu]`, or remove it"],
    ),
    (
        'contract: {regions: [" "]}\n',
        ["error PC003 2:22-24 an item of the list is empty | write a value or remove the item"],
    ),
    ("contract: {regions: eu}\n", ["error PC003 2:21-22 `regions` must be a list | write `regions: [eu]`"]),
    (
        "contract: x\n",
        [
            'error PC003 2:11-11 `contract` must be a mapping | write `contract: {dpa: "https://contracts.lumen.example/vendor", ends: 2027-03-31}`'
        ],
    ),
    (
        'contract: {breach_notice_hours: "24"}\n',
        ["error PC003 2:33-36 `breach_notice_hours` must be a whole number | write `breach_notice_hours: 24`"],
    ),
    (
        "contract: {breach_notice_hours: yes}\n",
        ["error PC003 2:33-35 `breach_notice_hours` must be a whole number | write `breach_notice_hours: 24`"],
    ),
    (
        "contract: {breach_notice_hours: 0}\n",
        ["error PC003 2:33-33 `breach_notice_hours` must be at least 1 | write `breach_notice_hours: 24`"],
    ),
    (
        "contract: {ends: 2026-02-30}\n",
        ["error PC003 2:18-27 the date `2026-02-30` does not exist | check the month and the day"],
    ),
    (
        "contract: {ends: 1969-12-31}\n",
        ["error PC003 2:18-27 the year of `1969-12-31` is not between 1970 and 2199 | check the year"],
    ),
    (
        "contract: {ends: 9999-12-31}\n",
        ["error PC003 2:18-27 the year of `9999-12-31` is not between 1970 and 2199 | check the year"],
    ),
    ("contract: {ends: 2199-12-31}\n", []),
    (
        "contract: {breach_notice_hours: 8761}\n",
        ["error PC003 2:33-36 `breach_notice_hours` must be at most 8760 | write `breach_notice_hours: 24`"],
    ),
    (
        "contract: {retention_days: 36501}\n",
        ["error PC003 2:28-32 `retention_days` must be at most 36500 | write `retention_days: 30`"],
    ),
    (
        "limits: {key_max_age_days: 99999999999999}\n",
        ["error PC003 2:28-41 `key_max_age_days` must be at most 36500 | write `key_max_age_days: 90`"],
    ),
    (
        "review: {every_days: 99999999999999}\n",
        ["error PC003 2:22-35 `every_days` must be at most 36500 | write `every_days: 180`"],
    ),
    ("contract: {retention_days: 36500}\n", []),
    (
        "contract: {ends: tomorrow}\n",
        ["error PC003 2:18-25 `tomorrow` is not a date | write year, month and day, such as `2027-03-31`"],
    ),
    (
        "contract: {ends: 20270331}\n",
        ["error PC003 2:18-25 `20270331` is not a date | write year, month and day, such as `2027-03-31`"],
    ),
    (
        "contract: {ends: 2027-3-31}\n",
        ["error PC003 2:18-26 `2027-3-31` is not a date | write year, month and day, such as `2027-03-31`"],
    ),
    ("contract: {subprocessors: [{for: x}]}\n", ["error PC003 2:28-28 `name` is missing | add `name: Cloud Ltd`"]),
    (
        "contract:\n  subprocessors:\n    - x\n",
        ["error PC003 4:7-7 an item of `subprocessors` must be a mapping | write its keys, such as `name: Cloud Ltd`"],
    ),
    (
        "integrations: {live: x}\n",
        ["error PC003 2:22-22 `live` must be a mapping | write its keys, such as `kind: transactional_email`"],
    ),
    (
        "stage: enforced\n",
        ["error PC003 2:8-15 `stage` cannot be `enforced` | write one of `draft`, `observe`, `enforce`"],
    ),
    ("stage: yes\n", ["error PC003 2:8-10 `stage` cannot be `yes` | write one of `draft`, `observe`, `enforce`"]),
    (
        "observe: [{system: x, by: call, every_days: 9, reason: up}]\n",
        ["error PC003 2:27-30 `by` cannot be `call` | write `attestation`"],
    ),
    (
        "fields: [user.contact.email]\n",
        [
            "error PC003 2:10-27 an item of `fields` must be a mapping | write its keys, such as `category: user.contact.email`"
        ],
    ),
    ("fields: [{why: x}]\n", ["error PC003 2:10-10 `category` is missing | add `category: user.contact.email`"]),
    ("fields: {}\n", ["error PC003 2:9-9 `fields` must be a list | write `fields: [{category: user.contact.email}]`"]),
    (
        "recognise: {aws_accounts: [444455556666]}\n",
        ['error PC003 2:28-39 `444455556666` without quotes is a number, not text | put it in quotes: "444455556666"'],
    ),
    (
        "recognise: {aws_accounts: [012345670123]}\n",
        [
            'error PC003 2:28-39 `012345670123` without quotes is the number 1402433619 in YAML, not text | put it in quotes: "012345670123"'
        ],
    ),
    (
        "recognise: {aws_accounts: [44445555]}\n",
        ["error PC003 2:28-35 `44445555` is not an AWS account id | an AWS account id has 12 digits, in quotes"],
    ),
    (
        "recognise: {aws_principals: [role/x]}\n",
        [
            'error PC003 2:30-35 `role/x` is not an ARN | write it in full, such as `"arn:aws:iam::111122223333:role/name"`'
        ],
    ),
    (
        'recognise: {hosts: ["https://API.vendor.example/v1"]}\n',
        ["error PC003 2:21-51 `https://API.vendor.example/v1` is not a host name | write `api.vendor.example`"],
    ),
    (
        "recognise: {hosts: [localhost]}\n",
        ["error PC003 2:21-29 `localhost` is not a host name | write a name such as `api.vendor.example`"],
    ),
    ("access: [{in: [prod]}]\n", ["error PC003 2:10-10 `system` is missing | add `system: aws`"]),
    (
        "access: [{system: aws, require: {max_session: 3600}}]\n",
        ["error PC003 2:47-50 `3600` is not a length of time | write a number and a unit: `90m`, `1h`, `12h`"],
    ),
    (
        "access: [{system: aws, require: {max_session: 0h}}]\n",
        ["error PC003 2:47-48 `0h` is not a length of time | write a number and a unit: `90m`, `1h`, `12h`"],
    ),
    (
        "access: [{system: x, require: {key_expiry: 90m}}]\n",
        ["error PC003 2:44-46 `90m` is not a number of days | write days: `90d`"],
    ),
    (
        "access: [{system: aws, require: {max_session: 721m}}]\n",
        ["error PC003 2:47-50 `721m` is longer than AWS lets a session last | write at most `12h`"],
    ),
    (
        "access: [{system: x, require: {key_expiry: 36501d}}]\n",
        ["error PC003 2:44-49 `36501d` is longer than a century | write at most `36500d`"],
    ),
    (
        "access: [{system: x, require: {external_id: yes}}]\n",
        ["error PC003 2:45-47 `external_id` cannot be `yes` | write one of `any`, `unique`"],
    ),
    (
        "access: [{system: x, require: {source_ips: [192.0.2.1/24]}}]\n",
        ["error PC003 2:45-56 `192.0.2.1/24` is not an IP network | clear the bits after the prefix"],
    ),
    (
        "access: [{system: x, require: {source_ips: [192.0.2]}}]\n",
        ["error PC003 2:45-51 `192.0.2` is not an IP network | write `192.0.2.0/24`"],
    ),
    (
        "access: [{system: aws, allow: [{why: x}]}]\n",
        [
            "error PC003 2:32-32 this item allows nothing | name `actions` and `resources`, or a managed policy with `aws_managed`"
        ],
    ),
    (
        "access: [{system: aws, allow: [x]}]\n",
        [
            "error PC003 2:32-32 an item of `allow` must be a mapping | write its keys, such as `actions: [s3:GetObject]`"
        ],
    ),
    (
        "access: [{system: aws, allow: [{actions: [s3:GetObject]}]}]\n",
        ['error PC003 2:32-32 `resources` is missing | add `resources: ["arn:aws:s3:::bucket/*"]`'],
    ),
    (
        'access: [{system: aws, allow: [{resources: ["arn:aws:s3:::b"], sha256: x, why: y}]}]\n',
        [
            "error PC003 2:32-32 `actions` is missing | add `actions: [s3:GetObject]`",
            "error PC003 2:32-32 `sha256` belongs to `aws_managed` | name the managed policy: `aws_managed: SecurityAudit`",
            "error PC003 2:72-72 `x` is not a SHA-256 | write its 64 hexadecimal digits in lower case",
        ],
    ),
    (
        "access: [{system: aws, allow: [{aws_managed: x, resources: [arn:aws:s3:::b]}]}]\n",
        ["error PC003 2:32-32 `aws_managed` and `resources` cannot stand together | write two items"],
    ),
    (
        "access: [{system: aws, allow: [{actions: [GetObject], resources: [bucket]}]}]\n",
        [
            "error PC003 2:43-51 `GetObject` is not an action | write `service:Action`, such as `s3:GetObject`",
            'error PC003 2:67-72 `bucket` is not a resource | write an ARN, such as `"arn:aws:s3:::bucket/*"`',
        ],
    ),
    (
        "access: [{system: aws, allow: [{actions: [], resources: [arn:aws:s3:::b]}]}]\n",
        ["error PC003 2:42-42 `actions` is empty | write `actions: [s3:GetObject]`"],
    ),
    (
        "exceptions: [{rule: PC301, match: {key: a}}]\n",
        [
            "error PC003 2:14-14 `approved_by` is missing | add `approved_by: ciso@lumen.example`",
            "error PC003 2:14-14 `expires` is missing | add `expires: 2027-03-31`",
            "error PC003 2:14-14 `owner` is missing | add `owner: growth@lumen.example`",
            'error PC003 2:14-14 `reason` is missing | add `reason: "rotation in Q1"`',
        ],
    ),
    (
        "exceptions:\n- {rule: 301, match: {kee: a, account: 111122223333}, reason: up, owner: me, approved_by: it, expires: 2027-09-09}\n",
        [
            "error PC003 3:10-12 `301` is not a rule | write its identifier, such as `PC301`",
            "error PC002 3:23-25 unknown selector `kee` | did you mean `key`?",
            'error PC003 3:40-51 `111122223333` without quotes is a number, not text | put it in quotes: "111122223333"',
        ],
    ),
    (
        "exceptions:\n- {rule: PC301, match: {}, reason: up, owner: me, approved_by: it, expires: 2027-09-09}\n",
        [
            "error PC003 3:24-24 `match` selects nothing | name what is accepted, such as `match: {key: sendgrid-legacy}`"
        ],
    ),
]


@pytest.mark.parametrize(("text", "problems"), POLICY)
def test_policy(text: str, problems: list[str], policy: Problems) -> None:
    assert policy(text) == problems


@pytest.mark.parametrize(
    ("vendor", "problem"),
    [
        (
            "Send Grid",
            "`Send Grid` is not a name for a vendor | use lower-case letters, digits, `-`, `_` and `.`, such as `member-exports`",
        ),
        ("us", "a vendor cannot be called `us` | `held_by` uses this word: choose another name"),
    ],
)
def test_vendor_names(vendor: str, problem: str, told: Callable[..., list[str]]) -> None:
    last = 8 + len(vendor)
    assert told({"policies/v.yaml": f"vendor: {vendor}\n"}) == [f"error PC003 policies/v.yaml:1:9-{last} {problem}"]


CATALOG = [
    (
        "locations: [arn:aws:s3:::b]\n",
        ["error PC003 1:1-1 `fields` is missing | add `fields: {email: user.contact.email}`"],
    ),
    (
        "fields: {a: user.name}\nlocations: []\n",
        ['error PC003 3:12-12 `locations` is empty | write `locations: ["arn:aws:s3:::bucket/members/*"]`'],
    ),
    (
        "fields: {a: user.name}\nlocations: [s3://b/x]\n",
        ["error PC003 3:13-20 `s3://b/x` is not an ARN | write `arn:aws:s3:::b/x`"],
    ),
    (
        "locations: [x]\nfields: [a]\n",
        ["error PC003 3:9-9 `fields` must be a mapping | write `fields: {email: user.contact.email}`"],
    ),
    (
        "locations: [x]\nfields: nothing\n",
        ["error PC003 3:9-15 `fields` must be a mapping, or `none` | write `email: user.contact.email` lines below it"],
    ),
    (
        "locations: [x]\nfields: {}\n",
        ["error PC003 3:9-9 `fields` is empty | write `fields: {email: user.contact.email}`"],
    ),
    (
        "locations: [x]\nfields: none\n",
        [
            'error PC003 3:9-12 `fields: none` needs a reason | say why nothing there is about people: `why: "build logs only"`'
        ],
    ),
    (
        "locations: [x]\nfields: {a: 1}\n",
        ['error PC003 3:13-13 `1` without quotes is a number, not text | put it in quotes: "1"'],
    ),
    (
        "locations: [x]\nfields: {a: [b]}\n",
        ["error PC003 3:13-13 `a` must be text | write `fields: {email: user.contact.email}`"],
    ),
    (
        "locations: [x]\nfields: {a: {form: raw}}\n",
        ["error PC003 3:13-13 `category` is missing | add `category: user.device.ip_address`"],
    ),
    (
        "locations: [x]\nfields: {a: user.name}\nsubjects: {count: -1}\n",
        ["error PC003 4:19-20 `count` must be at least 0 | write `count: 35000000`"],
    ),
    (
        "locations: [x]\nfields: {a: user.name}\nsubjects: {count: 100000000001}\n",
        ["error PC003 4:19-30 `count` must be at most 100000000000 | write `count: 35000000`"],
    ),
    (
        "locations: [x]\nfields: {a: user.name}\nowner: x\n",
        [
            "error PC002 4:1-5 unknown key `owner` | known keys here: `dataset`, `fields`, `locations`, `subjects`, `why`"
        ],
    ),
]


@pytest.mark.parametrize(("text", "problems"), CATALOG)
def test_catalog(text: str, problems: list[str], catalog: Problems) -> None:
    assert catalog(text) == problems


CONFIG = [
    ("polices: [policies/]\n", ["error PC002 2:1-7 unknown key `polices` | did you mean `policies`?"]),
    (
        "fail_on: never\n",
        ["error PC003 2:10-14 `fail_on` cannot be `never` | write one of `info`, `low`, `medium`, `high`, `critical`"],
    ),
    (
        "rules: 2026.10\n",
        [
            'error PC003 2:8-14 `2026.10` without quotes is the number 2026.1 in YAML, not text | put it in quotes: "2026.10"'
        ],
    ),
    (
        'rules: "2026.13"\n',
        ['error PC003 2:8-16 `2026.13` is not a month of rules | write year and month in quotes, such as `"2026.11"`'],
    ),
    (
        "own_organizations: [a1b2]\n",
        ["error PC003 2:21-24 `a1b2` is not an AWS organization id | write it as `o-a1b2c3d4e5`"],
    ),
    ('own_hosts: [lumen.example, "*.x.example", intranet, "192.0.2.7", "2001:db8::7"]\n', []),
    (
        'own_hosts: ["https://Lumen.example/a", "a b", ""]\n',
        [
            "error PC003 2:13-37 `https://Lumen.example/a` is not a host name | write `lumen.example`",
            "error PC003 2:40-44 `a b` is not a host name | write a name such as `api.vendor.example`",
            "error PC003 2:47-48 an item of the list is empty | write a value or remove the item",
        ],
    ),
    (
        "groups: {prod: [111122223333]}\n",
        ['error PC003 2:17-28 `111122223333` without quotes is a number, not text | put it in quotes: "111122223333"'],
    ),
    (
        "groups: {prod: [1111]}\n",
        ["error PC003 2:17-20 `1111` is not an AWS account id | an AWS account id has 12 digits, in quotes"],
    ),
    (
        "groups: {prod: x}\n",
        ['error PC003 2:16-16 group `prod` must be a list of account ids | write `prod: ["111122223333"]`'],
    ),
    (
        "profiles: {a: {access: []}}\n",
        [
            "error PC002 2:16-21 a profile cannot hold `access` | it holds `never`, `limits` and `review`, which can only tighten a policy"
        ],
    ),
    (
        "defaults: {fields: []}\n",
        [
            "error PC002 2:12-17 `defaults` cannot hold `fields` | it holds `never`, `limits` and `review`, which can only tighten a policy"
        ],
    ),
    ("profiles: {a: {nver: []}}\n", ["error PC002 2:16-19 unknown key `nver` | did you mean `never`?"]),
    (
        "profiles: {a: x}\n",
        ["error PC003 2:15-15 `a` must be a mapping | write its keys, such as `never: [user.financial]`"],
    ),
    (
        "connectors: [x]\n",
        ["error PC003 2:14-14 an item of `connectors` must be a mapping | write its keys, such as `name: iam-export`"],
    ),
    ("connectors: [{name: x}]\n", ["error PC003 2:14-14 `type` is missing | add `type: aws`"]),
    ("snapshots: {keep_days: 0}\n", ["error PC003 2:24-24 `keep_days` must be at least 1 | write `keep_days: 800`"]),
    (
        "snapshots: {keep_days: 36500, max_age_days: 36501}\n",
        ["error PC003 2:45-49 `max_age_days` must be at most 36500 | write `max_age_days: 7`"],
    ),
]


@pytest.mark.parametrize(("text", "problems"), CONFIG)
def test_config(text: str, problems: list[str], config: Problems) -> None:
    assert config(text) == problems


def test_version(told: Callable[..., list[str]]) -> None:
    assert told({"policycheck.yaml": "version: 2\n"}) == [
        "error PC003 policycheck.yaml:1:10-10 `version` cannot be `2` | write `1`"
    ]
    assert told({"policycheck.yaml": "fail_on: low\n"}) == [
        "error PC003 policycheck.yaml:1:1-1 `version` is missing | add `version: 1`"
    ]


def test_a_wrong_value_hides_nothing_beside_or_below_it(policy: Problems) -> None:
    rows = policy(
        "owner: [a]\nfields: [{category: user.nam, depth: 3}, x]\ncontract: {ends: x, y: z}\nextends: nobody\n"
    )
    assert [" ".join(row.split()[1:3]) for row in rows] == [
        "PC003 2:8-8",
        "PC004 3:21-28",
        "PC003 3:38-38",
        "PC003 3:42-42",
        "PC003 4:18-18",
        "PC002 4:21-21",
        "PC003 5:10-15",
    ]
