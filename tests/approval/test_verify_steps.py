"""Each of the ten steps denies for its own reason, and only all ten together give a folder to deploy."""

import json
import time
from pathlib import Path

import pytest

from rai.digests import tree_digest
from tests.approval.evidence import DAY, HEAD, KEY, OTHER_KEY, POLICY, STATUS, Evidence, envelope, round_entry, sha256


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path / "e")


def denied(evidence: Evidence, step: int, words: str, **changes: object) -> None:
    answer = evidence.ask(**changes)
    assert (answer.verdict, answer.step) == ("deny", step), answer.reason
    assert words in answer.reason
    assert answer.reason.endswith(".")
    assert answer.verified_dir is None
    assert not [path for path in evidence.folder.iterdir() if path.name.startswith(".verified")]


def test_all_ten_give_a_folder_with_exactly_the_approved_bytes(evidence: Evidence) -> None:
    answer = evidence.ask()
    assert (answer.verdict, answer.step, answer.not_checked) == ("allow", 10, ())
    copied = {path.relative_to(evidence.out).as_posix(): path for path in evidence.out.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in copied.items()} == evidence.files
    assert {path.stat().st_mode & 0o777 for path in copied.values()} == {0o644}
    assert tree_digest(evidence.out) == tree_digest(evidence.model)


def test_the_line_says_what_was_decided(evidence: Evidence) -> None:
    said = json.loads(evidence.ask().line)
    assert said == {
        "verdict": "allow",
        "step": 10,
        "reason": "Every step passed. Not a pass in the review: counterfactuals skipped.",
        "decision": "APPROVED",
        "registry": evidence.statement()["predicate"]["registry"],
        "round": 1,
        "policy": "standard",
        "exp": evidence.issued + 30 * DAY,
        "ledger": {"seq": 7, "head": HEAD},
        "verified_dir": str(evidence.out),
        "not_checked": [],
    }


def test_a_denial_before_the_signature_is_good_repeats_nothing_of_it(evidence: Evidence) -> None:
    evidence.attest(None, OTHER_KEY)
    said = json.loads(evidence.ask().line)
    assert (said["verdict"], said["step"], said["registry"], said["decision"]) == ("deny", 2, None, None)


def test_1_an_envelope_of_another_form(evidence: Evidence) -> None:
    for data in (b"{}", b"", evidence.bundle.read_bytes()[:-1], (evidence.folder / "status.dsse.json").read_bytes()):
        evidence.bundle.write_bytes(data)
        denied(evidence, 1, "The attestation is not accepted")


def test_3_a_statement_of_another_form(evidence: Evidence) -> None:
    body = evidence.statement()
    for changes in ({"predicateType": "https://rai-review.example/rai-exception/v1"}, {"more": 1}, {"subject": []}):
        evidence.attest({**body, **changes})
        denied(evidence, 3, "The attestation is not accepted")


def test_3_an_approval_of_another_version_of_the_same_bytes(evidence: Evidence) -> None:
    for target in ("models:/credit/4", "models:/other/3", "credit/3"):
        denied(evidence, 3, "it is about models:/credit/3", target=target)
    assert evidence.ask(target="models:/credit/3").verdict == "allow"


@pytest.mark.parametrize("subject", ["dataset", "review", "card", "environment"])
def test_5_another_file_for_a_subject(evidence: Evidence, subject: str) -> None:
    (evidence.folder / subject).write_bytes(b"other")
    denied(evidence, 5, f"the {subject} differs from the one that was approved")


@pytest.mark.parametrize("subject", ["model", "dataset", "review", "card", "environment", "policy"])
def test_5_digests_can_be_named_in_place_of_files(evidence: Evidence, subject: str) -> None:
    digests = {item["name"]: item["digest"]["sha256"] for item in evidence.statement()["subject"]}
    denied(evidence, 5, f"the {subject} differs", expected={**digests, subject: "0" * 64}, files={})
    assert evidence.ask(expected=digests, files={}).verdict == "allow"


