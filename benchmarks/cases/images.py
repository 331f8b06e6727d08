"""All variants of a picture of 12 megapixels, as the job makes them and by straight Pillow code: seconds of a core."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pyvips

from benchmarks.bench_stack import BenchStack
from benchmarks.measurement import Measurement
from kit.confined.limits import Limits
from kit.confined.running import module

ROUNDS = 7
WIDTH, HEIGHT = 4000, 3000
LIMITS = Limits(memory_bytes=2 << 30, cpu_s=60, file_bytes=64 << 20)


class Cost(NamedTuple):
    cpu_s: float
    peak_mb: float


def photograph(path: Path) -> None:
    """With the soft shapes, edges and grain of one, and a camera's profile and sampling."""
    soft = [pyvips.Image.perlin(WIDTH, HEIGHT, cell_size=256, seed=seed) * 90 + 128 for seed in (1, 2, 3)]
    edges = pyvips.Image.worley(WIDTH, HEIGHT, cell_size=200, seed=4).linear(-0.6, 60)
    grain = pyvips.Image.gaussnoise(WIDTH, HEIGHT, sigma=6, mean=0, seed=5)
    image = pyvips.Image.bandjoin(soft[0], soft[1:]) + edges + grain
    image.cast("uchar").copy(interpretation="srgb").jpegsave(str(path), Q=92, profile="p3")


def ours(path: Path, folder: Path) -> Cost:
    with path.open("rb") as given, (folder / "made").open("wb") as made:
        return _cost(module("kit.pictures", LIMITS, "image/jpeg"), given.fileno(), made.fileno())


def pillow(path: Path, folder: Path) -> Cost:
    command = [sys.executable, "-m", "benchmarks.baselines.pillow_variants", str(path), str(folder)]
    return _cost(command, subprocess.DEVNULL, subprocess.DEVNULL)


def _cost(command: list[str], given: int, made: int) -> Cost:
    process = subprocess.Popen(command, stdin=given, stdout=made)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[2]} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measure(folder: Path) -> list[Measurement]:
    path = folder / "photograph.jpg"
    photograph(path)
    rounds = [(ours(path, folder), pillow(path, folder)) for _ in range(ROUNDS)]
    cpu_s, theirs_s = (median(cost.cpu_s for cost in side) for side in zip(*rounds, strict=True))
    peak_mb, theirs_mb = (max(cost.peak_mb for cost in side) for side in zip(*rounds, strict=True))
    return [
        Measurement("images", "12 MP JPEG to all variants", 1 / cpu_s, "/s of a core", note="process start included"),
        Measurement("images", "straight Pillow", 1 / theirs_s, "/s of a core", note="process start included"),
        Measurement("images", "ours / straight Pillow", theirs_s / cpu_s, "x", 1.3),
        Measurement("images", "peak memory of the process", peak_mb, "MB", 200, is_ceiling=True),
        Measurement("images", "peak memory of Pillow", theirs_mb, "MB"),
    ]


def run(_stack: BenchStack) -> list[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder))
