import json

from tests.projection.notebook import Notebook
from tests.replayer.running import House, draft

SHOWN = "SELECT count(*) = $1 FROM serving.post_pages"
MODEL = "post_pages"


async def test_a_replay_builds_follows_verifies_swaps_and_can_be_taken_back(house: House, notebook: Notebook) -> None:
    await house.ready("projectors", "replayer")
    await draft(notebook, 500)
    await house.until(SHOWN, 500)
    replayed = await house.said("replay", MODEL, "--yes", "--json")
    assert replayed.code == 0, replayed
    states = [json.loads(line)["state"] for line in replayed.out.splitlines()]
    assert states[-1] == "done"
    assert await house.states(MODEL) == {1: "retired", 2: "serving"}
    await house.until(SHOWN, 500)
    await draft(notebook, 20)
    await house.until(SHOWN, 520)
    back = await house.said("rollback", MODEL, "--yes", "--why", "to see it")
    assert (back.code, back.out) == (0, "readers see post_pages_g1\n"), back
    await house.until(SHOWN, 520)
    listed = json.loads((await house.said("generations", "--model", MODEL, "--json")).out)
    assert [(row["generation"], row["state"], row["lag"]) for row in listed] == [(1, "serving", 0), (2, "retired", 0)]
    pruned = await house.said("prune", "--yes")
    assert (pruned.code, pruned.out) == (0, "dropped post_pages_g2\n"), pruned
    assert await house.states(MODEL) == {1: "serving"}
    await draft(notebook, 1)
    await house.until(SHOWN, 521)
    actions = json.loads((await house.said("actions", "--json")).out)
    assert [each["action"] for each in actions] == ["prune", "rollback", "replay"]
