import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.evaluation.sandbox import wire

PAYLOADS = st.lists(st.binary(max_size=200), max_size=8)


@given(PAYLOADS)
def test_requests_survive_the_round_trip(payloads):
    assert wire.decode_requests(wire.encode_requests(payloads)) == payloads


@given(PAYLOADS)
def test_every_payload_is_aligned(payloads):
    data, at = wire.encode_requests(payloads), 64
    for payload in payloads:
        assert struct.unpack_from("<Q", data, at)[0] == len(payload)
        assert data[at + 64 : at + 64 + len(payload)] == payload
        at += 64 + -(-len(payload) // 64) * 64
    assert at == len(data)


@given(PAYLOADS, st.data())
def test_a_request_file_cut_anywhere_is_refused(payloads, data):
    encoded = wire.encode_requests(payloads)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(ValueError, match="request file"):
        wire.decode_requests(encoded[:cut])


def test_a_foreign_file_is_refused():
    with pytest.raises(ValueError, match="starts with"):
        wire.decode_requests(bytes(64))


@given(PAYLOADS, st.data())
def test_a_torn_reply_stream_gives_its_complete_replies(payloads, data):
    encoded = wire.encode_replies(payloads)
    cut = data.draw(st.integers(0, len(encoded)))
    replies = wire.decode_replies(encoded[:cut])
    ends = [sum(8 + len(p) for p in payloads[: i + 1]) for i in range(len(payloads))]
    assert replies.payloads == payloads[: sum(end <= cut for end in ends)]
    assert replies.torn == (cut not in {0, *ends})


def test_a_sealed_file_cannot_be_changed():
    fd = wire.sealed_file(b"secret")
    try:
        with pytest.raises(PermissionError):
            os.pwrite(fd, b"x", 0)
        with pytest.raises(PermissionError):
            os.ftruncate(fd, 0)
        assert wire.contents(fd) == b"secret"
    finally:
        os.close(fd)
