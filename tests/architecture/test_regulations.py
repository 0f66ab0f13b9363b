"""Every clause of the regulations that is built has a test, and the page about them is true."""

from tests.architecture.regulations import DOCUMENT, clauses, document


def test_every_clause_that_is_built_has_a_test_that_cites_it() -> None:
    untested = [number for number, one in clauses().items() if not (one.is_open or one.tests)]
    assert untested == []


def test_the_page_says_what_packs_code_and_tests_cite() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(clauses()), "make regulations"
