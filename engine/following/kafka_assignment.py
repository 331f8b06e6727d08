"""Tells the receiver which partitions the group gives and takes."""

from aiokafka import ConsumerRebalanceListener, TopicPartition

from engine.following.contract import Receiver
from engine.following.kafka_offsets import Offsets


class AssignmentListener(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka publishes no types
    """Every rebalance takes all partitions first: aiokafka has eager assignors only."""

    def __init__(self, receiver: Receiver, offsets: Offsets) -> None:
        self._receiver, self._offsets = receiver, offsets
        self.is_left_out = False
        """The group has given out its shares, and none to this member. Not so while it is still joining."""

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        partitions = {each.partition for each in revoked}
        if partitions:
            await self._receiver.revoked(partitions)
            self._offsets.forget(partitions)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self.is_left_out = not assigned
        self._receiver.assigned({each.partition for each in assigned})
