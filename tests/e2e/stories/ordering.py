"""Who does something with a work order."""

from tests.e2e.stories.actors import Actor, Answered, Json
from tests.e2e.stories.order_words import in_hand
from tests.e2e.stories.words import Words


class OrderActor(Actor):
    """What the verbs of all who have to do with work orders are made of."""

    def order_step(
        self,
        order: Json,
        command: str,
        body: Json,
        at: str,
        did: Words,
        answered: Answered = in_hand,
    ) -> Json:
        return self.does(f"{path_of(order)}/{command}", body, at, did, answered)


def path_of(order: Json) -> str:
    return f"/dispatch/v1/work-orders/{order['work_order_id']}"
