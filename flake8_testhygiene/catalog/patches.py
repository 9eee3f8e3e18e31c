"""Patches, frozen clocks and mocked services that are started and must be stopped."""

from __future__ import annotations

from flake8_testhygiene.catalog.resource import Resource

STOPPED_BY = (".stop", ".__exit__")
# moto/__init__.py: mock_aws since 5.0, before that one for each service.
MOTO = (
    "aws",
    "s3",
    "ec2",
    "ecs",
    "sqs",
    "sns",
    "ses",
    "sts",
    "iam",
    "kms",
    "ssm",
    "rds",
    "logs",
    "batch",
    "lambda",
    "events",
    "glue",
    "kinesis",
    "dynamodb",
    "dynamodb2",
    "cloudwatch",
    "cloudformation",
    "route53",
    "secretsmanager",
    "stepfunctions",
    "autoscaling",
    "cognitoidp",
    "organizations",
)

PATCHES = tuple(
    Resource(name, "patch", "patch", STOPPED_BY, ".stop", begins=("start",))
    for name in (
        "unittest.mock.patch",
        "unittest.mock.patch.object",
        "unittest.mock.patch.dict",
        "unittest.mock.patch.multiple",
        "freezegun.freeze_time",
        "freezegun.api.freeze_time",
        "time_machine.travel",
        *(f"moto.mock_{service}" for service in MOTO),
        "responses.RequestsMock",
        "requests_mock.Mocker",
        "requests_mock.mock",
    )
)
