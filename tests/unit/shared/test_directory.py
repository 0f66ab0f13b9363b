"""Who answers for what, and whom a step of the ladder calls on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.contracts.terms import TIERS
from shared.directory import Directory, load_directory, read_directory
from shared.packs import Addressee, WrongDataError
from shared.routing import Matter, Route

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
COMPLAINT = Matter(pack="hotline-400", kind="complaint", severity="general", tier="standard")
DIRECTORY = """\
deputy_general_manager: boss
quality_centre: quality
departments:
  - { code: service, name: { zh: 客服, en: S }, supervisor: sue, manager: mia, handlers: [han] }
  - { code: field, name: { zh: 外勤, en: F }, supervisor: sam, manager: max, handlers: [hal, hu] }
  - { code: gold, name: { zh: 金卡, en: Gold }, supervisor: sia, manager: mo }
  - { code: quality, name: { zh: 质检, en: Quality }, supervisor: stu, manager: quinn }
areas:
  - { name: 朝阳, department: field, manager: hal }
manager_takes: { hotline-400: [major] }
routing:
  rules:
    - { name: by-area, area: [朝阳], department: field }
    - { name: by-product-and-kind, product: [光猫], kind: [complaint], department: quality }
    - { name: by-category, category: [broadband], department: service }
    - { name: by-longer-category, category: [broadband-repair], department: field }
    - { name: by-kind, kind: [fault_report], department: field }
    - { name: by-kind-and-tier, kind: [fault_report], tier: [gold], department: gold }
    - { name: by-tier, tier: [gold, supreme], department: gold }
  otherwise: service
"""


class Responsible(NamedTuple):
    department: str | None = None
    handler: str | None = None
    first_owner: str | None = None


@pytest.fixture
def directory() -> Directory:
    return read_directory(DIRECTORY, "directory.yaml")


@pytest.mark.parametrize(
    ("matter", "department", "rule"),
    [
        (COMPLAINT, "service", "otherwise"),
        (replace(COMPLAINT, area="朝阳", product="光猫", tier="gold"), "field", "by-area"),
        (replace(COMPLAINT, area="海淀", product="光猫"), "quality", "by-product-and-kind"),
        (replace(COMPLAINT, product="光猫", kind="query"), "service", "otherwise"),
        (replace(COMPLAINT, category="broadband"), "service", "by-category"),
        (replace(COMPLAINT, category="broadband-slow", tier="gold"), "service", "by-category"),
        (replace(COMPLAINT, category="broadband-repair-town"), "field", "by-longer-category"),
        (replace(COMPLAINT, category="broadbandit"), "service", "otherwise"),
        (replace(COMPLAINT, kind="fault_report"), "field", "by-kind"),
        (replace(COMPLAINT, kind="fault_report", tier="supreme"), "field", "by-kind"),
        (replace(COMPLAINT, kind="fault_report", tier="gold"), "gold", "by-kind-and-tier"),
        (replace(COMPLAINT, tier="gold"), "gold", "by-tier"),
    ],
)
def test_the_most_specific_rule_names_the_department(
    directory: Directory, matter: Matter, department: str, rule: str
) -> None:
    """Area before product before category before kind before tier."""
    route = directory.route(matter, AT)
    assert (route.department, route.rule) == (department, rule)
    assert directory.route(matter, AT) == route


def test_an_area_belongs_to_its_manager(directory: Directory) -> None:
    """C-01."""
    assert directory.route(replace(COMPLAINT, area="朝阳"), AT) == Route("field", "hal", "by-area")


def test_whoever_accepts_it_handles_what_is_nobody_s_area(directory: Directory) -> None:
    assert directory.route(COMPLAINT, AT).handler is None


def test_a_severe_matter_goes_to_the_manager(directory: Directory) -> None:
    """H-07."""
    severe = replace(COMPLAINT, severity="major", area="朝阳")
    assert directory.route(severe, AT).handler == "max"
    assert directory.route(replace(severe, pack="travel-platform"), AT).handler == "hal"


@pytest.mark.parametrize(
    ("matter", "against", "handler"),
    [
        (replace(COMPLAINT, area="朝阳"), "hal", "sam"),
        (replace(COMPLAINT, severity="major"), "mia", "boss"),
        (COMPLAINT, "han", "sue"),
        (COMPLAINT, "sue", None),
        (replace(COMPLAINT, tier="gold"), "sia", "mo"),
        (replace(COMPLAINT, kind="fault_report"), "hal", None),
    ],
)
def test_a_complaint_never_goes_to_the_person_it_is_about(
    directory: Directory, matter: Matter, against: str, handler: str | None
) -> None:
    """C-10: None is whoever accepts it, and that person may not."""
    assert directory.route(replace(matter, against_person=against), AT).handler == handler


@pytest.mark.parametrize(
    ("to", "responsible", "people"),
    [
        (["handler"], Responsible("field", "hal"), ["hal"]),
        (["handler"], Responsible("field"), ["hal", "hu"]),
        (["handler"], Responsible("gold"), ["sia"]),
        (["handler", "first_owner"], Responsible("field", "hal", "han"), ["hal", "han"]),
        (["handler", "first_owner"], Responsible("field", "hal"), ["hal"]),
        (["department_supervisor"], Responsible("field", "hal"), ["sam"]),
        (["department_manager"], Responsible("field", "hal"), ["max"]),
        (["deputy_general_manager"], Responsible("field"), ["boss"]),
        (["quality_centre"], Responsible("field"), ["quinn"]),
        (["handler"], None, ["han"]),
        (["department_manager"], Responsible(None), ["mia"]),
        (["department_manager"], Responsible("long-gone"), ["mia"]),
    ],
)
def test_each_step_of_the_ladder_calls_on_people(
    directory: Directory,
    to: Sequence[Addressee],
    responsible: Responsible | None,
    people: Sequence[str],
) -> None:
    assert directory.addressees(to, responsible, AT) == tuple(people)


@pytest.fixture
def holidays() -> Directory:
    """Hal and his deputy Hu are away on Monday, Hal until Tuesday; Max and Mia stand in in turn."""
    absences = """\
