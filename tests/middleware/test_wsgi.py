"""WSGI: calls during a request are its user's, while the body is sent too, and the server notices nothing."""

from __future__ import annotations

import io
import logging
import threading
from wsgiref.util import FileWrapper, setup_testing_defaults
from wsgiref.validate import validator

import pytest

from outwarden.labels import whose
from outwarden.middleware import WsgiMiddleware


def ask(app, **environ):
    """Serve one request as a server does, checked for the protocol; give status and body."""
    started = []
    request = {"REMOTE_ADDR": "103.10.60.1", "QUERY_STRING": "", "wsgi.errors": io.StringIO(), **environ}
    setup_testing_defaults(request)
    request.pop("wsgi.file_wrapper", None)
    chunks = validator(app)(request, lambda status, headers, exc_info=None: started.append(status))
    try:
        return b"".join(chunks), started[0]
    finally:
        chunks.close()


def user(environ):
    return environ.get("app.user")


@pytest.fixture
def app(outbound):
    def app(environ, start_response):
        environ["app.user"] = environ.get("QUERY_STRING") or None  # as an authentication further in does
        outbound.call()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    return app


def test_calls_during_a_request_are_its_user_s(app, outbound):
    """Also when the user is known only further in."""
    assert ask(WsgiMiddleware(app, user=user), QUERY_STRING="ann") == (b"done", "200 OK")
    assert outbound == [("u_ann", "ID")]


def test_one_request_after_the_other(app, outbound):
    """A thread that serves many requests does not mix them."""
    wrapped = WsgiMiddleware(app, user=user)
    for name in ("ann", "", "bob"):
        ask(wrapped, QUERY_STRING=name)

    assert [who for who, _ in outbound] == ["u_ann", None, "u_bob"]


def test_without_a_user_function_there_is_still_a_country(app, outbound):
    """The address alone is worth something."""
    ask(WsgiMiddleware(app))

    assert outbound == [(None, "ID")]


def test_behind_a_proxy(app, outbound):
    """X-Forwarded-For counts when it comes from a trusted proxy."""
    for trusted in ([], ["10.0.0.0/8"]):
        wrapped = WsgiMiddleware(app, trusted_proxies=trusted)
        ask(wrapped, REMOTE_ADDR="10.1.1.1", HTTP_X_FORWARDED_FOR="103.10.60.1, 8.8.8.8")

    assert [country for _, country in outbound] == [None, "US"]


def test_a_body_that_is_made_while_it_is_sent(outbound):
    """Calls in a generator, and those when it is closed, are the user's; between the chunks the thread is nobody's."""

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])

        def chunks():
            try:
                for _ in range(2):
                    outbound.call()
                    yield b"."
            finally:
                outbound.call()

        return chunks()

    body = WsgiMiddleware(app, user=lambda _: "ann")({"REMOTE_ADDR": "8.8.8.8"}, lambda *_: None)
    outside = [whose() for _ in body]
    body.close()

    assert outbound == [("u_ann", "US")] * 3
    assert outside == [None, None]


def test_a_generator_as_the_application(outbound):
    """An application may be a generator function: nothing of it runs before the body is read."""

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        outbound.call()
        yield b"done"

    assert ask(WsgiMiddleware(app, user=lambda _: "ann")) == (b"done", "200 OK")
    assert outbound == [("u_ann", "ID")]


def test_a_file_keeps_its_kind():
    """Servers send what their own wrapper holds by sendfile."""

    def app(environ, start_response):
        return environ["wsgi.file_wrapper"](io.BytesIO(b"x"))

    body = WsgiMiddleware(app)({"wsgi.file_wrapper": FileWrapper}, lambda *_: None)
    assert isinstance(body, FileWrapper)


def test_an_error_of_the_application_passes():
    """It is raised as it is, and the thread is nobody's afterwards."""

    def app(environ, start_response):
        raise KeyError("theirs")

    with pytest.raises(KeyError, match="theirs"):
        WsgiMiddleware(app, user=lambda _: "ann")({}, lambda *_: None)
    assert whose() is None


@pytest.mark.parametrize("how", ["raises", "is async"])
def test_a_user_function_that_does_not_work(app, outbound, caplog, how):
    """The request goes on without a user, and the log says why, once, and not what the error said."""

    def raises(environ):
        raise RuntimeError("ann-the-user")

    async def is_async(environ):
        return "ann"

    wrapped = WsgiMiddleware(app, user=raises if how == "raises" else is_async)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert ask(wrapped) == (b"done", "200 OK")

    assert outbound == [(None, "ID")] * 3
    assert [record.message for record in caplog.records] == ["The user function gave no user."]
    assert "ann-the-user" not in caplog.text


def test_a_user_function_that_makes_calls(app, outbound):
    """It may ask a service who the user is; that call has no user."""

    def look_up(environ):
        outbound.call()
        return "ann"

    ask(WsgiMiddleware(app, user=look_up))
    assert outbound == [(None, "ID"), ("u_ann", "ID")]


def test_nothing_is_asked_without_an_outbound_call(outbound):
    """A request that calls nobody costs no look-up."""

    def app(environ, start_response):
        start_response("204 No Content", [])
        return []

    assert ask(WsgiMiddleware(app, user=lambda _: pytest.fail("asked")))[0] == b""


def test_requests_side_by_side(app, outbound):
    """Threads of a server do not see each other's users."""
    together = threading.Barrier(8)
    found = {}

    def slow(environ, start_response):
        together.wait(10)
        found[environ["app.user"]] = whose().read()[0]
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    wrapped = WsgiMiddleware(slow, user=user)
    threads = [threading.Thread(target=wrapped, args=({"app.user": n}, lambda *_: None)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: f"u_{n}" for n in range(8)}


def test_nothing_of_the_request_is_kept():
    """When it is over, the environ can be collected although a carried function lives on."""
    import gc
    import weakref

    import outwarden

    class Environ(dict):
        pass

    kept = []

    def app(environ, start_response):
        kept.append(outwarden.carry(whose))
        return [b""]

    environ = Environ(REMOTE_ADDR="8.8.8.8")
    gone = weakref.ref(environ)
    WsgiMiddleware(app, user=user)(environ, lambda *_: None)
    del environ
    gc.collect()

    assert gone() is None
    assert kept[0]().read() == (None, None)
