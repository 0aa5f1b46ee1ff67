"""A backend that starts chats with boto3."""

import datetime

import pytest
from botocore.exceptions import ClientError


def start(perch, **more):
    return perch.client("connect").start_chat_contact(
        InstanceId=perch.info["InstanceId"],
        ContactFlowId=perch.info["ContactFlowId"],
        ParticipantDetails={"DisplayName": "Ada"},
        **more,
    )


def connect(perch, chat):
    answer = perch.client("connectparticipant").create_participant_connection(
        Type=["CONNECTION_CREDENTIALS"], ConnectParticipant=True, ParticipantToken=chat["ParticipantToken"]
    )
    return answer["ConnectionCredentials"]["ConnectionToken"]


def describe(perch, contact):
    answer = perch.client("connect").describe_contact(InstanceId=perch.info["InstanceId"], ContactId=contact)
    return answer["Contact"]


def test_chat_that_nobody_opens_is_over_after_five_minutes(perch):
    contact = start(perch)["ContactId"]
    perch.advance("30d")
    seen = describe(perch, contact)
    lasted = seen["DisconnectTimestamp"] - seen["InitiationTimestamp"]
    assert abs(lasted - datetime.timedelta(minutes=5)) < datetime.timedelta(seconds=1)
    assert seen["InitiationTimestamp"].astimezone(datetime.timezone.utc).date() == datetime.date(2026, 1, 1)


def test_customer_of_the_fixture_comes_back(perch):
    grace = next(c for c in perch.ask("GET", "/try")["Customers"] if c["CustomerId"] == "grace")
    chat = start(perch, PersistentChat={"RehydrationType": "ENTIRE_PAST_SESSION", "SourceContactId": grace["Contacts"][-1]})
    assert chat["ContinuedFromContactId"] == grace["Contacts"][-1]
    token, words, page = connect(perch, chat), [], {}
    while True:
        answer = perch.client("connectparticipant").get_transcript(ConnectionToken=token, MaxResults=100, **page)
        words += [item.get("Content") for item in answer["Transcript"]]
        if not answer.get("NextToken"):
            break
        page = {"NextToken": answer["NextToken"]}
    assert "How do I change my address?" in words and "And where do I find my orders?" in words


def test_boto3_tries_again_when_it_is_throttled(perch):
    perch.fault(Kind="Throttle", Operation="StartChatContact", Calls=2)
    assert start(perch)["ContactId"]
    assert len(perch.ask("GET", "/try/faults")["Log"]) == 2


def test_expired_token_is_refused(perch):
    token = connect(perch, start(perch))
    perch.fault(Kind="ExpireTokens")
    with pytest.raises(ClientError) as refused:
        perch.client("connectparticipant").get_transcript(ConnectionToken=token)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
