"""Threads that read much let the main thread go first."""

import threading

import pytest

from hopla_gui import turns


@pytest.fixture(autouse=True)
def works(monkeypatch):
    """Return what is told of work that begins; the main thread rests again afterwards."""
    told = []
    monkeypatch.setattr(turns, "_at_work", lambda: told.append("works"))
    yield told
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


def test_it_is_told_once_that_the_main_thread_begins_to_work(works):
    turns.main_thread_works()
    turns.main_thread_works()
    assert works == ["works"]
    turns.main_thread_rests()
    turns.main_thread_works()
    assert works == ["works", "works"]


def test_a_main_thread_that_never_rests_does_not_keep_readers_for_ever(monkeypatch):
    turns.main_thread_works()
    closing = threading.Event()

    def work():
        while not closing.wait(0.001):
            turns.main_thread_works()

    worker = threading.Thread(target=work)
    worker.start()
    reader = threading.Thread(target=turns.give_way)
    reader.start()
    reader.join(30)
    closing.set()
    worker.join()
    assert not reader.is_alive()


def test_many_items_are_mapped_in_their_order():
    assert turns.mapped(str, range(3_000)) == [str(number) for number in range(3_000)]
