"""An operator's own packs beside the shipped ones, and every way in which one is refused."""

import re
from pathlib import Path

import pytest

from shared.packs import UnknownPackError, WrongDataError, load_packs, shipped

BREWERY = """\
name: brewery
version: 1
zone: Europe/Berlin
calendars:
  - name: taproom
    version: 1
    weekly:
      tuesday-saturday: ["16:00-23:00"]
clocks:
  - name: answer
    from: [ticket-registered, round-started]
    until: [customer-notified-result, ticket-answered]
    calendar: taproom
    rules:
      - { clause: B-1, kind: [complaint], limit: 45m, ladder: short }
      - { clause: B-2, limit: 2wd }
ladders:
  - name: short
    rungs:
      - { step: warning, at: 50, to: [handler] }
contact:
  before_unreachable: { calls: 1, apart: 1h }
revisit:
  exempt: [praise]
  before_unreachable: { calls: 1, apart: 1h }
"""
CELLAR = "extends: brewery\nname: cellar\nversion: 1\nrevisit: { exempt: [query] }\n"


def folder_of(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_own_packs_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no pack")
    (tmp_path / ".draft.yaml").write_text("no pack")
    found = load_packs(folder_of(tmp_path, brewery=BREWERY, cellar=CELLAR))

    assert found.names == tuple(sorted([*shipped().names, "brewery", "cellar"]))
    assert [pack.name for pack in found] == list(found.names)
    brewery, cellar = found.named("brewery"), found.named("cellar")
    assert (cellar.clocks, cellar.zone) == (brewery.clocks, "Europe/Berlin")
    assert (brewery.revisit.exempt, cellar.revisit.exempt) == (("praise",), ("query",))
    assert [found.named(name) for name in shipped().names] == list(shipped())
    with pytest.raises(UnknownPackError):
        found.named("winery")


def test_an_own_pack_may_extend_a_shipped_one_over_another(tmp_path: Path) -> None:
    found = load_packs(
        folder_of(
            tmp_path,
            a="extends: b\nname: a\nversion: 1\ncontact: { follow_ups: 7 }\n",
            b="extends: travel-platform\nname: b\nversion: 1\nextension: null\n",
        )
    )
    travel = found.named("travel-platform")
    assert found.named("a").clocks == found.named("b").clocks == travel.clocks
    assert (found.named("a").extension, found.named("a").contact.follow_ups) == (None, 7)


@pytest.mark.parametrize(
    ("correct", "wrong", "line", "expected"),
    [
        ("zone:", "zoned:", 3, "zoned: unknown field; there are name, version, zone, workdays"),
        ("pt: [praise]", "pt: [praise]\n  exmpt: []", 25, "unknown field; there are exempt, "),
        ("clause: B-2", "clause: B-2, kind: [complaint]", 16, "rules 1 and 2 fit the same tickets"),
        ("calendar: taproom", "calendar: bar", 13, "no 'bar' in this pack; there are taproom"),
        ("ladder: short", "ladder: long", 15, "no 'long' in this pack; there are short"),
        ("16:00-23:00", "4pm-11pm", 5, "is no span of a day: write it as 09:00-12:00"),
        ("16:00-23:00", "16:00-25:00", 5, "it opens before it closes, by 24:00"),
        ("16:00-23:00", "23:00-16:00", 5, "'23:00-16:00' is no span of a day: it opens before"),
        ("kind: [complaint]", "kind: [quarrel]", 15, "'quarrel'; there are complaint, consultati"),
        ("at: 50", "at: half", 20, "'half'; there are whole numbers, target"),
        ("limit: 45m", "limit: 45 min", 15, "limit: '45 min' is no time: write it as 30m, 2h"),
        ("limit: 45m, ", "", 15, "a rule has either a `limit` or `none: true`"),
        ("limit: 2wd", "target: 2wd", 16, "a rule has either a `limit` or `none: true`"),
        ("name: brewery", "name: distillery", 1, "name: expected brewery, as its file is called"),
        ("name: brewery\n", "", 1, "name: expected brewery"),
        ("version: 1\nzone", "version: 2\nzone", 2, "version: expected 1: later versions"),
        ("Europe/Berlin", "Europe/Munich", 3, "is unknown: write it as Asia/Shanghai"),
        ("contact:", "contacts:", 21, "contacts: unknown field; there are "),
        ("revisit:", "extends: nowhere\nrevisit:", 23, "no pack 'nowhere' to extend; there are br"),
        ("revisit:", "extends: brewery\nrevisit:", 23, "brewery extends brewery: a cycle"),
        ("revisit:", "extends: [x]\nrevisit:", 23, "there is no pack ['x'] to extend"),
        ("  - name: short", "  - name: short\n    name: long", 19, "'name' is given twice"),
        ("clocks:", "clocks: [", 10, ""),
    ],
)
def test_a_wrong_pack_stops_the_start_with_file_line_and_what_is_expected(
    correct: str, wrong: str, line: int, expected: str, tmp_path: Path
) -> None:
    assert BREWERY.count(correct) == 1 or correct in {"clocks:", "contact:", "revisit:"}
    folder_of(tmp_path, brewery=BREWERY.replace(correct, wrong, 1))
    with pytest.raises(WrongDataError) as refused:
        load_packs(tmp_path)
    assert str(refused.value).startswith(f"{tmp_path / 'brewery.yaml'}, line {line}: ")
    assert expected in str(refused.value)


def test_a_shipped_regulation_is_never_silently_another_one(tmp_path: Path) -> None:
    text = BREWERY.replace("brewery", "hotline-400")
    folder_of(tmp_path, **{"hotline-400": text})
    with pytest.raises(WrongDataError) as refused:
        load_packs(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path / 'hotline-400.yaml'}, line 1: name: hotline-400 is a shipped pack: "
        "give yours another name, and its file too."
    )