def test_5_a_subject_with_nothing_to_compare_it_with_is_undecided(evidence: Evidence) -> None:
    answer = evidence.ask(files={})
    assert (answer.verdict, answer.step) == ("undecided", 5)


def test_6_another_policy(evidence: Evidence) -> None:
    (evidence.folder / "policy.toml").write_bytes(POLICY + b"\n")
    denied(evidence, 6, "another policy")


@pytest.mark.parametrize(
    ("terms", "stage", "good"),
    [
        (b"", "", False),
        (b"", "staging", False),
        (b"allow_exception = false\n", "staging", False),
        (b"allow_exception = true\n", "", True),
        (b'allow_exception = true\nexception_stages = ["staging"]\n', "staging", True),
        (b'allow_exception = true\nexception_stages = ["staging"]\n', "production", False),
        (b'allow_exception = true\nexception_stages = ["staging"]\n', "", False),
        (b'exception_stages = ["staging"]\n', "staging", False),
    ],
)
def test_6_an_exception_only_where_the_policy_accepts_one(tmp_path: Path, terms: bytes, stage: str, good: bool) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY + terms)
    evidence.attest(evidence.exception())
    evidence.list_status(round_entry(state="exception"))
    if good:
        answer = evidence.ask(stage=stage)
        assert answer.verdict == "allow"
        assert json.loads(answer.line)["decision"] == "EXCEPTION"
    else:
        denied(evidence, 6, "the policy accepts no exception", stage=stage)


@pytest.mark.parametrize(
    "override",
    [
        {"holders": [{"iss": "local", "sub": "ida"}]},
        {"holders": [{"iss": "local", "sub": "ida"}] * 2},
        {"holders": [{"iss": "local", "sub": name} for name in ("ida", "kay", "leo")]},
        {"reason": "Too short."},
        {"ticket": ""},
        {"exp": 1},
    ],
)
def test_3_an_exception_needs_two_people_a_reason_a_ticket_and_an_end(tmp_path: Path, override: dict) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY + b"allow_exception = true\n")
    evidence.attest(evidence.exception(**override))
    denied(evidence, 3, "exception")


def test_3_an_exception_for_longer_than_14_days(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY + b"allow_exception = true\n")
    body = evidence.exception(exp=evidence.issued + 14 * DAY + 1)
    body["predicate"]["exp"] += 1
    evidence.attest(body)
    denied(evidence, 3, "longer than 14 days")


@pytest.mark.parametrize(
    "terms",
    [
        b"[approval]\nair_gapped = 1\n",
        b'[approval]\nallow_exception = "yes"\n',
        b'[approval]\nexception_stages = "staging"\n',
        b"[approval]\nexception_stages = [1]\n",
        b"[approval]\napprovers = 0\n",
        b"[approval]\napprovers = true\n",
        b"[approval]\nindependent = -1\n",
        b'[approval]\nlifetime_days = "30"\n',
        b'[approval]\ntier = "none"\n',
        b'required = "fairness"\n',
        b"approval = 1\n",
        b"[approval\n",
        b"\xff\n",
    ],
)
def test_6_a_policy_that_says_nothing_clear_decides_nothing(tmp_path: Path, terms: bytes) -> None:
    answer = Evidence(tmp_path / "e", policy=terms).ask()
    assert (answer.verdict, answer.step) == ("undecided", 6)
    assert "Mend it" in answer.reason


def voting(evidence: Evidence, *groups: str, tier: str = "low", checks: dict[str, str] | None = None) -> None:
    """Attest an approval by so many people of these groups."""
    body = evidence.statement()
    vote = body["predicate"]["votes"][0]
    votes = [{**vote, "person": {"iss": "local", "sub": f"p{n}"}, "group": group} for n, group in enumerate(groups)]
    body["predicate"] |= {"votes": votes, "tier": tier}
    if checks is not None:
        body["predicate"]["evaluation"]["checks"] = checks
    evidence.attest(body)


