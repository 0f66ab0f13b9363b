"""Who answers for what, and whom a step of the ladder calls on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import structs

from shared.contracts.terms import TIERS, same_person
from shared.departments import Absence
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


def test_a_department_s_head_takes_over_or_who_stands_in_or_is_next_above(
    directory: Directory, holidays: Directory
) -> None:
    """H-07, H-30, C-10."""
    assert directory.head_in("field", "supervisor", AT, None) == "sam"
    assert directory.head_in("field", "supervisor", AT, "Sam") == "max"
    assert directory.head_in("field", "manager", AT, None) == "max"
    assert holidays.head_in("field", "manager", AT, None) == "boss"
    assert directory.head_in("field", "manager", AT, "max") == "boss"
    assert directory.head_in("long-gone", "manager", AT, None) is None


def test_somebody_of_a_level_takes_what_comes_up_to_it() -> None:
    """U-11, H-30, C-10."""
    there = load_directory()
    assert there.anybody_at("province", AT, None) == ("province-service", "ren-jie")
    assert there.anybody_at("province", AT, "REN-JIE") == ("province-service", "wei-dong")
    deputy = Absence(name="ren-jie", first_day="2026-11-23", last_day="2026-11-23", deputy="li-na")
    away = structs.replace(there, absences=(deputy,))
    assert away.anybody_at("province", AT, None) == ("province-service", "li-na")
    no_nation = structs.replace(there, departments=there.departments[:-1])
    assert no_nation.anybody_at("nation", AT, None) is None


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jin-ling", "\uff2a\uff29\uff2e-LING"),
        ("jin-ling", "\u3000Jin\uff0dLing "),
        ("ﬁona", "FIONA"),
        ("Ⅳ", "iv"),
    ],
)
def test_a_name_is_the_same_in_full_width_letters(one: str, other: str) -> None:
    """C-10: compatible characters are written for one another."""
    assert same_person(one, other)
    assert same_person(other, one)


def test_names_that_differ_are_two_people() -> None:
    assert not same_person("jin-ling", "jin-lin")
    assert not same_person("jin-ling", None)


@pytest.mark.parametrize("person", ["mia", " MIA ", "boss"])
def test_who_is_above_stands_for_the_head_below(directory: Directory, person: str) -> None:
    """H-07."""
    assert directory.leads("service", "manager", person, AT)
    assert directory.leads("service", "supervisor", person, AT)


def test_nobody_else_leads_a_department(directory: Directory) -> None:
    """H-07: the supervisor only at that level; no handler, nor another department's manager."""
    assert directory.leads("service", "supervisor", "sue", AT)
    assert not directory.leads("service", "manager", "sue", AT)
    for person in ("han", "max", "nobody"):
        assert not directory.leads("service", "supervisor", person, AT)
    assert not directory.leads("circus", "manager", "boss", AT)


def test_who_stands_in_for_a_head_leads_on_those_days() -> None:
    """H-30."""
    away = "absences: [{ name: mia, from: 2026-11-23, until: 2026-11-23, deputy: han }]\n"
    directory = read_directory(DIRECTORY + away, "directory.yaml")
    assert directory.leads("service", "manager", "Han", AT)
    assert directory.leads("service", "supervisor", "han", AT)
    assert not directory.leads("service", "manager", "han", AT + timedelta(days=1))


def test_a_person_is_found_in_the_department_of_a_level() -> None:
    """U-01."""
    example = load_directory()
    for person in ("ren-jie", " Wei-Dong ", "lu-ping"):
        found = example.department_at("province", person)
        assert found is not None
        assert found.code == "province-service"
    assert example.department_at("province", "shi-lan") is None
    assert example.level_of("group-service") == "nation"
    assert example.level_of("circus") is None


def test_appeals_go_to_the_nation_level_and_without_one_to_the_quality_centre(
    directory: Directory,
) -> None:
    """U-12."""
    assert load_directory().appeal_departments == ("group-service",)
    assert directory.appeal_departments == ("quality",)
