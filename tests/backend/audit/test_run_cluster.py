"""An audit over a real Dask cluster gives the bytes of one on this machine, whatever happens to its workers."""

import builtins
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogue_scene import Auditor, finished, kill_the_run, reading, reports, until
from distributed import LocalCluster

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """A scheduler and two workers, each a process of its own."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster


def test_a_cluster_writes_the_same_report(
    cluster: LocalCluster, auditor: Auditor, catalogue: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    said = auditor("run", catalogue, "--out", out, "--scheduler", cluster.scheduler_address).said
    assert "2 slots of the cluster" in said
    assert reports(out) == reports(undisturbed)


def test_killed_workers_and_a_killed_run_change_no_byte_on_a_cluster(
    cluster: LocalCluster, auditor: Auditor, catalogue: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ("run", catalogue, "--out", out, "--scheduler", cluster.scheduler_address)
    run = auditor.start(*words)
    os.kill(_busy_workers(cluster, catalogue)[0], signal.SIGKILL)
    until(lambda: _busy_workers(cluster, catalogue / "label 1"), "the second folder being read")
    kill_the_run(run)

    again = auditor.start(*words, "--resume")
    os.kill(_busy_workers(cluster, catalogue / "label 2")[0], signal.SIGKILL)
    ended = finished(again)
    assert ended.code == 0, ended.said
    assert reports(out) == reports(undisturbed)


def test_a_scheduler_that_does_not_answer_is_named_with_3(
    auditor: Auditor, catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partbook.audit.catalogue.places.CONNECT_SECONDS", 0.5)
    out = tmp_path / "out"
    said = auditor("run", catalogue, "--out", out, "--scheduler", "tcp://127.0.0.1:9", code=3).said
    assert "tcp://127.0.0.1:9" in said
    assert "Traceback" not in said


def test_without_dask_a_sentence_says_how_to_install_it(
    auditor: Auditor, catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = builtins.__import__

    def without_dask(name: str, *rest: Any, **more: Any) -> Any:
        if name == "distributed":
            raise ModuleNotFoundError("No module named 'distributed'", name=name)
        return load(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_dask)
    said = auditor("run", catalogue, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9", code=3).said
    assert "pip install 'partbook[cluster]'" in said


def test_workers_and_a_scheduler_together_are_refused(auditor: Auditor, catalogue: Path, tmp_path: Path) -> None:
    words = ("--workers", 2, "--scheduler", "tcp://127.0.0.1:9")
    assert "one of them" in auditor("run", catalogue, "--out", tmp_path / "out", *words, code=2).said


def _busy_workers(cluster: LocalCluster, folder: Path) -> list[int]:
    """The worker processes of which a reader has a file of the folder open."""

    def busy() -> list[int]:
        pids = [nanny.pid for nanny in cluster.workers.values()]
        return [pid for pid in pids if pid and reading(pid, folder)]

    found: list[int] = until(busy, f"a file of {folder.name} being read on the cluster")
    return found
