"""Two processes that learn together keep the same weights, and wait for each other between stages."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest
import torch
import torch.multiprocessing as mp

from generators.tiny import stages, team
from generators.tiny.stages import Options
from generators.tiny.trainer import Budget
from tests.generators.tiny.small import model
from tests.generators.tiny.test_trainer import Run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def options(work: Path) -> Options:
    return Options(
        work=work,
        out=work,
        device="cpu",
        seed=0,
        workers=1,
        codec_scenes=1,
        scenes=1,
        batch=1,
        budget=Budget(1, "steps"),
        guidance=1.0,
        motion_reward=0.0,
    )


def averaged(rank: int) -> list[float]:
    """Mean gradients where one process has 1 and the other 3, and where only the second one has any."""
    of = torch.nn.Linear(2, 1)
    of.weight.grad = torch.full_like(of.weight, [1.0, 3.0][rank])
    if rank == 1:
        of.bias.grad = torch.full_like(of.bias, 5.0)
    team.average_gradients(of)
    return [*of.weight.grad.flatten().tolist(), of.bias.grad.item()]


def member(rank: int, port: int, folder: str) -> None:
    """One process: learns three steps, stops, goes on for two, then waits for the first one's own stage."""
    os.environ |= {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "RANK": str(rank),
        "WORLD_SIZE": "2",
    }
    team.join()
    work = Path(folder)
    report: dict[str, object] = {"rank": team.rank(), "threads": torch.get_num_threads()}
    report["agreed"] = team.agreed([0.25, 0.75][rank])
    report["seed"] = team.seed(0, 3)
    report["gradients"] = averaged(rank)
    for steps in (3, 5):
        run = Run(work / "learn.pt", team.seed(0))
        run.stage.run(Budget(steps, "steps"), run.step)
        report[f"weights{steps}"] = run.learner.state()["model"]
        team.meet()

    def slow(of: Options) -> None:
        time.sleep(0.5)
        (of.work / "slow.txt").write_text(f"by {team.rank()}")

    stages._STAGES = {"slow": slow}
    stages.run_stage("slow", options(work))
    report["slow"] = (work / "slow.txt").read_text()
    torch.save(report, work / f"report{rank}.pt")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, dict]:
    folder = tmp_path_factory.mktemp("team")
    mp.spawn(member, (free_port(), str(folder)), nprocs=2)
    one, other = (torch.load(folder / f"report{rank}.pt", weights_only=True) for rank in (0, 1))
    return one, other


def test_both_processes_hold_the_same_weights_all_along(reports: tuple[dict, dict]) -> None:
    one, other = reports
    for when in ("weights3", "weights5"):
        assert all(torch.equal(one[when][name], other[when][name]) for name in one[when])
    start = model().state_dict()
    assert not torch.equal(one["weights3"]["network.head.head.weight"], start["network.head.head.weight"])
    assert not torch.equal(
        one["weights3"]["network.head.head.weight"], one["weights5"]["network.head.head.weight"]
    )


def test_each_process_has_its_own_chance_and_one_thread(reports: tuple[dict, dict]) -> None:
    assert [report["rank"] for report in reports] == [0, 1]
    assert [report["threads"] for report in reports] == [1, 1]
    assert reports[0]["seed"] != reports[1]["seed"]
    assert reports[0]["seed"] == team.seed(0, 3)  # the first process draws what one alone would draw


def test_the_team_agrees_on_the_larger_number(reports: tuple[dict, dict]) -> None:
    assert [report["agreed"] for report in reports] == [0.75, 0.75]


def test_gradients_are_averaged(reports: tuple[dict, dict]) -> None:
    assert [report["gradients"] for report in reports] == [[2.0, 2.0, 2.5]] * 2


def test_a_stage_of_the_first_process_is_waited_for(reports: tuple[dict, dict]) -> None:
    assert [report["slow"] for report in reports] == ["by 0", "by 0"]


def test_alone_nothing_is_shared() -> None:
    assert team.rank() == 0
    assert team.agreed(0.3) == 0.3
    of = model()
    of.network.head.head.weight.grad = torch.ones_like(of.network.head.head.weight)
    team.average_gradients(of)
    team.meet()
    assert of.network.head.head.weight.grad.eq(1).all()
    assert of.text.embedding.weight.grad is None
