"""Ctrl-C is heard of at once, also while one long call keeps the main thread."""

from __future__ import annotations

import hashlib
import os
import signal
import threading

import pytest

from core.cli.terminal.interrupts import Interrupts


def test_it_is_heard_of_while_a_call_goes_on_that_no_handler_interrupts() -> None:
    over = threading.Event()
    heard_first: list[bool] = []

    def press(interrupts: Interrupts) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        while not interrupts.cancelled() and not over.is_set():
            over.wait(0.001)
        heard_first.append(not over.is_set())

    with Interrupts() as interrupts:
        thread = threading.Thread(target=press, args=(interrupts,))
        thread.start()
        # One call of C: Python's own handler comes after it.
        hashlib.pbkdf2_hmac("sha256", b"word", b"salt", 3_000_000)
        over.set()
        thread.join()
        assert interrupts.pressed
    assert heard_first == [True]


def test_the_second_time_breaks_off() -> None:
    with Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.cancelled()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_where_a_process_can_be_ended_the_second_time_does_that_and_the_third_breaks_off() -> None:
    ended: list[bool] = []
    with Interrupts(lambda: ended.append(True)) as interrupts:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.cancelled()
        assert not ended
        os.kill(os.getpid(), signal.SIGINT)
        assert ended == [True]
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert ended == [True]


def test_afterwards_everything_is_as_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupts():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(-1) == -1
