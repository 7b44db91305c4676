"""The same job on a real Ray cluster of two nodes, one of which is killed while it writes."""

from __future__ import annotations

import pytest
from ray.cluster_utils import Cluster

from handfont.batch.run import RunOptions, run

from ..conftest import write_table

ray = pytest.importorskip("ray")


def test_a_node_that_dies_costs_no_letter(desk, planner, monkeypatch):
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    write_table(desk / "some.csv", 9)
    head = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}
    nodes = Cluster(initialize_head=True, head_node_args=head)
    other = nodes.add_node(num_cpus=1, object_store_memory=80_000_000)
    here = planner("some.csv")
    try:
        nodes.wait_for_nodes()

        from handfont.batch.engines import ray_cluster

        placed, seen = ray_cluster._placed, []

        def killing(result, files, folder):
            seen.append(result.job.number)
            if len(seen) == 3:
                nodes.remove_node(other, allow_graceful=False)
            return placed(result, files, folder)

        monkeypatch.setattr(ray_cluster, "_placed", killing)
        outcome = run(here, desk / "far", RunOptions(workers=2, engine="ray", address=nodes.address, quiet=True))
    finally:
        ray.shutdown()
        nodes.shutdown()
    assert (outcome.done, outcome.failed) == (9, 0)
    run(planner("some.csv"), desk / "near", RunOptions(quiet=True))
    near = {path.name: path.read_bytes() for path in (desk / "near").glob("*.pdf")}
    assert len(near) == 9
    assert near == {path.name: path.read_bytes() for path in (desk / "far").glob("*.pdf")}
