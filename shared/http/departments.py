"""A department that a request names must be one of the company's."""

from shared.directory import Directory
from shared.http.problems import MalformedError

ASKED_FOR = "/query/department"
"""What a list is narrowed to."""


def check_department(directory: Directory, department: str | None, pointer: str) -> None:
    """Raises MalformedError, at the place in the request, for a department that is not there.

    A list is checked only once it is empty: it may hold what a department of old worked on.
    """
    if department is None or directory.department(department) is not None:
        return
    known = ", ".join(one.code for one in directory.departments)
    raise MalformedError(
        (
            pointer,
            (
                f"通讯录中没有该部门,其中有:{known}。",
                f"the directory has no such department; it has {known}",
            ),
        )
    )