@pytest.mark.parametrize(
    ("terms", "groups", "why"),
    [
        (b"approvers = 2\n", ("reviewer",), "the policy asks for the approval of 2, and 1 gave it"),
        (b"approvers = 2\n", ("reviewer", "reviewer"), ""),
        (b"independent = 1\n", ("reviewer",), "the policy asks for 1 independent persons, and 0 approved"),
        (b"independent = 1\n", ("independent",), ""),
        (b"approvers = 3\nindependent = 2\n", ("independent", "reviewer", "reviewer"), "2 independent persons, and 1"),
        (b"approvers = 3\nindependent = 2\n", ("independent", "reviewer", "independent"), ""),
    ],
)
def test_6_as_many_people_as_the_policy_asks_for(tmp_path: Path, terms: bytes, groups: tuple, why: str) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY + terms)
    voting(evidence, *groups)
    if why:
        denied(evidence, 6, why)
    else:
        assert evidence.ask().verdict == "allow"


def test_6_an_approval_for_another_tier(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY.replace(b'"low"', b'"medium"'))
    voting(evidence, "reviewer", tier="low")
    denied(evidence, 6, "it is an approval for tier low, and the policy says medium")
    voting(evidence, "reviewer", "reviewer", tier="medium")
    assert evidence.ask().verdict == "allow"


@pytest.mark.parametrize(
    ("checks", "good"),
    [
        ({"performance": "pass", "fairness": "skipped"}, True),
        ({"performance": "fail", "fairness": "pass"}, True),  # a waiver says so in the card
        ({"performance": "pass", "fairness": "error"}, False),
        ({"performance": "pass"}, False),
        ({}, False),
    ],
)
def test_6_what_was_not_carried_out_is_no_pass(tmp_path: Path, checks: dict[str, str], good: bool) -> None:
    policy = POLICY.replace(b"required = []", b'required = ["performance", "fairness"]')
    evidence = Evidence(tmp_path / "e", policy=policy)
    voting(evidence, "reviewer", checks=checks)
    if good:
        answer = evidence.ask()
        assert answer.verdict == "allow"
        others = ", ".join(f"{name} {result}" for name, result in checks.items() if result != "pass")
        assert answer.reason == f"Every step passed. Not a pass in the review: {others}."
    else:
        denied(evidence, 6, "fairness, which was not carried out")


def test_a_review_in_which_all_passed_says_nothing_more(evidence: Evidence) -> None:
    voting(evidence, "reviewer", checks={"performance": "pass"})
    assert evidence.ask().reason == "Every step passed."


@pytest.mark.parametrize(("terms", "days", "good"), [
    (b"", 30, True), (b"", 31, False), (b"lifetime_days = 7\n", 7, True), (b"lifetime_days = 7\n", 8, False),
    (b"lifetime_days = 90\n", 90, True),
])  # fmt: skip
def test_6_an_approval_for_longer_than_the_policy_says(tmp_path: Path, terms: bytes, days: int, good: bool) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY + terms)
    body = evidence.statement()
    body["predicate"]["exp"] = evidence.issued + days * DAY
    evidence.attest(body)
    if good:
        assert evidence.ask().verdict == "allow"
    else:
        denied(evidence, 6, f"it lasts longer than the {days - 1} days of the policy")


def test_6_an_exception_for_longer_than_the_policy_says(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY + b"allow_exception = true\nlongest_exception_days = 13\n")
    evidence.attest(evidence.exception())
    evidence.list_status(round_entry(state="exception"))
    denied(evidence, 6, "it lasts longer than the 13 days of the policy")


def test_3_an_approval_names_no_override(evidence: Evidence) -> None:
    body = evidence.statement()
    body["predicate"]["override"] = evidence.exception()["predicate"]["override"]
    evidence.attest(body)
    denied(evidence, 3, "it is an approval and names an override")


def test_3_it_ends_after_it_began(evidence: Evidence) -> None:
    body = evidence.statement()
    body["predicate"]["exp"] = body["predicate"]["iat"]
    evidence.attest(body)
    denied(evidence, 3, "it expires before it was issued")


def test_2_somebody_must_have_signed(evidence: Evidence) -> None:
    evidence.bundle.write_bytes(json.dumps({**json.loads(evidence.bundle.read_bytes()), "signatures": []}).encode())
    denied(evidence, 2, "nobody signed it")


