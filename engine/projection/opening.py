"""The first statement of a batch: it moves the checkpoints, and then says what is parked."""

from collections.abc import Collection, Sequence

from engine.projection import checkpoints, parking
from engine.projection.checkpoints import Move
from engine.projection.procedures import Procedures
from engine.projection.projection import Projection

# A statement of its own within the function sees what was committed before the first one got its locks: a release, too.
_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION pg_temp.open_batch(text[], int[], smallint[], int[], bigint[], bigint[], text[], int[],
                                                  text[], OUT moved bigint, OUT parked text[]) LANGUAGE plpgsql AS $_$
    BEGIN
        {checkpoints.MOVE};
        GET DIAGNOSTICS moved = ROW_COUNT;
        IF EXISTS (SELECT FROM projection.parked) THEN
            parked := ARRAY(SELECT ARRAY[p.model || '_g' || p.generation, p.key]
                              FROM ({parking.parked_keys("$7", "$8", "$9")}) AS p);
        END IF;
    END $_$
"""  # noqa: S608 - made of constants
_CALL = "SELECT * FROM pg_temp.open_batch($1, $2, $3, $4, $5, $6, $7, $8, $9)"


async def open_batch(
    procedures: Procedures, moves: Sequence[Move], projections: Sequence[Projection], keys: Collection[str]
) -> dict[str, set[str]]:
    """By projection name, which of these keys are parked. Read under the checkpoints' locks: a release holds them too.

    Raises:
        CheckpointMoved: one was not where it was expected.
    """
    await procedures.define(_FUNCTION)
    models, generations = [each.model.name for each in projections], [each.generation for each in projections]
    columns = checkpoints.columns(moves)
    opened = await procedures.connection.fetchrow(_CALL, *columns, models, generations, list(keys))
    moved, parked = opened or (0, None)
    checkpoints.require(moved, len(moves))
    found: dict[str, set[str]] = {}
    for name, key in parked or ():
        found.setdefault(name, set()).add(key)
    return found