def test_packs_that_extend_each_other_in_a_cycle_are_refused(tmp_path: Path) -> None:
    circle = {"a": "b", "b": "c", "c": "a"}
    texts = {own: f"name: {own}\nversion: 1\nextends: {base}\n" for own, base in circle.items()}
    with pytest.raises(WrongDataError) as refused:
        load_packs(folder_of(tmp_path, **texts))
    assert str(refused.value) == (
        f"{tmp_path / 'c.yaml'}, line 3: extends: a extends b extends c extends a: a cycle."
    )


def test_what_is_wrong_in_a_pack_is_told_of_its_own_file_not_of_who_extends_it(
    tmp_path: Path,
) -> None:
    wrong = BREWERY.replace("45m", "45").replace("brewery", "vats")
    folder_of(tmp_path, barrels="extends: vats\nname: barrels\nversion: 1\n", vats=wrong)
    with pytest.raises(WrongDataError, match=r"vats\.yaml, line 15: .*limit"):
        load_packs(tmp_path)


def test_what_is_no_folder_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongDataError, match=r"none: HUIYIN_PACKS is no folder that can"):
        load_packs(tmp_path / "none")
    (tmp_path / "latin.yaml").write_bytes("name: caf\xe9".encode("latin-1"))
    with pytest.raises(WrongDataError, match=r"latin\.yaml: .* it is not UTF-8 text"):
        load_packs(tmp_path)


def test_a_folder_without_a_pack_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme.txt").write_text(CELLAR)
    with pytest.raises(WrongDataError) as refused:
        load_packs(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path}: HUIYIN_PACKS is a folder without a pack: expected files like acme.yaml."
    )


def test_both_endings_of_yaml_count_once(tmp_path: Path) -> None:
    (tmp_path / "brewery.yml").write_text(BREWERY, encoding="utf-8")
    assert load_packs(tmp_path).named("brewery").zone == "Europe/Berlin"
    with pytest.raises(WrongDataError, match=r"brewery\.yml: there is brewery\.yaml too: keep one"):
        load_packs(folder_of(tmp_path, brewery=BREWERY))


def test_the_readmes_own_regulation_runs(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    [text] = re.findall(r"```yaml\n# packs/acme\.yaml\n(.*?)```", readme, re.DOTALL)
    acme = load_packs(folder_of(tmp_path, acme=text)).named("acme")
    assert [str(rule.limit) for rule in acme.clocks[0].rules] == ["2wd", "None"]
    assert acme.ladder(acme.clocks[0].rules[0])