def votes(*groups: str) -> list[dict]:
    return [
        {
            "person": {"iss": "local", "sub": f"p{at}"},
            "group": group,
            "time": "2026-05-04T09:30:00+00:00",
            "comment_sha256": "0" * 64,
        }
        for at, group in enumerate(groups)
    ]


@pytest.mark.parametrize(
    ("tier", "groups", "good"),
    [
        ("low", ["reviewer"], True),
        ("low", [], False),
        ("medium", ["reviewer"], False),
        ("medium", ["independent"], False),
        ("medium", ["reviewer", "reviewer"], True),
        ("high", ["reviewer", "reviewer"], False),
        ("high", ["independent"], False),
        ("high", ["reviewer", "independent"], True),
        ("none", ["reviewer", "independent"], False),
    ],
)
def test_3_an_approval_has_the_votes_its_tier_asks_for(
    tmp_path: Path, tier: str, groups: list[str], good: bool
) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY.replace(b"low", tier.encode()))
    body = evidence.statement()
    body["predicate"] |= {"tier": tier, "votes": votes(*groups)}
    evidence.attest(body)
    if good:
        assert evidence.ask().verdict == "allow"
    else:
        denied(evidence, 3, "The attestation is not accepted")


@pytest.mark.parametrize(
    ("after", "good"), [(-61, False), (-60, True), (0, True), (30 * DAY - 1, True), (30 * DAY, False)]
)
def test_7_only_in_its_time(evidence: Evidence, after: int, good: bool) -> None:
    now = evidence.issued + after
    evidence.list_status(made=max(now, 0))
    if good:
        assert evidence.ask(now=now).verdict == "allow"
    else:
        denied(evidence, 7, "expired" if after > 0 else "future", now=now)


@pytest.mark.parametrize(
    "state",
    ["draft", "in_review", "changes_requested", "rejected", "stale", "expired", "revoked", "superseded", "withdrawn", "exception", "new word"],
)  # fmt: skip
def test_8_no_round_in_another_state(evidence: Evidence, state: str) -> None:
    evidence.list_status(round_entry(state=state))
    denied(evidence, 8, "The approval does not count")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"round": 2, "state": "in_review", "seq": None, "head": None}, "a newer round (2)"),
        ({"created": "1"}, "another registered version"),
        ({"instance": "https://other.example"}, "another registered version"),
        ({"seq": 6}, "another decision"),
        ({"head": "0" * 64}, "another decision"),
        ({"model": "other"}, "does not know it"),
        ({"round": 0}, "does not know it"),
    ],
)
def test_8_no_other_decision_than_the_one_in_the_ledger(evidence: Evidence, changes: dict, words: str) -> None:
    evidence.list_status(round_entry(**changes))
    denied(evidence, 8, words)


def test_8_an_older_list_cannot_know_a_younger_decision(evidence: Evidence) -> None:
    evidence.list_status(round_entry(model="other"), made=evidence.issued - 1)
    assert evidence.ask().verdict == "allow"


def test_8_the_list_is_signed_fresh_and_there(evidence: Evidence) -> None:
    now = int(time.time())
    for made, words in ((now - DAY - 30, "more than 24 hours old"), (now + 300, "in the future")):
        evidence.list_status(made=made)
        denied(evidence, 8, words)
    evidence.list_status(key=OTHER_KEY)
    denied(evidence, 8, "not trusted")
    (evidence.folder / "status.dsse.json").write_bytes(evidence.bundle.read_bytes())
    denied(evidence, 8, "The status list is not accepted: its payload type")
    other = {"format": "rai-status/v2", "made": now, "rounds": []}
    (evidence.folder / "status.dsse.json").write_bytes(envelope(other, kind=STATUS))
    denied(evidence, 8, "its format is not rai-status/v1")
    evidence.list_status(round_entry(), round_entry())
    denied(evidence, 8, "one version twice")
    denied(evidence, 8, "no status list was given", status=None)


