"""`import` of a folder or archive of Markdown through the HTTP doors. Wants PALIMPSEST_BENCH_CORPUS."""

import os
import re
import time
from pathlib import Path

from benchmarks.bench_stack import BenchStack
from benchmarks.measurement import Measurement

POSTS = re.compile(r"(\d+) posts?")


def run(stack: BenchStack) -> list[Measurement]:
    corpus = Path(os.environ.get("PALIMPSEST_BENCH_CORPUS", "examples/corpus"))
    if not corpus.exists():
        return [Measurement("import", "no corpus: set PALIMPSEST_BENCH_CORPUS", 0, "posts/s", 400)]
    began = time.perf_counter()
    ran = stack.run("import", str(corpus.resolve()), check=False)
    seconds = time.perf_counter() - began
    found = POSTS.findall(ran.stdout + ran.stderr)
    count = max((int(number) for number in found), default=0)
    return [
        Measurement("import", "posts of the corpus", count, "posts"),
        Measurement("import", "whole command, start of Python included", count / seconds, "posts/s", 400),
    ]
