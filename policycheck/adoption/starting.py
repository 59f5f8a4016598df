"""The files of a new project, as texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.adoption.quoting import comment, quoted
from policycheck.model.dataclass import dataclass

IGNORED = ".policycheck/"

#: Where an export is looked for when none was found.
EXPORTS = "exports/aws*.json"

_CONFIG = """\
# What vendors may have stands in policies/, what our own data holds in catalog/, where to look below.
# `policycheck config show` prints every value and where it comes from.
version: 1
policies: [policies/]   # one file for each vendor
catalog: [catalog/]     # which fields our own datasets hold
fail_on: medium         # `policycheck check` exits with 1 from this severity on; not for policies at stage observe

# Accounts and organisations of ours, beside those of the roles that are read:
# own_accounts: ["111122223333"]
# own_organizations: ["o-a1b2c3d4e5"]

"""

POLICIES = """\
# Policies

One file for each vendor: what it may have. `policycheck init --adopt EXPORT` drafts them from what vendors have today.

```yaml
vendor: postbox
name: Postbox Mail
kind: transactional_email        # decides which fields it needs
owner: growth@shop.example
stage: observe                   # draft and observe report; enforce fails a run

recognise:                       # nothing else identifies it
  aws_accounts: ["444455556666"]

fields:
  - category: user.contact.email
```
"""

CATALOG = """\
# Catalog

One file for each dataset of ours: where it lies, and which fields it holds. `policycheck catalog import` writes them
from a schema, dbt or a data contract.

```yaml
dataset: orders
subjects: {kind: customer, count: 40000}
locations: ["arn:aws:s3:::shop-orders/*"]
fields:
  email: user.contact.email
  last_ip: user.device.ip_address
```
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One connector to be. ``off`` is why it stands in a comment, empty when it does not."""

    name: str
    type: str
    paths: tuple[str, ...] = ()
    system: str = ""
    more: str = ""
    off: str = ""

    @property
    def line(self) -> str:
        """The entry as an item of a list."""
        system = f", system: {quoted(self.system)}" if self.system else ""
        paths = f", paths: [{', '.join(map(quoted, self.paths))}]" if self.paths else ""
        return f"- {{name: {quoted(self.name)}, type: {self.type}{system}{paths}{self.more}}}"


def config(entries: Iterable[Entry]) -> str:
    """policycheck.yaml."""
    return _CONFIG + "".join(f"{line}\n" for line in _connectors(tuple(entries)))


def _connectors(entries: tuple[Entry, ...]) -> Iterator[str]:
    yield "connectors:" if any(not each.off for each in entries) else "connectors: []"
    for each in entries:
        if each.off:
            yield f"  # {comment(each.off)}:"
            yield f"  # {comment(each.line)}"
        else:
            yield f"  {each.line}"
