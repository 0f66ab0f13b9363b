"""What a request names must be there: a department of the company's, a pack that runs here."""

from collections.abc import Sized
from typing import Protocol

from pydantic import BaseModel

from shared.directory import Directory
from shared.http.problems import MalformedError
from shared.packs import Packs
from shared.service import Core


class Knowing(Protocol):
    """A service that has the company's directory."""

    @property
    def core(self) -> Core: ...
    @property
    def directory(self) -> Directory: ...


def check_department(directory: Directory, department: str | None, pointer: str) -> None:
    """Raises MalformedError, at the place in the request, for a department that is not there."""
    if department is None or directory.department(department) is not None:
        return
    known = ", ".join(one.code for one in directory.departments)
    raise MalformedError(
        (
            pointer,
            (
                f"通讯录中没有该部门，其中有：{known}。",
                f"the directory has no such department; it has {known}",
            ),
        )
    )


def check_pack(packs: Packs, pack: str | None, pointer: str) -> None:
    """The same of a pack."""
    if pack is None or pack in packs.names:
        return
    known = ", ".join(packs.names)
    raise MalformedError(
        (pointer, (f"没有该规章包，其中有：{known}。", f"there is no such pack; there are {known}"))
    )


def check_narrowed(asked: BaseModel, found: Sized, service: Knowing) -> None:
    """Raises MalformedError where a list is empty because what it was narrowed to is not there.

    Its first page alone is judged, and only once it is empty: it may hold what a department of old
    worked on, or a pack of old judges.
    """
    given = asked.model_dump()
    if not found and given.get("cursor") is None:
        check_department(service.directory, given.get("department"), "/query/department")
        check_pack(service.core.packs, given.get("pack"), "/query/pack")
