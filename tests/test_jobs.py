"""The queue loses nothing: a dead worker's job goes on, a cancelled one stops, the same work is queued once."""

from pathlib import Path

import pytest

from rai.database import open_database
from rai.jobs import ATTEMPTS, LEASE, Cancelled, Jobs


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(tmp_path: Path, clock: Clock) -> Jobs:
    return Jobs(open_database(f"sqlite:///{tmp_path / 'rai.db'}"), clock=clock)


def test_the_same_work_is_queued_once(jobs: Jobs) -> None:
    first = jobs.enqueue("review", "models:/a/1", by="ada")
    assert jobs.enqueue("review", "models:/a/1", by="bob") == first
    assert jobs.enqueue("cohort", "models:/a/1", {"cohort": "x=1"}, by="bob") != first


def test_progress_and_remaining_time(jobs: Jobs, clock: Clock) -> None:
    jobs.enqueue("review", "models:/a/1", by="ada")
    job = jobs.take("w1")
    assert job is not None
    assert jobs.take("w2") is None
    clock.now += 10
    jobs.beat(job, step="Fairness", percent=25.0)
    now = jobs.latest("models:/a/1")
    assert now is not None
    assert (now.step, now.percent, now.remaining) == ("Fairness", 25.0, 30.0)
    jobs.finish(job)
    done = jobs.latest("models:/a/1")
    assert done is not None
    assert (done.state, done.percent, done.open) == ("done", 100.0, False)


def test_a_lost_worker_gives_the_job_back_and_cannot_finish_it(jobs: Jobs, clock: Clock) -> None:
    jobs.enqueue("review", "models:/a/1", by="ada")
    lost = jobs.take("w1")
    assert lost is not None
    clock.now += LEASE + 1
    again = jobs.take("w2")
    assert again is not None
    assert (again.id, again.attempts) == (lost.id, 2)
    with pytest.raises(Cancelled):
        jobs.beat(lost)
    jobs.finish(lost)
    running = jobs.latest("models:/a/1")
    assert running is not None
    assert running.state == "running"


def test_a_job_that_kills_every_worker_fails_in_a_sentence(jobs: Jobs, clock: Clock) -> None:
    jobs.enqueue("review", "models:/a/1", by="ada")
    for _ in range(ATTEMPTS):
        assert jobs.take("w") is not None
        clock.now += LEASE + 1
    assert jobs.take("w") is None
    failed = jobs.latest("models:/a/1")
    assert failed is not None
    assert failed.state == "failed"
    assert "worker died" in failed.message


def test_cancelling(jobs: Jobs) -> None:
    waiting = jobs.enqueue("review", "models:/a/1", by="ada")
    jobs.cancel(waiting.id)
    assert jobs.take("w") is None
    jobs.enqueue("review", "models:/a/1", by="ada")
    job = jobs.take("w")
    assert job is not None
    jobs.cancel(job.id)
    with pytest.raises(Cancelled):
        jobs.beat(job, step="next")
    jobs.stop(job)
    ended = jobs.latest("models:/a/1")
    assert ended is not None
    assert ended.state == "cancelled"


def test_the_oldest_goes_first_and_a_finished_one_may_be_queued_again(jobs: Jobs) -> None:
    for name in "abc":
        jobs.enqueue("review", f"models:/{name}/1", by="ada")
    taken = jobs.take("w")
    assert taken is not None
    assert taken.key == "models:/a/1"
    jobs.fail(taken, "It would not load.")
    assert jobs.enqueue("review", "models:/a/1", by="ada").id > taken.id
    assert [job.key for job in jobs.all()] == ["models:/a/1", "models:/c/1", "models:/b/1", "models:/a/1"]
