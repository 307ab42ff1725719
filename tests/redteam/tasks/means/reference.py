"""Exactly rounded sums."""

import math

import numpy as np

from pytest_aiopt.tasks.tolerance import close


def solve(request):
    groups = np.frombuffer(request, np.float64).reshape(-1, 8)
    return np.array([_mean(group) for group in groups.tolist()], np.float64).tobytes()


def _mean(group):
    return math.fsum(group) / 8 if all(map(math.isfinite, group)) else sum(group) / 8


def same(expected, got):
    return close(expected, got, relative=1e-12, absolute=0.0)
