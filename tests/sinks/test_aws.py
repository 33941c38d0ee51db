"""AWS clients and the meaning of AWS's errors."""

import boto3
import pytest
from botocore import exceptions as sdk

from outwarden.errors import CloudError, Rejected, Retry, Unauthorized
from outwarden.polite import is_unwatched
from outwarden.sinks import aws
from outwarden.testing.cloudwatch import CloudWatchLogs


@pytest.fixture
def no_aws(monkeypatch, tmp_path):
    """A machine that knows nothing of AWS."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def answered(code, status=400, message="", headers=None):
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers or {}},
    }
    return sdk.ClientError(response, "PutLogEvents")


def test_without_a_region_one_line_says_where_to_set_it(no_aws):
    """No region anywhere: the message names the key and the variable."""
    with pytest.raises(CloudError, match=r"No AWS region is set\. Set sinks\.cloudwatch\.region .* AWS_REGION"):
        aws.client("logs")


def test_aws_region_is_enough(monkeypatch):
    """Lambda and ECS set AWS_REGION, which boto3 does not read."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    assert aws.client("logs").meta.region_name == "eu-west-1"


def test_an_unknown_region_is_refused_with_the_nearest_one(no_aws):
    """The SDK would take it and fail at the name's lookup."""
    with pytest.raises(CloudError, match=r"'ap-southeast-33' is not a region .* Did you mean ap-southeast-3\?"):
        aws.client("logs", "ap-southeast-33")


def test_a_region_of_no_valid_form_is_refused(no_aws):
    """Whatever was pasted there."""
    with pytest.raises(CloudError, match="is not a region"):
        aws.client("logs", "Jakarta, please")
    with pytest.raises(CloudError, match="no valid form"):
        aws.client("logs", "Jakarta, please", "http://127.0.0.1:1")


def test_without_credentials_one_line_says_what_to_run(no_aws):
    """Found at start, not at the first event."""
    with pytest.raises(CloudError, match=r"No usable AWS credentials were found .*`aws configure`"):
        aws.client("logs", "eu-west-1")


def test_an_unknown_profile_is_refused(no_aws, monkeypatch):
    """AWS_PROFILE names none."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(CloudError, match="AWS_PROFILE does not exist"):
        aws.client("logs", "eu-west-1")


@pytest.mark.parametrize("url", ["127.0.0.1:4566", "http://", "http://two words/"])
def test_an_endpoint_that_is_no_address_is_refused(url):
    """Scheme or host are missing."""
    with pytest.raises(CloudError, match="endpoint_url is no address"):
        aws.client("logs", "eu-west-1", url)


def test_a_call_is_tried_once():
    """Whoever calls decides about trying again."""
    with CloudWatchLogs() as cloud:
        cloud.fail("InternalFailure", status=500)
        client = aws.client("logs", "eu-west-1", cloud.url)
        with pytest.raises(sdk.ClientError):
            client.create_log_group(logGroupName="g")
        client.close()

        assert cloud.calls["CreateLogGroup"] == 1


def test_our_own_calls_are_unwatched_and_make_no_spans():
    """Also those of a paginator."""
    from opentelemetry import context
    from opentelemetry.instrumentation.utils import is_instrumentation_enabled

    seen = []
    with CloudWatchLogs() as cloud:
        client = aws.client("logs", "eu-west-1", cloud.url)
        client.meta.events.register(
            "before-send.*.*", lambda **_: seen.append((is_unwatched(), is_instrumentation_enabled()))
        )
        client.create_log_group(logGroupName="g")
        list(client.get_paginator("describe_log_groups").paginate())
        client.close()

    assert seen == [(True, False), (True, False)]
    assert not is_unwatched()
    assert context.get_value("suppress_instrumentation") is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answered("ThrottlingException"), Retry),
        (answered("ServiceUnavailableException", 503), Retry),
        (answered("NobodyKnows", 418), Retry),
        (sdk.EndpointConnectionError(endpoint_url="http://x"), Retry),
        (sdk.ReadTimeoutError(endpoint_url="http://x"), Retry),
        (answered("ExpiredTokenException"), Unauthorized),
        (answered("AccessDeniedException"), Unauthorized),
        (answered("UnrecognizedClientException"), Unauthorized),
        (answered("Whatever", 403), Unauthorized),
        (sdk.NoCredentialsError(), Unauthorized),
        (sdk.CredentialRetrievalError(provider="x", error_msg="y"), Unauthorized),
        (answered("InvalidParameterException"), Rejected),
        (sdk.ParamValidationError(report="x"), Rejected),
    ],
)
def test_each_error_has_its_class(error, kind):
    """What is unknown is kept and tried again."""
    assert type(aws.classify(error)) is kind


def test_retry_after_is_heard():
    """Where AWS says how long."""
    verdict = aws.classify(answered("ThrottlingException", headers={"retry-after": "7"}))

    assert isinstance(verdict, Retry)
    assert verdict.after_s == 7


def test_what_is_not_allowed_is_named():
    """The action that a person must allow."""
    message = "User: arn:aws:iam::1:user/x is not authorized to perform: logs:PutLogEvents on resource: y"

    text = aws.explain(answered("AccessDeniedException", message=message))

    assert text == "AWS denied logs:PutLogEvents (AccessDeniedException). Allow it to the credentials in use."


def test_a_signature_error_does_not_quote_the_header():
    """AWS's own text holds the Authorization header."""
    text = aws.explain(answered("IncompleteSignatureException", message="'Credential=abc, Signature=def' is no pair"))

    assert "Signature=" not in text
    assert "\n" not in text


def test_a_given_session_is_used(no_aws):
    """For programs that make their own credentials."""
    session = boto3.session.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1")

    assert aws.client("sns", session=session).meta.region_name == "eu-west-1"
