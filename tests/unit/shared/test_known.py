"""What a list is narrowed to must be there: nobody reads a slip of the pen as nothing to do."""

from types import SimpleNamespace

import pytest

from shared.directory import load_directory
from shared.http import Label, ListQuery, MalformedError
from shared.http.known import check_narrowed
from shared.packs import load_packs

SERVICE = SimpleNamespace(directory=load_directory(None), core=SimpleNamespace(packs=load_packs()))


class Asked(ListQuery):
    department: Label | None = None
    pack: Label | None = None


@pytest.mark.parametrize(("name", "there_is"), [("department", "billing"), ("pack", "hotline-400")])
def test_an_empty_list_of_what_is_not_there_names_what_is(name: str, there_is: str) -> None:
    with pytest.raises(MalformedError) as refused:
        check_narrowed(Asked.model_validate({name: "nope"}), [], SERVICE)
    [error] = refused.value.members(chinese=False)["errors"]
    assert error["pointer"] == f"/query/{name}"
    assert there_is in error["detail"].split(", ")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), []),
        (Asked(department="billing", pack="hotline-400"), []),
        (Asked(department="gone"), ["what it worked on"]),
        (Asked(pack="gone"), ["what it judges"]),
        (Asked(department="gone", cursor="after-what-it-worked-on"), []),
    ],
)
def test_nobody_else_is_refused(asked: Asked, found: list[str]) -> None:
    check_narrowed(asked, found, SERVICE)
