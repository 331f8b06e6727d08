"""Forgets what has expired beside the log: sign-in sessions, tokens, one-time links, answers to repeated requests."""

from jobs.job import Job, Tick
from jobs.tools import Tools


async def perform(_tick: Tick, tools: Tools) -> None:
    await tools.chores.forget_expired()


JOB = Job("forget_expired", (), perform, time_limit_s=600, at_once=1)
