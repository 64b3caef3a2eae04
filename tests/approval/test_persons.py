"""Tricks with identities: none gets somebody a decision on their own version, a second vote, or a right of another."""

from __future__ import annotations

import pytest

from rai.approval import desk
from rai.approval.events import SYSTEM
from rai.approval.persons import same_account, same_person
from rai.approval.rules import decide
from rai.errors import InputError, Refused
from rai.people import Person, acting, joined, read_identity
from tests.approval.builders import (
    MEDIUM,
    REF,
    REGISTRY,
    TIME,
    MemoryLedger,
    digests,
    in_review,
    person,
    review,
    submit,
    vote,
)

HOME = "https://login.example.org"


def at(subject: str, *roles: str, issuer: str = HOME, accounts: tuple[str, ...] = (), name: str = "") -> Person:
    return Person(issuer=issuer, subject=subject, name=name or subject, roles=roles, accounts=accounts)


ZOE = at("zoé.oak", "submitter")

#: The submitter comes back as a reviewer under an account that only looks different.
TRICKS = {
    "the same account with another name": at("zoé.oak", name="Somebody Else"),
    "capital letters": at("ZOÉ.OAK"),
    "one capital letter": at("Zoé.oak"),
    "letters composed otherwise": at("zoe\u0301.oak"),
    "full-width letters": at("ｚoé.oak"),
    "a mathematical letter": at("\U0001d433oé.oak"),
    "a Cyrillic о": at("zоé.oak"),
    "a Cyrillic а": at("zoé.oаk"),
    "a Cyrillic К": at("zoé.oaК"),
    "a Greek omicron": at("zοé.oak"),
    "a Greek capital Ζ": at("Ζoé.oak"),
    "a space at the end": at("zoé.oak "),
    "a space before": at(" zoé.oak"),
    "a no-break space": at("zoé.oak\u00a0"),
    "a zero-width space": at("zoé\u200b.oak"),
    "a zero-width joiner": at("zoé\u200d.oak"),
    "a soft hyphen": at("zoé\u00ad.oak"),
    "a right-to-left mark": at("\u200fzoé.oak"),
    "a tab": at("zoé.oak\t"),
    "the issuer in capitals": at("zoé.oak", issuer="HTTPS://LOGIN.EXAMPLE.ORG"),
    "the issuer with a slash": at("zoé.oak", issuer=f"{HOME}/"),
    "the issuer without its s": at("zoé.oak", issuer="http://login.example.org"),
    "the issuer with a twin letter": at("zoé.oak", issuer="https://lоgin.example.org"),
    "another issuer, known to be hers": at("z", issuer="https://other.example", accounts=(f"{HOME}|zoé.oak",)),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_lets_the_submitter_decide(trick: str) -> None:
    who = TRICKS[trick].model_copy(update={"roles": ("reviewer", "independent", "override")})
    book = MemoryLedger()
    submit(book, by=ZOE)
    review(book)
    for decision in ("approve", "request changes", "reject"):
        with pytest.raises(Refused, match="had a hand"):
            vote(book, by=who, decision=decision)
    for action in ("waive", "override"):
        with pytest.raises(Refused, match="had a hand"):
            decide(who, action, desk.case(book, REF))


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_makes_two_votes_of_one_person(trick: str) -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=ZOE.model_copy(update={"roles": ("reviewer",)}))
    with pytest.raises(Refused, match="one person decides once"):
        vote(book, by=TRICKS[trick].model_copy(update={"roles": ("reviewer",)}))
    assert desk.case(book, REF).state == "in_review"


@pytest.mark.parametrize("trick", [name for name in TRICKS if "same account" not in name and "composed" not in name])
def test_no_trick_gets_the_rights_of_another_account(trick: str) -> None:
    """What forbids is generous; what allows is exact: only her own account withdraws."""
    book = MemoryLedger()
    submit(book, by=ZOE)
    with pytest.raises(Refused, match="may not withdraw"):
        desk.withdraw(book, REF, actor=TRICKS[trick], reason="", time=TIME)
    assert desk.withdraw(book, REF, actor=ZOE, reason="", time=TIME).state == "withdrawn"


