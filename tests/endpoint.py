"""An OpenAI-compatible endpoint on loopback that misbehaves on request and can be killed and restarted."""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def completion(text, reason="stop", *, usage=USAGE, model="tiny-2026", **message):
    """The body of a reply."""
    said = {"role": "assistant", "content": text, **message}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "system_fingerprint": "fp_1",
        "choices": [{"index": 0, "finish_reason": reason, "message": said}],
        "usage": usage,
    }


class Action:
    """One way to answer a request."""

    def __init__(self, status=200, body=None, *, headers=None, keep=1.0, after_s=0.0, drop=False):
        self.status, self.body, self.headers = status, body, headers or {}
        self.keep, self.after_s, self.drop = keep, after_s, drop


def reply(text, reason="stop", **rest):
    return Action(body=completion(text, reason, **rest))


def status(number, message="", *, retry_after=None, **error):
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Action(number, {"error": {"message": message, **error}}, headers=headers)


def hang(seconds):
    return Action(body=completion("too late"), after_s=seconds)


def half_a_body():
    """JSON that stops in the middle, with a length that fits."""
    return Action(body=json.dumps(completion("half"))[:40])


def cut_off():
    """A connection that closes before the promised length."""
    return Action(body=completion("cut"), keep=0.5)


def reset():
    return Action(drop=True)


class Endpoint:
    """``answer`` maps (number of the request from 1, its body) to an Action; ``paid`` lists what was answered
    in full: the hash of the messages with the call's seed."""

    def __init__(self):
        self.answer = lambda number, body: reply("no block")
        self.requests, self.paid = [], []
        self.models = []
        self.port = 0
        self._server = None
        self._lock = threading.Lock()
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, *actions):
        """Answer with these, the last one for ever."""
        self.answer = lambda number, body: actions[min(number, len(actions)) - 1]

    def start(self):
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                endpoint.handle(self)

            def do_GET(self):
                endpoint.list_models(self)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self):
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def list_models(self, handler):
        data = json.dumps(
            {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}
        )
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data.encode())

    def handle(self, handler):
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            self.requests.append((handler.path, handler.headers["Authorization"], body))
            number = len(self.requests)
        action = self.answer(number, body)
        time.sleep(action.after_s)
        if action.drop:
            handler.close_connection = True
            handler.connection.close()
            return
        data = (action.body if isinstance(action.body, str) else json.dumps(action.body)).encode()
        handler.send_response(action.status)
        handler.send_header("Content-Type", "application/json")
        for name, value in {**action.headers, "Content-Length": str(len(data))}.items():
            handler.send_header(name, value)
        try:
            handler.end_headers()
            handler.wfile.write(data[: int(len(data) * action.keep)])
        except OSError:
            return  # the client has given up
        if action.keep < 1:
            handler.close_connection = True
        elif action.status == 200 and not action.after_s and not isinstance(action.body, str):
            messages = json.dumps(body["messages"])
            self.paid.append((hashlib.sha256(messages.encode()).hexdigest(), body["seed"]))
