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


def test_a_reader_waits_for_what_takes_the_main_thread_several_turns(monkeypatch):
    monkeypatch.setattr(turns, "_LONGEST_S", 30)
    turns.main_thread_begins()
    went_on = threading.Event()
    reader = threading.Thread(target=lambda: (turns.give_way(), went_on.set()))
    reader.start()
    turns.main_thread_rests()  # between two turns
    turns.main_thread_works()
    assert not went_on.wait(0.05)
    turns.main_thread_ends()
    turns.main_thread_rests()
    assert went_on.wait(30)
    reader.join()


def test_the_main_thread_does_not_wait_for_itself(monkeypatch):
    monkeypatch.setattr(turns, "_LONGEST_S", 3_600)
    turns.main_thread_works()
    turns.give_way()


def test_many_items_come_in_pieces_with_turns_between(monkeypatch):
    turns_given = []
    monkeypatch.setattr(turns, "give_way", lambda: turns_given.append(1))
    pieces = list(turns.unhurried(range(10_000)))
    assert [item for piece in pieces for item in piece] == list(range(10_000))
    assert len(pieces) == len(turns_given) > 1
    assert list(turns.unhurried([])) == []
