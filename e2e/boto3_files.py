"""Reads transcript files out of a bucket by boto3, the way programs do that were written for Amazon Connect's bucket."""

import json
import sys

import boto3

info = json.load(sys.stdin)
connect = boto3.client("connect", endpoint_url=info["Endpoint"])
s3 = boto3.client("s3", endpoint_url=info["S3"]["Endpoint"], aws_access_key_id=info["S3"]["Key"], aws_secret_access_key=info["S3"]["Secret"])


def by_contact(contact_id):
    """The file that the contact's record names."""
    contact = connect.describe_contact(InstanceId=info["InstanceId"], ContactId=contact_id)["Contact"]
    bucket, key = contact["Recordings"][0]["Location"].split("/", 1)
    answer = s3.get_object(Bucket=bucket, Key=key)
    return {"Key": key, "ContentType": answer["ContentType"], "File": json.load(answer["Body"])}


def by_day(prefix):
    """All files below a prefix, page by page, oldest first, as jobs over a whole day read them."""
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=info["S3"]["Bucket"], Prefix=prefix, PaginationConfig={"PageSize": 2}):
        for each in page.get("Contents", []):
            file = json.loads(s3.get_object(Bucket=info["S3"]["Bucket"], Key=each["Key"])["Body"].read())
            says = [item["Content"] for item in file["Transcript"] if item["Type"] == "MESSAGE" and item["ParticipantRole"] == "CUSTOMER"]
            found.append({"Key": each["Key"], "ContactId": file["ContactId"], "Says": says})
    return sorted(found, key=lambda each: each["Key"])


json.dump({"contacts": [by_contact(each) for each in info["Contacts"]], "day": by_day(info["S3"]["Prefix"])}, sys.stdout)
