"""`kinds`: one file for each kind of thing in AWS that we make."""

from typing import Final

from outwarden.provision.kinds.alarm import Alarm
from outwarden.provision.kinds.composite import Composite
from outwarden.provision.kinds.dashboard import Dashboard
from outwarden.provision.kinds.filter import MetricFilter
from outwarden.provision.kinds.key import Key, KeyAlias
from outwarden.provision.kinds.kind import Kind
from outwarden.provision.kinds.log_group import LogGroup
from outwarden.provision.kinds.log_stream import LogStream
from outwarden.provision.kinds.managed_policy import ManagedPolicy
from outwarden.provision.kinds.mute import Mute
from outwarden.provision.kinds.queue import Queue, QueuePolicy
from outwarden.provision.kinds.subscription import Subscription
from outwarden.provision.kinds.topic import Topic, TopicPolicy

__all__ = ["KINDS", "Kind"]

KINDS: Final[dict[str, Kind]] = {
    "AWS::KMS::Key": Key(),
    "AWS::KMS::Alias": KeyAlias(),
    "AWS::Logs::LogGroup": LogGroup(),
    "AWS::Logs::LogStream": LogStream(),
    "AWS::Logs::MetricFilter": MetricFilter(),
    "AWS::SNS::Topic": Topic(),
    "AWS::SNS::TopicPolicy": TopicPolicy(),
    "AWS::SQS::Queue": Queue(),
    "AWS::SQS::QueuePolicy": QueuePolicy(),
    "AWS::SNS::Subscription": Subscription(),
    "AWS::CloudWatch::Alarm": Alarm(),
    "AWS::CloudWatch::CompositeAlarm": Composite(),
    "AWS::CloudWatch::AlarmMuteRule": Mute(),
    "AWS::CloudWatch::Dashboard": Dashboard(),
    "AWS::IAM::ManagedPolicy": ManagedPolicy(),
}
"""CloudFormation's name -> how we handle it."""
