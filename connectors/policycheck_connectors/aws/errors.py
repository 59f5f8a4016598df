"""Why a call was not answered, as a sentence that quotes nothing of the answer.

Codes: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the service models of botocore.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from policycheck_connectors.files.book import Gap

#: What a call of boto3 raises when it is not answered; an answer that is no XML or JSON has an error of its own.
FAILURES = (BotoCoreError, ClientError, ResponseParserError)

_DENIED = re.compile(r"AccessDenied\w*|Unauthorized\w*|NotAuthorized\w*|Forbidden|AuthorizationError\w*")
_EXPIRED = re.compile(r"Expired\w*|RequestExpired|TokenRefreshRequired")
_UNKNOWN_KEY = re.compile(
    r"InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|AuthFailure|SignatureDoesNotMatch"
)
_THROTTLED = re.compile(
    r"Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|SlowDown|PriorRequestNotComplete|BandwidthLimitExceeded"
)
_OFF = re.compile(r"OptInRequired|SubscriptionRequired\w*|RegionDisabled\w*")
_CLOCK = re.compile(r"RequestTimeTooSkewed|InvalidSignatureException|RequestInTheFuture")
_CODE = re.compile(r"[A-Za-z][\w.]{0,63}")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as the end of the sentence "CALL ..."; ``help`` tells how to mend it, ``denied`` that a permission lacks."""

    text: str
    help: str
    denied: bool = False


def reason_of(error: Exception) -> Reason:
    """What an error of boto3 means."""
    if isinstance(error, ClientError):
        return _of_code(error)
    if isinstance(error, NoCredentialsError):
        return Reason("found no credentials", "sign in, or set AWS_PROFILE; boto3's usual places are searched")
    if isinstance(error, (EndpointConnectionError, ReadTimeoutError, HTTPClientError)):
        return Reason(f"got no answer ({type(error).__name__})", "is the Region enabled and the network up? try again")
    if isinstance(error, ResponseParserError):
        return Reason("gave an answer that could not be read", "try again; report it if it stays")
    return Reason(f"failed with {type(error).__name__}", "see the credentials and settings of boto3")


def _of_code(error: ClientError) -> Reason:
    told = str(error.response.get("Error", {}).get("Code", ""))
    code = told if _CODE.fullmatch(told) else "an unknown error"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if _DENIED.fullmatch(code):
        return Reason("was denied", "", denied=True)
    if _EXPIRED.fullmatch(code):
        return Reason("was refused, as the credentials have expired", "sign in again; the pull goes on where it stood")
    if _CLOCK.fullmatch(code):
        return Reason(f"was refused ({code})", "set the clock of this machine right")
    if _UNKNOWN_KEY.fullmatch(code):
        return Reason(f"was refused ({code})", "the credentials are not valid here; is the Region enabled?")
    if _THROTTLED.fullmatch(code):
        return Reason("was throttled until all retries were used", "lower `jobs`, or pull when less else runs")
    if _OFF.fullmatch(code):
        return Reason(f"was refused ({code})", "the Region or service is not enabled: take it out of `regions`")
    if isinstance(status, int) and status >= 500:
        return Reason(f"failed at AWS (HTTP {status})", "try again")
    return Reason(f"failed with {code}", "see the message of `policycheck connectors doctor`")


def gap_of(call: str, actions: tuple[str, ...], reason: Reason) -> Gap:
    """The gap that a failed call leaves; a denied one names the action that the credentials lack."""
    if reason.denied:
        needed = " and ".join(actions)
        return Gap(f"{call} {reason.text}: it needs {needed}", f"allow {needed}")
    return Gap(f"{call} {reason.text}", reason.help)
