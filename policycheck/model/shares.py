"""Facts about what was given to others by other means than a policy document, and what stops that.

Field types and conventions are those of ``model.facts``, which lists these kinds among its tables.
"""

from __future__ import annotations

from policycheck.model.dataclass import dataclass

#: The Setting of a function, or its alias: how its URL asks who calls (``NONE``, ``AWS_IAM``), empty without a URL.
URL_ASKS = "FunctionUrlAuthType"
#: The party of what everybody with any AWS account may; everybody at all is ``model.facts.PUBLIC``.
AUTHENTICATED = "AUTHENTICATED"


@dataclass(frozen=True, slots=True)
class Share:
    """Something of ours that was given to a party, by other means than a policy document or a grant on data.

    ``resource`` is the ARN of what is given, ``account`` its owner. ``party`` is an account id, the ARN of a principal,
    an organization or an organizational unit, a canonical user id, a service principal, PUBLIC or AUTHENTICATED.
    ``kind``, with what ``rights`` and ``name`` are then:

    * ``grant`` of a KMS key: operations (``Decrypt``); the grant's id. ``context`` are the names of the keys of the
      encryption context that a request must have, ``source`` the ARN of the resource for which it must be made.
    * ``acl`` of a bucket: permissions (``READ``).
    * ``url`` of a function: ``NONE``, the way of signing in; the qualifier.
    * ``ram``, a resource share: ARNs of its permissions, or IAM actions where ``told``; the name of the share.
    * ``snapshot``, ``db-snapshot``, ``db-cluster-snapshot``, ``image``: ``restore`` or ``launch``; ``copies`` are the
      ARNs of what it is a copy of, as far as it is told, ``key`` that of the KMS key that encrypts it, if one does.

    ``pending``: the party has still to accept.
    """

    system: str
    account: str
    resource: str
    kind: str
    party: str
    rights: tuple[str, ...]
    connector: str
    where: str
    name: str = ""
    copies: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    source: str = ""
    told: bool = True
    pending: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Encryption:
    """With which key something of ours is encrypted where it is stored.

    ``resource`` is the ARN of the bucket, table, queue, stream or secret. ``key`` is the ARN of a key of KMS, empty
    when reading needs no permission on a key. ``manager``: ``customer``, or ``aws`` for the key that AWS keeps in an
    account for one of its services (``key`` may be its alias then); empty when that is not told. ``default``: only
    what is stored from then on, unless it names another key.
    """

    system: str
    account: str
    resource: str
    key: str
    connector: str
    where: str
    manager: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a resource or a whole account that decides who gets in, whatever policies and lists say.

    ``resource`` is an ARN, with ``*`` for everything of the account's that it matches (``arn:aws:s3:::*``,
    ``arn:aws:ec2:eu-west-1:111122223333:snapshot/*``). ``name`` and ``value`` are the service's own words
    (``IgnorePublicAcls``, ``true``; ``ObjectOwnership``, ``BucketOwnerEnforced``; ``SnapshotBlockPublicAccess``,
    ``block-all-sharing``), ``URL_ASKS``, and ``CanonicalUserId`` with the id by which lists of S3 name the account.
    """

    system: str
    account: str
    resource: str
    name: str
    value: str
    connector: str
    where: str
