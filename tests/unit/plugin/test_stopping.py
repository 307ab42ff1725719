"""Signals stop a session wherever they find it."""

import signal
import time

import pytest

from pytest_aiopt.plugin.stopping import PATIENCE_S, SIGNALS, Listening


@pytest.fixture
def listening():
    """Listening where no signal is ignored, as nohup and shells in the background want it."""
    usual = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
    made = Listening()
    yield made
    made.restore()
    for number, handler in usual.items():
        signal.signal(number, handler)


class Dying:
    """Receives a signal in its destructor, where Python ignores exceptions."""

    def __del__(self):
        signal.raise_signal(signal.SIGTERM)


def die_and_wait():
    Dying()
    for _ in range(100):
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_an_interrupt(listening, number):
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


def test_a_signal_in_a_destructor_is_not_lost(listening):
    with pytest.raises(KeyboardInterrupt):
        die_and_wait()


def test_a_second_signal_changes_nothing_for_a_while(listening):
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    assert PATIENCE_S > 1
    signal.raise_signal(signal.SIGTERM)
