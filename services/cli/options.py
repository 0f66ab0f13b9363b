"""A command's options as a dataclass: what many commands take, and what one takes much of."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from functools import wraps
from inspect import Parameter, Signature
from typing import Any, TypeVar, get_type_hints

Model = TypeVar("Model")


def _parameter(one: Field[Any], hint: object) -> Parameter:
    default = Parameter.empty if one.default is MISSING else one.default
    return Parameter(one.name, Parameter.KEYWORD_ONLY, default=default, annotation=hint)


def takes(model: type[Model]) -> Callable[[Callable[[Model], None]], Callable[..., None]]:
    """Makes a command of a function that takes the dataclass: a field is an option, as Typer says.

    Typer reads a command's signature, so that is what the command is given.
    """
    hints = get_type_hints(model, include_extras=True)
    every: tuple[Field[Any], ...] = fields(model)  # type: ignore[arg-type]  # any dataclass
    parameters = [_parameter(one, hints[one.name]) for one in every]

    def decorate(run: Callable[[Model], None]) -> Callable[..., None]:
        @wraps(run)
        def command(**given: Any) -> None:  # noqa: ANN401 - whatever its fields take
            run(model(**given))

        command.__annotations__ = hints
        command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # PEP 362
        return command

    return decorate
