"""What a list is narrowed to must be there: nobody reads a slip of the pen as nothing to do."""

from types import SimpleNamespace

import pytest

from shared.directory import load_directory
from shared.http import Label, ListQuery, MalformedError
from shared.http.known import check_narrowed

COMPANY = SimpleNamespace(directory=load_directory(None))


class Asked(ListQuery):
    department: Label | None = None


def test_an_empty_list_of_a_department_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(MalformedError) as refused:
        check_narrowed(Asked(department="billling"), [], COMPANY)
    [error] = refused.value.members(chinese=False)["errors"]
    assert error["pointer"] == "/query/department"
    assert "billing" in error["detail"].split(", ")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), []),
        (Asked(department="billing"), []),
        (Asked(department="gone"), ["what it worked on"]),
        (Asked(department="gone", cursor="after-what-it-worked-on"), []),
    ],
)
def test_nobody_else_is_refused(asked: Asked, found: list[str]) -> None:
    check_narrowed(asked, found, COMPANY)
