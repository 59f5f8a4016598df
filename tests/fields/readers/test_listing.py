"""Lists of field names as CSV: no row is lost without a word."""

from __future__ import annotations

import pytest

from policycheck.fields.readers.listing import read_list
from policycheck.fields.readers.named import Bad

HEADER = "key_path,sample_value"


@pytest.mark.parametrize(
    ("rows", "paths"),
    [
        (['a,5" screen', "email,x", 'phone,6" y', "ip,1"], ["a", "email", "phone", "ip"]),
        (['a,5" screen', "email,x", "ip,1"], ["a", "email", "ip"]),
        (['a"b,1', 'c"d,2'], ['a"b', 'c"d']),
        (['"a', 'b","x', 'y"', "email,"], ["a\nb", "email"]),
        (['"a ""b"" c","say ""hi"""', "email,"], ['a "b" c', "email"]),
        (['a,"', '",', "email,"], [2, "email"]),
        (['a,"', '"', "email,"], ["a", "email"]),
        (['a,"""', '"""', "email,"], ["a", "email"]),
        (["a,x\u2028y", "email,x\x0by"], ["a", "email"]),
        (['a,"open', "email,"], [2, "email"]),
        (['a,"x"y', "email,"], [2, "email"]),
    ],
)
def test_every_row_is_read_or_told(rows: list[str], paths: list[str | int]) -> None:
    """What is wrong is told by its line."""
    found = read_list(f"{line}\n" for line in (HEADER, *rows))
    assert [each.line if isinstance(each, Bad) else each.path for each in found] == paths