def test_at_least_twenty_tricks_were_tried() -> None:
    assert len(TRICKS) == 24


@pytest.mark.parametrize(
    "other",
    [
        at("zoe.oak"), at("zoé.oaks"), at("zoé.ork"), at("oak.zoé"), at("z"),
        at("zoé.oak", issuer="https://other.example"), at("zoé.oak", issuer="local"),
        at("org|zoé.oak", issuer="https://login.example"), at("", issuer=f"{HOME}|zoé.oak"),
    ],
)  # fmt: skip
def test_different_people_stay_different(other: Person) -> None:
    assert not same_person(ZOE, other)
    assert not same_account(ZOE, other)


@pytest.mark.parametrize(
    "forged",
    [
        at("ＳＹＳＴＥＭ", issuer="rai"),
        at("system", issuer="RAI"),
        at("system ", issuer="rai"),
        at("system", issuer="rаi"),
    ],
)
def test_nobody_becomes_the_program_by_looking_like_it(forged: Person) -> None:
    book = in_review(MemoryLedger())
    for action in ("review", "mark stale"):
        decide(SYSTEM, action, desk.case(book, REF))
        with pytest.raises(Refused, match="only the program itself"):
            decide(forged, action, desk.case(book, REF))


def test_an_identity_file_that_names_the_program_is_refused(tmp_path: object) -> None:
    path = tmp_path / "identity.toml"
    for issuer in ("rai", "RAI", " rai "):
        path.write_text(f'issuer = "{issuer}"\nsubject = "system"\nname = "RAI Review"\n')
        with pytest.raises(InputError, match="names the program itself"):
            read_identity(path)


def test_accounts_of_one_person_are_joined_and_whoever_trained_it_is_found_out(tmp_path: object) -> None:
    (tmp_path / "identity.toml").write_text('subject = "mia"\nname = "Mia"\nroles = ["reviewer"]\n')
    (tmp_path / "accounts.toml").write_text('[[person]]\naccounts = ["local|mia", "mlflow|trainer7"]\n')
    mia = acting(tmp_path / "identity.toml")
    assert mia.accounts == ("mlflow|trainer7",)
    book = MemoryLedger()
    trainer = Person(issuer="mlflow", subject="trainer7", name="trainer7")
    desk.open_round(
        book, REF, registry=REGISTRY, submitter=ZOE, contributors=[trainer], digests={"model": digests()["model"]},
        time=TIME,
    )  # fmt: skip
    review(book)
    with pytest.raises(Refused, match="had a hand"):
        vote(book, by=mia)
    assert vote(book, by=mia.model_copy(update={"accounts": ()})).state == "approved"


def test_an_account_in_two_lists_joins_both_and_a_stranger_none(tmp_path: object) -> None:
    path = tmp_path / "accounts.toml"
    path.write_text('[[person]]\naccounts = ["a|1", "b|2"]\n[[person]]\naccounts = ["a|1", "c|3"]\n')
    assert joined(at("1", issuer="a"), path).accounts == ("b|2", "c|3")
    assert joined(at("9", issuer="a"), path).accounts == ()
    assert joined(at("1", issuer="a"), tmp_path / "none.toml").accounts == ()


@pytest.mark.parametrize(
    "text", ["[[person", '[person]\naccounts = "x"\n', '[[people]]\naccounts = ["x"]\n', "x = 1\n"]
)
def test_a_damaged_list_of_accounts_stops_everything_in_a_sentence(tmp_path: object, text: str) -> None:
    path = tmp_path / "accounts.toml"
    path.write_text(text)
    with pytest.raises(InputError, match="is not a list of accounts"):
        joined(person("x"), path)


def test_two_records_of_one_contributor_keep_what_each_knows() -> None:
    """The second record knows of another account; it must not be lost because the person is known already."""
    book = MemoryLedger()
    submit(book, by=ZOE)
    review(book)
    again = ZOE.model_copy(update={"accounts": ("mlflow|zoe7",)})
    desk.record_narrative(book, REF, actor=again, field="users", text="All.", time=TIME)
    other = Person(issuer="mlflow", subject="zoe7", name="z", roles=("reviewer",))
    with pytest.raises(Refused, match="had a hand"):
        vote(book, by=other)
