"""A ticket as it was known at a time: folded from the events of all services, by their contracts.

The services decide by folds of their own; this one only tells what was said until then.
"""

from services.reporting.state.differences import Change, differences
from services.reporting.state.folding import Fold, empty_fold, fold, state_of
from services.reporting.state.parts import TicketState

__all__ = ["Change", "Fold", "TicketState", "differences", "empty_fold", "fold", "state_of"]
