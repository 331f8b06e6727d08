"""Verifies a generation before it is shown: against the serving one, and against the log."""

from engine.audit.equal import Bring, CheckpointsApart, equal_snapshot
from engine.audit.history import require_same_history
from engine.audit.judging import Judge
from engine.audit.sampling import Folded, sampled_keys
from engine.audit.sources import Sources
from engine.audit.verdict import Verdict
from engine.projection.contract import ReadModel

__all__ = ["Bring", "CheckpointsApart", "compared", "verify"]


async def verify(  # noqa: PLR0913 - each is a choice of the caller's
    sources: Sources,
    model: ReadModel,
    *,
    new: int,
    serving: int | None,
    sample: int = 200,
    bring: Bring | None = None,
) -> Verdict:
    """Compares generation `new`, which this `model` built, with `serving` at the same events, and with the log.

    Args:
        sources: the log and the read database.
        model: of this code's version; the serving generation may be of another: then what both have is compared.
        new: the generation that is to be shown.
        serving: the one that is shown now, if any.
        sample: how many keys, taken at random, are folded afresh.
        bring: brings the new generation to given sequences, should the two be apart.

    Raises:
        CheckpointsApart: they could not be seen at the same checkpoints; try again.
        ForeignHistory: the checkpoints are not of this log.
    """
    [sampled] = await sampled_keys(sources, [(model, new)], sample)
    if serving is None:
        return sampled.verdict()
    return await compared(sources, model, new=new, serving=serving, sampled=sampled, bring=bring)


async def compared(  # noqa: PLR0913 - as `verify`
    sources: Sources, model: ReadModel, *, new: int, serving: int, sampled: Folded, bring: Bring | None = None
) -> Verdict:
    """The same where the sample was folded already, together with those of other read models."""
    async with equal_snapshot(sources.read_url, model.name, serving, new, bring) as pair:
        await require_same_history(sources.log, pair.new)
        judge = Judge(sources, model, new, pair.new, pair.one)
        await judge.compare(pair.other, serving, pair.serving)
        return judge.verdict(sampled)
