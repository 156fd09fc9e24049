"""How long a worker may be sure of its jobs."""

import threading

from backend.worker.lease import Lease


def test_lease_expires_once_for_each_renewal() -> None:
    expired = threading.Semaphore(0)
    lease = Lease(expired.release, seconds=0.05)
    lease.start()
    assert expired.acquire(timeout=5)
    assert not expired.acquire(timeout=0.2)
    lease.renew()
    assert expired.acquire(timeout=5)
    lease.stop()