absences:
  - { name: hal, from: 2026-11-23, until: 2026-11-24, deputy: hu }
  - { name: hu, from: 2026-11-23, until: 2026-11-23, deputy: sam }
  - { name: max, from: 2026-11-23, until: 2026-11-23, deputy: mia }
  - { name: mia, from: 2026-11-23, until: 2026-11-23, deputy: max }
  - { name: han, from: 2026-11-23, until: 2026-11-23, deputy: hal }
"""
    return read_directory(DIRECTORY + absences, "directory.yaml")


def test_the_deputy_stands_in_for_who_is_absent_and_the_deputys_for_both(
    holidays: Directory,
) -> None:
    """H-30."""
    matter = replace(COMPLAINT, area="朝阳")
    handlers = [holidays.route(matter, AT + timedelta(days=day)).handler for day in range(-1, 3)]
    assert handlers == ["hal", "sam", "hu", "hal"]


def test_an_absence_begins_and_ends_with_the_directorys_day(holidays: Directory) -> None:
    """H-30."""
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert holidays.stand_in("hal", midnight - timedelta(seconds=1)) == "hal"
    assert holidays.stand_in("HAL", midnight) == "sam"
    assert holidays.stand_in("hal", midnight + timedelta(days=2)) == "hal"


def test_the_ladder_calls_on_deputies_and_where_all_are_away_on_the_next_above(
    holidays: Directory,
) -> None:
    """H-30."""
    called = holidays.addressees(["first_owner"], Responsible("service", "x", "han"), AT)
    assert called == ("sam",)
    assert holidays.addressees(["department_manager"], Responsible("field"), AT) == ("boss",)


def test_the_person_complained_about_is_not_called_on(directory: Directory) -> None:
    called = directory.addressees(["department_supervisor"], Responsible("field"), AT, "sam")
    assert called == ("max",)
    called = directory.addressees(["handler"], Responsible("service", "han"), AT, "han")
    assert called == ("sue",)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (
            "otherwise: service",
            "otherwise: circus",
            "routing.otherwise names no department here: circus",
        ),
        ("quality_centre: quality", "quality_centre: circus", "quality_centre names no department"),
        (
            "department: gold }\n  oth",
            "department: circus }\n  oth",
            "rule by-tier names no department",
        ),
        ("area: [朝阳]", "area: [通州]", "rule by-area names no area here: 通州"),
        ("code: gold", "code: field", "department field is given twice"),
        ("name: by-tier", "name: by-kind", "rule by-kind is given twice"),
        ("category: [broadband-repair]", "category: [broadband]", "fit the same tickets equally"),
        (
            "tier: [gold]",
            "tier: [platinum]",
            "line 18: routing.rules[5].tier[0]: Invalid enum value",
        ),
        ("manager: mo", "boss: mo", "line 6: departments[2]"),
        ("areas:", "areas: [", "directory.yaml, line"),
    ],
)
def test_a_wrong_directory_is_refused_in_a_sentence(right: str, wrong: str, sentence: str) -> None:
    text = DIRECTORY.replace(right, wrong)
    assert text != DIRECTORY
    with pytest.raises(WrongDataError) as refused:
        read_directory(text, "directory.yaml")
    said = str(refused.value)
    assert sentence in said
    assert said.startswith("directory.yaml, line ")
    assert said.endswith(".")
    assert "\n" not in said


def test_an_operator_s_file_takes_the_example_s_place(tmp_path: Path) -> None:
    own = tmp_path / "directory.yaml"
    own.write_text(DIRECTORY, encoding="utf-8")
    assert load_directory(own).deputy_general_manager == "boss"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongDataError, match=r"none\.yaml.*cannot be read: No such file"):
        load_directory(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("部门".encode("gbk"))
    with pytest.raises(WrongDataError, match="not UTF-8"):
        load_directory(tmp_path / "gbk.yaml")


def test_the_example_routes_every_tier_and_names_everybody() -> None:
    example = load_directory()
    for tier in TIERS:
        route = example.route(replace(COMPLAINT, tier=tier), AT)
        assert example.department(route.department) is not None
    assert example.route(replace(COMPLAINT, tier="supreme"), AT).department == "key-accounts"
    assert (
        example.route(replace(COMPLAINT, category="broadband-repair"), AT).department
        == "field-service"
    )
    assert all(one.handlers for one in example.departments)
    assert {one.level for one in example.departments} == {"city", "province", "nation"}


def test_the_person_complained_about_is_the_same_however_the_name_is_written() -> None:
    """C-10."""
    directory = load_directory()
    department = directory.department(directory.routing.otherwise)
    assert department is not None
    (supervisor,) = directory.addressees(("department_supervisor",), None, AT)
    assert supervisor == department.supervisor
    (called,) = directory.addressees(
        ("department_supervisor",), None, AT, against_person=f" {supervisor.upper()} "
    )
    assert called == department.manager
