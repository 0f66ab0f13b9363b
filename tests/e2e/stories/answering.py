"""Who stands for what the department answers, and who helps it."""

from tests.e2e.stories.actors import Json
from tests.e2e.stories.cast import DEPARTMENTS
from tests.e2e.stories.order_words import (
    SIGNED_AS,
    in_hand,
    order_state,
    reviewed,
    signatures,
)
from tests.e2e.stories.ordering import OrderActor
from tests.e2e.stories.words import Words


class Answering(OrderActor):
    """Written answers, signatures, and other departments' help."""

    def writes_answer(self, order: Json, at: str, text: Words) -> Json:
        did = Words("提交书面答复：“{text}”", "sends the written answer: “{text}”")
        body = {"text": text.zh}
        return self.order_step(order, "written-answer", body, at, did.filled(text=text), reviewed)

    def reviews(self, order: Json, at: str, saying: Words, *, approved: bool) -> Json:
        did = Words("审核退回：{note}", "sends it back: {note}")
        if approved:
            did = Words("审核通过：{note}", "approves it: {note}")
        body = {"approved": approved, "note": saying.zh}
        return self.order_step(order, "review", body, at, did.filled(note=saying), reviewed)

    def asks_help(self, order: Json, at: str, of: str, request: Words) -> Json:
        did = Words("请{of}协助：{what}", "asks {of} for help: {what}")
        body = {"department": of, "request": request.zh}
        return self.order_step(
            order, "help", body, at, did.filled(of=DEPARTMENTS[of], what=request), in_hand
        )

    def answers_appeal(self, order: Json, at: str, text: Words, outcome: str) -> Json:
        did = Words("答复申诉：{text}", "answers the appeal: {text}").filled(text=text)
        body = {"text": text.zh, "outcome": outcome}
        return self.order_step(order, "appeal-answer", body, at, did, order_state)

    def signs(self, order: Json, at: str, role: str, opinion: Words) -> Json:
        did = Words("以{role}身份签署：{opinion}", "signs as {role}: {opinion}")
        body = {"role": role, "opinion": opinion.zh}
        did = did.filled(role=SIGNED_AS[role], opinion=opinion)
        return self.order_step(order, "sign-off", body, at, did, signatures)
