"""record_pack: its oracle, its inputs and its workloads."""

import struct

import helpers

TASK = helpers.task("record_pack")
ZONES, WIDTHS, RANKS, COPIES, SPREADS, CHECKS, ORDER, PEAKS, NEAREST = range(9)


def packed(form, reach, values):
    """What the oracle writes of one column, as numbers, without its size."""
    request = struct.pack(f"<4I{len(values)}I", 1, form, reach, len(values), *values)
    found, number, shift = [], 0, 0
    for byte in TASK.answer(request):
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(number)
            number, shift = 0, 0
    assert found[0] == len(values)
    return found[1:]


def test_the_oracle_packs_each_form_as_by_hand():
    assert packed(ZONES, 2, [1, 2, 3, 0]) == [0b1001, 0b1110, 0b0101, 0b0101]
    assert packed(WIDTHS, 100, [1] * 50 + [2**31]) == [1, 1]
    assert packed(WIDTHS, 2, [0, 0, 2**32 - 1, 2**32 - 1]) == [0, 0, 32, 0]
    assert packed(RANKS, 3, [2, 2, 1, 0]) == [2, 0, 2, 2]
    assert packed(COPIES, 9, [7, 8, 7, 8, 7, 8, 7, 9]) == [0, 7, 0, 8, 5, 2, 0, 9]
    assert packed(SPREADS, 2, [5, 3, 4, 9]) == [0, 0, 0, 2, 1, 0, 5, 0]
    assert packed(CHECKS, 9, [int.from_bytes(b"1234", "little")]) == [0x9BE3E0A3]
    assert packed(ORDER, 1, [2, 1, 2, 0]) == [3, 1, 0, 2]
    assert packed(PEAKS, 4, [3, 9, 9, 1]) == [1, 0, 0, 0]
    assert packed(NEAREST, 2, [10, 4, 7, 8, 0]) == [1, 3, 0, 2, 1, 4]


def test_the_cases_reach_every_form_in_sizes_that_matter():
    seen = set()
    for case in helpers.cases("record_pack", 200):
        (count,) = struct.unpack_from("<I", case)
        heads = struct.iter_unpack("<3I", case[4 : 4 + 12 * count])
        seen |= {(form, min(size, 257)) for form, _, size in heads}
    assert {form for form, _ in seen} == set(range(9))
    assert {0, 257} <= {size for _, size in seen}


def test_nothing_shown_to_a_model_says_what_takes_time():
    assert not helpers.revealing(TASK)
