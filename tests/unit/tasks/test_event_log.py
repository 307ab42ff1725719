"""event_log: its oracle, its inputs and its workloads."""

import struct

import helpers
from hypothesis import given, settings

TASK = helpers.task("event_log")


def parts(request):
    """The events as (time, amount, source, confirmed, text, values)."""
    (count,) = struct.unpack_from("<I", request)
    records = [struct.unpack_from("<QqIIII", request, 64 + 32 * i) for i in range(count)]
    at = 64 + 32 * count
    values = []
    for record in records:
        values.append(struct.unpack_from(f"<{record[5]}i", request, at))
        at += 4 * record[5]
    events = []
    for record, numbers in zip(records, values, strict=True):
        events.append((*record[:4], request[at : at + record[4]], numbers))
        at += record[4]
    assert at == len(request)
    return events


def crc(data):
    """CRC-32 bit by bit."""
    total = 0xFFFFFFFF
    for byte in data:
        total ^= byte
        for _ in range(8):
            total = total >> 1 ^ (0xEDB88320 if total & 1 else 0)
    return total ^ 0xFFFFFFFF


def by_hand(request):
    log = ""
    for number, (time, amount, source, _, text, values) in enumerate(parts(request)):
        plain = set(range(32, 127)) - {ord('"'), ord("\\")}
        quoted = "".join(chr(byte) if byte in plain else f"\\{byte:02x}" for byte in text)
        line = f'{number} {time} {source} {amount} "{quoted}" ' + "".join(f"{value} " for value in values)
        log += line + f"{crc(line.encode()):08x}\n"
    return struct.pack("<Q", 0) + log.encode()


@settings(max_examples=25, deadline=None)
@given(TASK.cases())
def test_the_oracle_agrees_with_lines_written_one_by_one(request_):
    assert TASK.answer(request_) == by_hand(request_)


def test_the_cases_reach_what_matters():
    drawn = [parts(case) for case in helpers.cases("event_log", 300)]
    events = [event for each in drawn for event in each]
    assert {0, 1, 64, 65, 130} <= {len(each) for each in drawn}
    assert {-(2**63), 2**63 - 1} <= {event[1] for event in events}
    assert {-(2**31), 2**31 - 1} <= {value for event in events for value in event[5]}
    assert {0, 10, 34, 92, 127, 255} <= {byte for event in events for byte in event[4]}
    shares = {sum(event[3] for event in each) / len(each) for each in drawn if len(each) > 10}
    assert {0.0, 1.0} <= shares
    assert len(shares) > 20


def test_the_workloads_differ_by_seed():
    first, again, other = (TASK.requests(TASK.scored, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert len(parts(first[0])) == 130
    assert sum(event[3] for event in parts(first[0])) == 52
