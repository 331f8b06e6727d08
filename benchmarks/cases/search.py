"""GET /search for two common words, over the posts that `lists` left: a generated word is in most of its posts."""

import asyncio
from urllib.parse import quote

import asyncpg

from benchmarks.bench_stack import BenchStack
from benchmarks.cases.lists import load
from benchmarks.measurement import Measurement

POSTS = "SELECT count(*) FROM serving.post_pages WHERE status = 'published'"
COMMONEST = """
    WITH sampled AS (SELECT main_words FROM serving.search LIMIT 2000),
         words AS (SELECT unnest(main_words) AS word FROM sampled)
    SELECT word FROM words
     WHERE length(word) > 4 GROUP BY word ORDER BY count(*) DESC, word LIMIT 2
"""


async def known(stack: BenchStack) -> tuple[int, list[str]]:
    connection = await asyncpg.connect(stack.url("read"))
    try:
        return int(await connection.fetchval(POSTS)), [row["word"] for row in await connection.fetch(COMMONEST)]
    finally:
        await connection.close()


def run(stack: BenchStack) -> list[Measurement]:
    posts, words = asyncio.run(known(stack))
    with stack.paused("relay", "projectors", "jobs", "replayer", "command_api", "kafka"):
        report = load(stack, f"/search?q={quote(' '.join(words))}")
    note = f"{posts:,} published posts, p50 {report.percentile_ms(0.5):.1f} ms, {report.rate:,.0f}/s"
    p99 = report.percentile_ms(0.99)
    return [Measurement("search", "two common words, p99, 4 clients", p99, "ms", 50, is_ceiling=True, note=note)]
