"""perch for the tests of a directory: one process, put back before each test."""

import json
import os
import subprocess
import urllib.request

import boto3
import pytest


class Perch:
    def __init__(self, binary="perch", *arguments):
        command = [binary, "try", "--json", "--listen", "127.0.0.1:0", "--starts-per-minute", "0", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"perch ended with {self.process.wait()} before it was ready")
        self.info = json.loads(line)

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.info["Endpoint"],
            region_name=self.info["Region"],
            aws_access_key_id=self.info["AccessKeyId"],
            aws_secret_access_key=self.info["SecretAccessKey"],
        )

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.info["Endpoint"] + path, method=method, data=json.dumps(body or {}).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def advance(self, by):
        """Moves the clock by a span such as 25h or 30d; all that was due has happened then."""
        return self.ask("POST", "/try/clock", {"Advance": by})

    def fault(self, **fault):
        return self.ask("POST", "/try/faults", fault)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="session")
def server():
    perch = Perch(os.environ.get("PERCH_BIN") or "perch", "--clock", "2026-01-01T09:00:00Z", "--fixture", "support")
    yield perch
    perch.stop()


@pytest.fixture
def perch(server):
    server.ask("POST", "/try/reset")
    return server
