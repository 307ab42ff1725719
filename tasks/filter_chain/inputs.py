"""Requests of filter_chain: recordings, stages and settings, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

SETTING = np.dtype([("gain", "<f4"), ("ceiling", "<f4")])
STAGE = np.dtype([("kind", "<u4"), ("share", "<f4")])
SMOOTH, DRIFT = 0, 1

Samples = NDArray[np.int16]
Records = NDArray[np.void]


def encode(samples: Samples, settings: Records, stages: Records) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, settings, stages, samples channel by channel."""
    channels, length = samples.shape
    header = struct.pack("<III52x", channels, length, len(stages))
    return header + settings.tobytes() + stages.tobytes() + samples.tobytes()


# --- correctness cases --------------------------------------------------------------------------

LENGTHS = st.one_of(
    st.integers(0, 9),
    st.integers(0, 70),
    st.sampled_from([15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 255, 256, 257, 1025]),
)
LONG = st.sampled_from([512, 769, 1024, 1300])  # signals that come to an end need time to die away

SHARES = [1.0, 0.9, 0.5, 0.1, 0.02]
SIGNALS = ["noise", "faint", "extreme", "constant", "impulse", "burst", "pause", "silence"]


def _samples(rng: np.random.Generator, kind: str, channels: int, length: int) -> Samples:
    shape = (channels, length)
    samples = np.zeros(shape, np.int16)
    if kind == "noise":
        samples = rng.integers(-32768, 32768, shape, np.int16)
    elif kind == "faint":
        samples = rng.integers(-1, 2, shape, np.int16)
    elif kind == "extreme":
        samples = rng.choice(np.array([-32768, 32767], np.int16), shape)
    elif kind == "constant":
        samples[:] = rng.integers(-32768, 32768, (channels, 1))
    elif kind == "impulse" and length:
        samples[np.arange(channels), rng.integers(0, length, channels)] = rng.integers(
            -32768, 32768, channels
        )
    elif kind == "burst":
        samples[:, : length // 3] = rng.integers(-9000, 9000, (channels, length // 3))
    elif kind == "pause":  # loud, nothing, faint: states and levels have to come down in between
        part = length // 4
        samples[:, :part] = rng.integers(-20000, 20000, (channels, part))
        samples[:, length - part :] = rng.integers(-300, 300, (channels, part))
    return samples


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 9 channels of 0 to 1300 samples from silence to extremes, 0 to 17 stages."""
    kind = draw(st.sampled_from(SIGNALS))
    length = draw(st.one_of(LENGTHS, LONG) if kind in ("burst", "pause") else LENGTHS)
    channels = draw(st.integers(0, 9))
    stage_count = draw(st.one_of(st.integers(0, 9), st.sampled_from([15, 16, 17])))
    kinds = draw(st.sampled_from(["mixed", "smooth", "drift"]))
    ceilings = draw(st.sampled_from([0.001, 0.1, 1.0, 100.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    settings = np.zeros(channels, SETTING)
    settings["gain"] = rng.choice([0.0, 0.25, 1.0, 3.0], channels)
    settings["ceiling"] = ceilings * rng.uniform(0.5, 1.5, channels)
    stages = np.zeros(stage_count, STAGE)
    stages["kind"] = {"mixed": rng.integers(0, 2, stage_count), "smooth": SMOOTH, "drift": DRIFT}[kinds]
    stages["share"] = rng.choice(draw(st.sampled_from([SHARES, SHARES[:3]])), stage_count)
    return encode(_samples(rng, kind, channels, length), settings, stages)


# --- timed workloads ----------------------------------------------------------------------------


def _request(
    rng: np.random.Generator,
    *,
    channels: int,
    length: int,
    smooths: int,
    drifts: int,
    loud: float,
    rest: float,
    stretches: int,
    ceiling: float,
) -> bytes:
    """Each channel sounds in ``stretches``; a share ``rest`` of its time, in the gaps, it is silent."""
    noise = rng.integers(-9000, 9000, (channels, length), np.int16)
    period = length // stretches
    starts = rng.integers(0, max(1, int(period * rest / 8)), (channels, stretches, 1))
    at = np.arange(period)
    sounding = (at >= starts) & (at < starts + period * (1 - rest))
    used = period * stretches
    samples = np.zeros((channels, length), np.int16)
    samples[:, :used] = noise[:, :used] * sounding.reshape(channels, used)
    settings = np.zeros(channels, SETTING)
    settings["gain"] = loud * rng.uniform(0.8, 1.2, channels)
    settings["ceiling"] = ceiling * rng.uniform(0.9, 1.1, channels)
    stages = np.zeros(smooths + drifts, STAGE)
    stages["kind"][smooths:] = DRIFT
    stages["share"][:smooths] = rng.uniform(0.09, 0.11, smooths)
    stages["share"][smooths:] = rng.uniform(0.1, 0.11, drifts)
    return encode(samples, settings, stages)


def workload(rng: np.random.Generator, *, requests: int, **params: float) -> list[bytes]:
    """Return ``requests`` payloads; see ``_request`` for the parameters."""
    return [_request(rng, **params) for _ in range(requests)]  # type: ignore[arg-type]
