import json
from io import BytesIO

from tides.app import app


def get(path, query=""):
    answer = {}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": BytesIO(), "SERVER_NAME": "x", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    body = b"".join(app(environ, lambda status, headers, *_: answer.update(status=status)))
    return answer["status"], body.decode()


def test_answers_with_the_height():
    status, body = get("/height", "hours=0")
    assert (status, json.loads(body)) == ("200 OK", {"metres": 3.5})


def test_refuses_what_is_no_number():
    status, _ = get("/height", "hours=soon")
    assert status == "400 Bad Request"


def test_is_healthy():
    assert get("/healthz") == ("200 OK", "ok")
