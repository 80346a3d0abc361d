"""Receives Holdpoint's webhooks and prints a line for each event. Needs only Python 3.9 or newer.

    HOLDPOINT_WEBHOOK_SECRET=whsec_... PORT=8090 python3 receiver.py

`verify` implements https://www.standardwebhooks.com. With the package `standardwebhooks` from PyPI
it is one line: Webhook(secret).verify(body, headers).
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BYTES = 1_000_000
TOLERANCE_SECONDS = 5 * 60

KEY = base64.b64decode(os.environ["HOLDPOINT_WEBHOOK_SECRET"].removeprefix("whsec_"))

# Messages can arrive more than once, with the same id. In production, keep the ids in your database.
seen = set()


def verify(body, headers):
    """Returns the event. Raises ValueError if the message is not authentic, or too old."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not timestamp.isascii() or not timestamp.isdigit():
        raise ValueError("headers are missing")
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("the timestamp is too far from now")
    # Verify the body exactly as received: parsed and serialized again, it might differ.
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest())
    for signature in headers.get("webhook-signature", "").split():
        version, _, value = signature.partition(",")
        if version == "v1" and hmac.compare_digest(value.encode(), expected):
            return json.loads(body)
    raise ValueError("no signature matches")


class Receiver(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        length = int(self.headers.get("content-length") or MAX_BYTES + 1)
        if not 0 <= length <= MAX_BYTES:
            return self.answer(413)
        body = self.rfile.read(length)
        try:
            event = verify(body, self.headers)
        except ValueError as error:
            print(f"refused: {error}", file=sys.stderr, flush=True)
            return self.answer(400)
        if self.headers["webhook-id"] not in seen:
            seen.add(self.headers["webhook-id"])
            data = event["data"]
            status = data["review"]["status"] if data["review"] else "gone"
            line = f"{data['cursor']} {event['type']} {data['nodeExecId']} by {data['actor']}: {status}"
            print(line, flush=True)
        # Without a 2xx status within ten seconds, the message is sent again. Do long work after this.
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8090"))), Receiver)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
