"""Baseline: Dramatiq on Valkey as it comes, with 8 threads and an actor that does nothing. No ledger, no event.

`python -m benchmarks.baselines.bare_dramatiq URL COUNT` prints how many a second it did.
"""

import sys
import threading
import time

import dramatiq
from dramatiq.brokers.redis import RedisBroker

_THREADS = 8


def main(url: str, count: int) -> float:
    broker = RedisBroker(url=url, middleware=[], namespace="bare")  # type: ignore[no-untyped-call] # it has no types
    left, is_done, lock = [count], threading.Event(), threading.Lock()

    def nothing() -> None:
        with lock:
            left[0] -= 1
            if not left[0]:
                is_done.set()

    actor = dramatiq.Actor(nothing, broker=broker, actor_name="nothing", queue_name="bare", priority=0, options={})
    for _ in range(count):
        actor.send()
    worker = dramatiq.Worker(broker, worker_threads=_THREADS)
    started = time.perf_counter()
    worker.start()
    is_done.wait()
    rate = count / (time.perf_counter() - started)
    worker.stop()
    return rate


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2])))
