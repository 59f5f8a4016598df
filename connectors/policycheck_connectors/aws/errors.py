"""Why a call was not answered, as a sentence that quotes nothing of the answer.

Codes: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the service models of botocore.
"""

from __future__ import annotations

import re
from dataclasses import replace

from botocore import __version__ as VERSION
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
    UnknownServiceError,
)
from botocore.parsers import ResponseParserError

from policycheck.model.dataclass import dataclass
from policycheck_connectors.aws.intact import UNREADABLE
from policycheck_connectors.files.book import Gap


class UnknownCall(Exception):
    """The installed botocore has no operation of that name."""


#: What a call of boto3 raises when it is not answered or the answer is none.
FAILURES = (BotoCoreError, ClientError, ResponseParserError)

#: What boto3 calls by itself to enter an account, and the action that it needs.
ENTERING = ("sts.assume_role", ("sts:AssumeRole",))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as the end of the sentence "CALL ..."; ``help`` tells how to mend it.

    ``denied``: a permission lacks. ``passing``: it passes, so that the next pull can go on where this one stood.
    ``strange``: what answered, if anything did, may be something else than AWS.
    """

    text: str
    help: str
    denied: bool = False
    passing: bool = False
    strange: bool = False

    def asked_at(self, address: str) -> Reason:
        """The same with what was asked in place of AWS, where that may be why; empty when AWS was asked."""
        return replace(self, text=f"{self.text}, asked at {address}") if address and self.strange else self


#: What to do about a call that needs no permission and is denied all the same.
NO_ACTION = "no permission is needed for it: is a proxy or an endpoint policy between here and AWS?"
_SET_CLOCK = "set the clock of this machine right"
_LESS = "lower `jobs`, or pull when less else runs"
_BROKEN = Reason("gave an answer that could not be read", "is a proxy between here and AWS? try again", strange=True)
_SIGNATURE = ("SignatureDoesNotMatch", "InvalidSignatureException")
_CODES = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (UNREADABLE, _BROKEN),
        (
            r"AccessDenied\w*|Unauthorized\w*|NotAuthorized\w*|Forbidden\w*|AuthorizationError\w*",
            Reason("was denied", "", denied=True),
        ),
        (
            r"Expired\w*|RequestExpired|TokenRefreshRequired|InvalidIdentityToken",
            Reason(
                "was refused, as the credentials have expired",
                "sign in again; the pull goes on where it stood",
                passing=True,
            ),
        ),
        (r"RequestTimeTooSkewed|RequestInTheFuture", Reason("was refused ({})", _SET_CLOCK)),
        (
            r"InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|AuthFailure|InvalidToken",
            Reason("was refused ({})", "the credentials are not valid here; is the Region enabled?"),
        ),
        (
            r"Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|RequestThrottled\w*|EC2Throttled\w*|SlowDown"
            r"|PriorRequestNotComplete|BandwidthLimitExceeded|ProvisionedThroughputExceeded\w*",
            Reason("was throttled until all retries were used", _LESS),
        ),
        (
            r"OptInRequired|SubscriptionRequired\w*|RegionDisabled\w*",
            Reason("was refused ({})", "the Region or service is not enabled: take it out of `regions`"),
        ),
    )
)
_CODE = re.compile(r"[A-Za-z][\w.]{0,63}")


def reason_of(error: Exception) -> Reason:
    """What an error of boto3 means."""
    if isinstance(error, ClientError):
        return _of_code(error)
    if isinstance(error, (SSOTokenLoadError, TokenRetrievalError, UnauthorizedSSOTokenError)):
        return Reason(
            "found a sign-in that has expired", "run `aws sso login`; the pull goes on where it stood", passing=True
        )
    if isinstance(error, NoCredentialsError):
        return Reason("found no credentials", "sign in, or set AWS_PROFILE; boto3's usual places are searched")
    if isinstance(error, ProfileNotFound):
        help = "name one that `aws configure list-profiles` tells"
        return Reason(f"found no profile {error.kwargs.get('profile')}", help)
    if isinstance(error, (EndpointConnectionError, ReadTimeoutError, HTTPClientError)):
        help = "is the Region enabled and the network up? try again"
        return Reason(f"got no answer ({type(error).__name__})", help, strange=True)
    if isinstance(error, (UnknownCall, UnknownServiceError)):
        return Reason(f"is not known to botocore {VERSION}", "install a newer boto3")
    if isinstance(error, BotoCoreError):
        return Reason(f"failed with {type(error).__name__}", "see the credentials and settings of boto3")
    if isinstance(error, RuntimeError):
        # What boto3 raises when the credentials that it has just fetched are over.
        return Reason("was refused, as fetched credentials have expired already", _SET_CLOCK, passing=True)
    return _BROKEN


def _of_code(error: ClientError) -> Reason:
    told = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if not _CODE.fullmatch(told):
        return replace(_of_status(status), strange=True)
    for pattern, reason in _CODES:
        if pattern.fullmatch(told):
            return replace(reason, text=reason.text.format(told))
    if told in _SIGNATURE:
        return _of_signature(told, str(error.response.get("Error", {}).get("Message", "")))
    if isinstance(status, int) and status >= 500:
        return _of_status(status)
    return Reason(f"failed with {told}", "see what `policycheck connectors doctor` says")


def _of_status(status: object) -> Reason:
    """What an answer without an error code of AWS means, such as the page of a proxy."""
    if status in (401, 403):
        return Reason(f"was denied (HTTP {status})", "", denied=True)
    if status == 429 or status == 503:
        return Reason(f"was throttled until all retries were used (HTTP {status})", _LESS)
    if isinstance(status, int) and status >= 500:
        return Reason(f"failed at AWS (HTTP {status})", "try again")
    return Reason(f"failed without an error code (HTTP {status})", "is a proxy between here and AWS?")


def _of_signature(code: str, message: str) -> Reason:
    """AWS tells a wrong clock and a wrong key under the same code."""
    if message.startswith(("Signature expired", "Signature not yet current")):
        return Reason(f"was refused ({code}: the clock is wrong)", _SET_CLOCK)
    return Reason(f"was refused ({code})", f"the secret key may be wrong, or the clock: {_SET_CLOCK}")


def is_entering(error: Exception, call: str) -> bool:
    """Whether what failed is not the call but entering its account, which boto3 does when credentials run out."""
    operation = error.operation_name if isinstance(error, ClientError) else ""
    return operation == "AssumeRole" and call != ENTERING[0]


def gap_of(call: str, actions: tuple[str, ...], reason: Reason) -> Gap:
    """The gap that a failed call leaves; a denied one names the action that the credentials lack."""
    if reason.denied and not actions:
        return Gap(f"{call} {reason.text}", NO_ACTION)
    if reason.denied:
        needed = " and ".join(actions)
        return Gap(f"{call} {reason.text}: it needs {needed}", f"allow {needed}")
    return Gap(f"{call} {reason.text}", reason.help)
