"""Oracle of filter_chain in float64: every stage is a convolution with its response, all channels at once."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

SETTING = np.dtype([("gain", "<f4"), ("ceiling", "<f4")])
STAGE = np.dtype([("kind", "<u4"), ("share", "<f4")])
SMOOTH = 0
RELEASE = float(np.float32(0.995))
TOLERANCE = 2e-5

Signals = NDArray[np.float64]


def _decode(request: bytes) -> tuple[NDArray[np.int16], NDArray[np.void], NDArray[np.void]]:
    """Return samples (channels, length), settings and stages of a payload."""
    channels, length, stage_count = struct.unpack_from("<III", request)
    settings = np.frombuffer(request, SETTING, channels, 64)
    stages = np.frombuffer(request, STAGE, stage_count, 64 + settings.nbytes)
    at = 64 + settings.nbytes + stages.nbytes
    return np.frombuffer(request, "<i2", channels * length, at).reshape(channels, length), settings, stages


def _followed(signals: Signals, share: float) -> Signals:
    """The state of a stage over time: y[t] = sum over k of share (1 - share)^k x[t - k]."""
    length = signals.shape[1]
    response = share * (1 - share) ** np.arange(length)
    lags = np.arange(length)[:, None] - np.arange(length)
    return signals @ np.where(lags >= 0, response[np.maximum(lags, 0)], 0.0).T


def _limited(signals: Signals, ceilings: Signals) -> Signals:
    """The level is the greatest of all earlier absolute values, each released once a sample since."""
    length = signals.shape[1]
    levels = np.abs(signals)
    step = 1
    while step < length:  # doubles how far back the levels look
        levels[:, step:] = np.maximum(levels[:, step:], levels[:, :-step] * RELEASE**step)
        step *= 2
    return signals * np.minimum(1.0, ceilings[:, None] / np.maximum(levels, 1e-300))


def solve(request: bytes) -> bytes:
    """Return the mix and the levels, rounded to float32, packed as in driver.cpp."""
    samples, settings, stages = _decode(request)
    signals = samples / 32768.0 * settings["gain"].astype(float)[:, None]
    for kind, share in stages.tolist():
        followed = _followed(signals, share)
        signals = followed if kind == SMOOTH else signals - followed
    signals = _limited(signals, settings["ceiling"].astype(float))
    levels = np.zeros((len(settings), 2), "<f4")
    if signals.size:
        levels[:, 0] = np.abs(signals).max(axis=1)
        levels[:, 1] = (signals**2).mean(axis=1)
    return signals.sum(axis=0).astype("<f4").tobytes() + levels.tobytes()


def same(expected: bytes, got: bytes) -> bool:
    """Whether all values agree to TOLERANCE of the greatest one expected (of 1 if that is greater)."""
    if len(expected) != len(got):
        return False
    want, have = (np.frombuffer(reply, "<f4").astype(float) for reply in (expected, got))
    scale = max(1.0, float(np.abs(want).max(initial=0.0)))
    return bool((np.abs(want - have) <= TOLERANCE * scale).all())


def describe(request: bytes) -> str:
    """Return the sizes, the first stages, the first setting and the first samples as text."""
    samples, settings, stages = _decode(request)
    steps = [f"{('smooth', 'drift')[kind]} {share:.3g}" for kind, share in stages[:5].tolist()]
    first = f", channel 0: {settings[0]} {samples[0, :8].tolist()}" if len(settings) else ""
    return f"{samples.shape[0]} channels of {samples.shape[1]} samples, {len(stages)} stages {steps}{first}"
