"""Plays a chat and its continuation with boto3, and prints what came back as one line of JSON.

Settings come in as JSON on standard input: Endpoint, Region, InstanceId, ContactFlowId, AccessKeyId, SecretAccessKey.
"""

import json
import sys
import time

import boto3
from botocore.config import Config

settings = json.load(sys.stdin)
session = boto3.Session(
    aws_access_key_id=settings["AccessKeyId"],
    aws_secret_access_key=settings["SecretAccessKey"],
    region_name=settings["Region"],
)
config = Config(retries={"total_max_attempts": 1})
connect = session.client("connect", endpoint_url=settings["Endpoint"], config=config)
participant = session.client("connectparticipant", endpoint_url=settings["Endpoint"], config=config)


def start(**more):
    return connect.start_chat_contact(
        InstanceId=settings["InstanceId"],
        ContactFlowId=settings["ContactFlowId"],
        ParticipantDetails={"DisplayName": "Ada"},
        **more,
    )


def is_queued(contact_id):
    contact = connect.describe_contact(InstanceId=settings["InstanceId"], ContactId=contact_id)["Contact"]
    return "EnqueueTimestamp" in contact.get("QueueInfo", {})


def join(started):
    """Connects without a socket: this customer reads by GetTranscript only.

    Waits until the inbound flow has queued the contact, so that pages read later hold still.
    """
    connection = participant.create_participant_connection(
        Type=["CONNECTION_CREDENTIALS"],
        ConnectParticipant=True,
        ParticipantToken=started["ParticipantToken"],
    )
    deadline = time.monotonic() + 20
    while not is_queued(started["ContactId"]):
        assert time.monotonic() < deadline, "the inbound flow has not queued the contact"
        time.sleep(0.02)
    return connection["ConnectionCredentials"]["ConnectionToken"]


def say(token, text):
    return participant.send_message(ContentType="text/plain", Content=text, ConnectionToken=token)["Id"]


def transcript(token, size):
    """All pages, newest page first."""
    pages, more = [], {}
    while True:
        page = participant.get_transcript(
            MaxResults=size, ScanDirection="BACKWARD", SortOrder="ASCENDING", ConnectionToken=token, **more
        )
        pages.append(page["Transcript"])
        if not page.get("NextToken"):
            return pages
        more = {"NextToken": page["NextToken"]}


def describe(contact_id):
    contact = connect.describe_contact(InstanceId=settings["InstanceId"], ContactId=contact_id)["Contact"]
    names = ("Id", "InitiationMethod", "Channel", "RelatedContactId", "DisconnectReason")
    return {name: contact[name] for name in names if name in contact}


def fault(call):
    try:
        call()
    except Exception as error:  # any class: the name is what is looked at
        return {
            "Class": type(error).__name__,
            "Code": error.response["Error"]["Code"],
            "Status": error.response["ResponseMetadata"]["HTTPStatusCode"],
        }
    return None


result = {}

first = start(Attributes={"tier": "gold"})
token = join(first)
result["said"] = say(token, "remember this")
participant.disconnect_participant(ConnectionToken=token)
result["first"] = describe(first["ContactId"])
result["afterTheEnd"] = fault(lambda: participant.get_transcript(ConnectionToken=token))

second = start(PersistentChat={"SourceContactId": first["ContactId"], "RehydrationType": "ENTIRE_PAST_SESSION"})
token = join(second)
say(token, "me again")
result["second"] = describe(second["ContactId"])
result["continuedFrom"] = second["ContinuedFromContactId"]
result["pages"] = {str(size): transcript(token, size) for size in (1, 2, 15, 100)}
participant.disconnect_participant(ConnectionToken=token)

third = start()
token = join(third)
association = dict(
    InstanceId=settings["InstanceId"],
    InitialContactId=third["ContactId"],
    RehydrationType="FROM_SEGMENT",
    SourceContactId=first["ContactId"],
)
result["associatedWith"] = connect.create_persistent_contact_association(**association)["ContinuedFromContactId"]
result["associatedTwice"] = fault(lambda: connect.create_persistent_contact_association(**association))
result["third"] = describe(third["ContactId"])
result["thirdPages"] = transcript(token, 100)
result["attributes"] = connect.get_contact_attributes(
    InstanceId=settings["InstanceId"], InitialContactId=third["ContactId"]
)["Attributes"]
connect.stop_contact(InstanceId=settings["InstanceId"], ContactId=third["ContactId"])
result["stoppedTwice"] = fault(
    lambda: connect.stop_contact(InstanceId=settings["InstanceId"], ContactId=third["ContactId"])
)

json.dump(result, sys.stdout)