def test_8_an_air_gapped_policy_does_without_but_believes_a_list_that_is_there(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "e", policy=POLICY + b"air_gapped = true\n")
    evidence.list_status(round_entry(state="revoked"))
    denied(evidence, 8, "revoked")
    answer = evidence.ask(status=None, state=None)
    assert (answer.verdict, answer.not_checked) == ("allow", ("status", "last_seen"))


def second(evidence: Evidence, seq: int, head: str = HEAD, *, model: str = "credit") -> None:
    body = evidence.statement()
    body["predicate"]["ledger"] = {"seq": seq, "head": head}
    body["predicate"]["registry"]["model"] = model
    evidence.attest(body)
    evidence.list_status(round_entry(seq=seq, head=head, model=model))


def again(evidence: Evidence, **changes: object) -> object:
    """Ask once more with the memory of the earlier times, and without their copies."""
    if evidence.out.exists():
        evidence.out.rename(evidence.folder / f"done{time.monotonic_ns()}")
    return evidence.ask(**changes)


def test_9_nothing_older_than_what_was_seen(evidence: Evidence) -> None:
    assert again(evidence).verdict == "allow"
    assert again(evidence).verdict == "allow"
    second(evidence, 9, sha256(b"row 9"))
    assert again(evidence).verdict == "allow"
    second(evidence, 7)
    answer = again(evidence)
    assert (answer.verdict, answer.step) == ("deny", 9)
    assert again(evidence, stage="staging").verdict == "allow"  # another stage has not seen the newer one
    second(evidence, 8, sha256(b"row 8"), model="other")
    assert again(evidence).verdict == "allow"


def test_9_one_row_has_one_content(evidence: Evidence) -> None:
    assert again(evidence).verdict == "allow"
    for model in ("credit", "other"):
        second(evidence, 7, sha256(b"another ledger"), model=model)
        assert (again(evidence).verdict, again(evidence).step) == ("deny", 9)


def test_9_no_status_list_older_than_the_one_seen(evidence: Evidence) -> None:
    assert again(evidence).verdict == "allow"
    evidence.list_status(made=int(time.time()) - 600)
    answer = again(evidence)
    assert (answer.verdict, answer.step) == ("deny", 9)


def test_9_a_denied_approval_is_not_remembered(evidence: Evidence) -> None:
    second(evidence, 9)
    evidence.list_status(round_entry(state="revoked"))
    assert evidence.ask().verdict == "deny"
    assert not (evidence.folder / "last-seen.json").exists()


ROW = b'{"instance":"embedded","model":"other","stage":"","seq":1,"head":"' + HEAD.encode() + b'"}'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"null",
        b'{"format":"rai-last-seen/v1","rows":[],"status_made":1.5}',
        b'{"format":"rai-last-seen/v2","rows":[],"status_made":0}',
        b'{"format":"rai-last-seen/v1","rows":[' + ROW + b"," + ROW + b'],"status_made":0}',
    ],
)
def test_9_a_damaged_memory_is_undecided(evidence: Evidence, data: bytes) -> None:
    (evidence.folder / "last-seen.json").write_bytes(data)
    answer = evidence.ask()
    assert (answer.verdict, answer.step) == ("undecided", 9)


def test_10_what_could_not_be_said_is_taken_back(evidence: Evidence) -> None:
    from rai.approval.verifying import steps

    copy, out = evidence.folder / "copy", evidence.folder / "out"
    copy.mkdir()

    def fail() -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        steps._release(copy, out, fail)
    assert (copy.exists(), out.exists()) == (True, False)


def test_nothing_is_made_over_something_that_is_there_or_inside_the_model(evidence: Evidence) -> None:
    for out in (evidence.model, evidence.model / "inner", evidence.bundle, evidence.folder / "none" / "verified"):
        before = sorted(evidence.folder.rglob("*"))
        answer = evidence.ask(out=out)
        assert (answer.verdict, answer.step) == ("undecided", 4)
        assert sorted(evidence.folder.rglob("*")) == before


def test_two_signatures_are_two_signers(evidence: Evidence) -> None:
    evidence.attest(None, KEY, KEY)
    denied(evidence, 2, "one key signed it twice")
