"""How many recommendations eight boto3 programs get in a second, and how many from a server that does nothing.

The second figure is what boto3 itself, its eight processes and the machine leave room for: no endpoint gets beyond it.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

CLIENTS, ASKED = 8, 250
CLIENT = """
import json, sys, time, boto3
url, campaign, users, count = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), int(sys.argv[4])
runtime = boto3.client("personalize-runtime", endpoint_url=url, region_name="us-east-1",
                       aws_access_key_id="local", aws_secret_access_key="local")
runtime.get_recommendations(campaignArn=campaign, userId="nobody")
print("ready", flush=True)
sys.stdin.readline()
began = time.time()
for number in range(count):
    runtime.get_recommendations(campaignArn=campaign, userId=users[number % len(users)])
print(json.dumps([began, time.time()]))
"""
"""What each of the clients runs."""

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def per_second(url: str, campaign: str, users: Sequence[str]) -> float:
    """Let the clients ask at once, each for users of its own, and return their requests a second, all together."""
    asking = [_client(url, campaign, users[number::CLIENTS]) for number in range(CLIENTS)]
    for one in asking:
        assert one.stdout.readline() == "ready\n"
    for one in asking:
        one.stdin.write("go\n")
        one.stdin.flush()
    spans = [json.loads(one.communicate()[0]) for one in asking]
    return CLIENTS * ASKED / (max(end for _, end in spans) - min(begin for begin, _ in spans))


def _client(url: str, campaign: str, users: Sequence[str]) -> Any:
    command = [sys.executable, "-c", CLIENT, url, campaign, json.dumps(users), str(ASKED)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def doing_nothing(answer: dict[str, Any]) -> Iterator[str]:
    """Serve one answer to everybody, from a process of its own; yields the URL."""
    command = [sys.executable, "-m", "benchmarks.throughput", json.dumps(answer)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


class Parrot(asyncio.Protocol):
    """Says the same after each HTTP request, whatever it says."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._heard = b""

    def connection_made(self, transport: Any) -> None:
        """Keep where to answer."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once a request is there."""
        self._heard += data
        head, ended, body = self._heard.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if ended and len(body) >= (int(length[1]) if length else 0):
            self._heard = b""
            self._transport.write(self._answer)


async def _parrot(body: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    server = await asyncio.get_running_loop().create_server(lambda: Parrot(answer), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_parrot(sys.argv[1].encode()))
