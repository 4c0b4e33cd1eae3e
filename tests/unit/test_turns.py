"""Threads that read much let the main thread go first."""

import threading

import pytest

from hopla_gui import turns


@pytest.fixture(autouse=True)
def _rests_again():
    yield
    turns.main_thread_rests()


def test_a_reader_waits_until_the_main_thread_rests(monkeypatch):
    monkeypatch.setattr(turns, "_LONGEST_S", 30)
    turns.main_thread_works()
    went_on = threading.Event()
    reader = threading.Thread(target=lambda: (turns.give_way(), went_on.set()))
    reader.start()
    assert not went_on.wait(0.05)
    turns.main_thread_rests()
    assert went_on.wait(30)
    reader.join()


def test_a_reader_does_not_wait_for_ever_for_a_main_thread_that_is_stuck():
    turns.main_thread_works()
    reader = threading.Thread(target=lambda: [turns.give_way() for _ in range(1_000)])
    reader.start()
    reader.join(30)  # a wait each time would take 50 s
    assert not reader.is_alive()


def test_the_main_thread_does_not_wait_for_itself(monkeypatch):
    monkeypatch.setattr(turns, "_LONGEST_S", 3_600)
    turns.main_thread_works()
    turns.give_way()
