"""How keys that we give out, descriptions of our data and identity providers are planted."""

from __future__ import annotations

from typing import Any

from tests.servers.company.planting import SECRET, Plant
from tests.servers.company.site import EU, Site


def app_client(name: str, callback: str, *attributes: str, scopes: tuple[str, ...] = ("email",)) -> Plant:
    """An app client of a Cognito user pool, with a secret that AWS makes."""

    def plant(site: Site, account: str, region: str) -> None:
        client = site.client("cognito-idp", account, region)
        pool = client.create_user_pool(PoolName=f"{name}-pool")["UserPool"]["Id"]
        client.create_user_pool_client(
            UserPoolId=pool,
            ClientName=name,
            GenerateSecret=True,
            ReadAttributes=list(attributes),
            AllowedOAuthFlows=["code"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthScopes=list(scopes),
            CallbackURLs=[callback],
        )

    return plant


def api_key(name: str) -> Plant:
    """A key of API Gateway in a usage plan."""

    def plant(site: Site, account: str, region: str) -> None:
        client = site.client("apigateway", account, region)
        key = client.create_api_key(name=name, enabled=True, value=f"{SECRET}-of-an-api-key")["id"]
        plan = client.create_usage_plan(name=f"{name}-plan")["id"]
        client.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")

    return plant


def lake_table(bucket: str, database: str, table: str, **columns: str) -> Plant:
    """A bucket, and a table of the Glue catalog that says what lies in it; parameters hold a secret."""

    def plant(site: Site, account: str, region: str) -> None:
        _bucket(site, account, region, bucket)
        client = site.client("glue", account, region)
        client.create_database(DatabaseInput={"Name": database})
        described: dict[str, Any] = {
            "Columns": [{"Name": name, "Type": type} for name, type in columns.items()],
            "Location": f"s3://{bucket}/{table}/",
            "Parameters": {"connection": SECRET},
        }
        client.create_table(DatabaseName=database, TableInput={"Name": table, "StorageDescriptor": described})

    return plant


def tagged_bucket(bucket: str, dataset: str) -> Plant:
    """A bucket whose tag names a dataset."""

    def plant(site: Site, account: str, region: str) -> None:
        _bucket(site, account, region, bucket)
        tags = {"TagSet": [{"Key": "policycheck:dataset", "Value": dataset}]}
        site.client("s3", account, region).put_bucket_tagging(Bucket=bucket, Tagging=tags)

    return plant


def saml_provider(name: str) -> Plant:
    """A SAML provider."""

    def plant(site: Site, account: str, region: str) -> None:
        entity = f'<EntityDescriptor entityID="https://{name}.example/saml">{" " * 1000}</EntityDescriptor>'
        site.client("iam", account, EU).create_saml_provider(Name=name, SAMLMetadataDocument=entity)

    return plant


def user_with_key(name: str, policy: str) -> Plant:
    """A user with an access key and this inline policy."""

    def plant(site: Site, account: str, region: str) -> None:
        iam = site.client("iam", account, EU)
        iam.create_user(UserName=name)
        iam.create_access_key(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=policy)

    return plant


def console_user(name: str) -> Plant:
    """A user with a password for the console and no second factor."""

    def plant(site: Site, account: str, region: str) -> None:
        iam = site.client("iam", account, EU)
        iam.create_user(UserName=name)
        iam.create_login_profile(UserName=name, Password=f"{SECRET}-A1!")

    return plant


def sealed_bucket(name: str) -> Plant:
    """A bucket that is encrypted with a key of which nobody but its account may use anything."""

    def plant(site: Site, account: str, region: str) -> None:
        _bucket(site, account, region, name)
        key = site.client("kms", account, region).create_key()["KeyMetadata"]["Arn"]
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
        client = site.client("s3", account, region)
        client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=rules)

    return plant


def oidc_provider(address: str) -> Plant:
    """An OIDC provider."""

    def plant(site: Site, account: str, region: str) -> None:
        site.client("iam", account, EU).create_open_id_connect_provider(
            Url=address, ClientIDList=["lumen"], ThumbprintList=["a" * 40]
        )

    return plant


def both(*plants: Plant) -> Plant:
    """Several things in one place."""

    def plant(site: Site, account: str, region: str) -> None:
        for each in plants:
            each(site, account, region)

    return plant


def _bucket(site: Site, account: str, region: str, name: str) -> None:
    client = site.client("s3", account, region)
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
