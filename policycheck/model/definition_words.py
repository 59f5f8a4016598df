"""The words of connector definitions: apart from their shapes, which cost what a check of other files need not pay."""

from __future__ import annotations

#: What records become: keys of the vendor's API, or definitions of the fields that the vendor holds.
CREDENTIALS, FIELDS = "credentials", "fields"

#: Ways to the next page.
NO_PAGING, OFFSET, PAGE, CURSOR, BODY_CURSOR, NEXT_URL, LINK, LAST_ID = (
    *("none", "offset", "page", "cursor", "body_cursor", "next_url", "link", "last_id"),
)
PAGING_KINDS = (NO_PAGING, OFFSET, PAGE, CURSOR, BODY_CURSOR, NEXT_URL, LINK, LAST_ID)

HEADERS, BASIC, BODY, CLIENT_CREDENTIALS, NO_AUTH = "headers", "basic", "body", "client_credentials", "none"
AUTH_KINDS = (HEADERS, BASIC, BODY, CLIENT_CREDENTIALS, NO_AUTH)
