from __future__ import annotations

import pytest

from policycheck.library.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("action", "nearest"),
    [
        pytest.param("s3:GetObejct", "s3:GetObject", id="misspelt"),
        pytest.param("S3:getobjects", "s3:GetObject", id="plural"),
        pytest.param("s3:GetObejct*", "s3:GetObject", id="misspelt pattern"),
        pytest.param("s3:ListObjectsV2", "s3:ListBucket", id="a call whose permission has another name"),
        pytest.param("lambda:Invoke", "lambda:InvokeFunction", id="a short call"),
        pytest.param("elb:DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers", id="the CLI's name"),
        pytest.param("efs:Describe*", "elasticfilesystem:Describe*", id="the CLI's name, pattern"),
        pytest.param("dynamo:GetItem", "dynamodb:GetItem", id="similar service"),
        pytest.param("dynamo:Get*", "dynamodb:Get*", id="similar service, pattern"),
        pytest.param("cloudwatch-logs:PutLogEvents", "logs:PutLogEvents", id="the only service with that name"),
        pytest.param("lambdas:InvokeFunktion", "lambda:InvokeFunction", id="both misspelt"),
        pytest.param("nothing:Xyzzy", None, id="nothing like it"),
        pytest.param("dynamodbb:Xyzzy", None, id="a similar service without anything like it"),
        pytest.param("s3:Xyzzy", None, id="nothing like it at the service"),
        pytest.param("GetObject", None, id="no service"),
        pytest.param("s3:", None, id="no name"),
        pytest.param("", None, id="empty"),
    ],
)
def test_what_may_have_been_meant(action: str, nearest: str | None) -> None:
    shipped = load_catalogue()
    assert shipped.matching(action) == ()
    assert shipped.nearest(action) == nearest
    assert nearest is None or shipped.matching(nearest)
