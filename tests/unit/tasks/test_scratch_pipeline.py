"""scratch_pipeline: its oracle, its inputs, its programs, and its workloads."""

import struct
from itertools import product

import helpers
import pytest
from hypothesis import given, settings

TASK = helpers.task("scratch_pipeline")
SMALL = TASK.cases().filter(lambda case: len(case) < 2000)


def parts(request):
    """The width, the height, the scales as (radius, least) and the pixels of a payload."""
    width, height, scales = struct.unpack_from("<III", request)
    pixels = list(struct.iter_unpack("<BBB", request[64 + 8 * scales :]))
    assert len(pixels) == width * height
    return width, height, list(struct.iter_unpack("<II", request[64 : 64 + 8 * scales])), pixels


def mean(values, at, radius):
    near = values[max(0, at - radius) : at + radius + 1]
    return sum(near) // len(near)


def by_hand(request):
    """Each pixel for itself, in lists of rows."""
    width, height, scales, pixels = parts(request)
    answer = b""
    light = [
        [(77 * r + 150 * g + 29 * b) // 256 for r, g, b in pixels[y * width :][:width]] for y in range(height)
    ]
    for radius, least in scales:
        across = [[mean(row, x, radius) for x in range(width)] for row in light]
        down = [[mean([row[x] for row in across], y, radius) for y in range(height)] for x in range(width)]
        patches = [[0, 0, 0, 0] for _ in range(-(-width // 16) * -(-height // 16))]
        for x, y in product(range(width), range(height)):
            patch = patches[y // 16 * -(-width // 16) + x // 16]
            sideways = down[min(x + 1, width - 1)][y] - down[max(x - 1, 0)][y]
            strength = abs(sideways) + abs(down[x][min(y + 1, height - 1)] - down[x][max(y - 1, 0)])
            detail = abs(light[y][x] - down[x][y])
            if strength >= least:
                patch[0] += 1
                patch[1] += strength
            patch[2] += detail
            patch[3] = max(patch[3], detail)
        answer += b"".join(struct.pack("<IIII", *patch) for patch in patches)
    return answer


@settings(max_examples=40)
@given(SMALL)
def test_the_oracle_agrees_with_a_survey_pixel_by_pixel(request_):
    assert TASK.answer(request_) == by_hand(request_)


def test_the_cases_reach_sizes_and_scales_that_matter():
    drawn = [parts(case) for case in helpers.cases("scratch_pipeline", 300)]
    widths, heights = ({size[i] for size in drawn} for i in (0, 1))
    for sides in (widths, heights):
        assert {0, 1, 15, 16, 17, 32, 33} <= sides
        assert max(sides) > 200
    radii = {radius for _, _, scales, _ in drawn for radius, _ in scales}
    assert {0, 1, 7, 8, 16, 100} <= radii
    assert {0, 510, 511, 2**32 - 1} <= {least for _, _, scales, _ in drawn for _, least in scales}
    assert any(len(pixels) > 500 and len(set(pixels)) == 1 for *_, pixels in drawn)


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 3_000_000


def test_twins_have_other_radii_and_other_sizes():
    sizes, radii = {}, {}
    for workload in TASK.workloads:
        width, height, scales = struct.unpack_from("<III", TASK.requests(workload, seed=5)[0])
        sizes[workload.name] = width * height
        found = struct.iter_unpack("<II", TASK.requests(workload, seed=5)[0][64 : 64 + 8 * scales])
        radii[workload.name] = {radius for radius, _ in found}
    assert max(radii["w0"]) <= 4 < 16 < min(radii["w1"])
    assert 50 * sizes["w2"] < sizes["w0"]
    assert radii["w2"] == {0}


@pytest.mark.parametrize("name", ["w0", "h1"])
def test_a_part_of_the_pixels_is_marked(name):
    workload = next(each for each in TASK.workloads if each.name == name)
    request = TASK.requests(workload, seed=5)[0]
    width, height, scales = struct.unpack_from("<III", request)
    marked = sum(patch[0] for patch in struct.iter_unpack("<IIII", TASK.answer(request)))
    assert 0.05 < marked / (width * height * scales) < 0.9


def test_the_oracle_describes_a_case_in_bounds():
    assert TASK.describe(helpers.cases("scratch_pipeline", 200)[-1])
