"""Publishing: what lies beside the model afterwards, that it may be repeated, and what is never announced."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from rai.approval import desk
from rai.approval.keys import open_signer
from rai.card import ModelCard
from rai.clock import now
from rai.errors import Refused, RegistryError
from rai.gating import gate
from rai.promoting import promote
from rai.publishing import publish, unfinished
from rai.registry import Registry, connect
from rai.signing import edit_narrative, sign, standing
from rai.worker import work
from rai.workspace import Workspace
from tests.publishing import kit
from tests.publishing.kit import FIRST, REVIEWER, SECOND, SUBMITTER, approve, events, published, render, tags
from tests.publishing.pipeline import verified


def again(workspace: Workspace) -> str:
    return publish(workspace, FIRST, render=render, time=now()).state


def test_an_approved_case_without_its_row_published_is_what_is_left_to_do(here: Workspace) -> None:
    assert unfinished(here) == ()
    approve(here)
    assert [case.ref for case in unfinished(here)] == [FIRST]
    assert again(here) == "approved"
    assert unfinished(here) == ()


def test_everything_a_pipeline_needs_lies_beside_the_model_with_the_digests_that_were_signed(here: Workspace) -> None:
    case = approve(here)
    again(here)
    found = published(here)
    assert sorted(found) == sorted(kit.PUBLISHED)
    names = {
        "card": "card.content.json",
        "review": "review.json",
        "environment": "environment.json",
        "policy": "policy.toml",
    }
    assert {subject: kit.digest(found[name]) for subject, name in names.items()} == {
        subject: case.bound[subject] for subject in names
    }
    assert found["policy.toml"] == (here.settings.policies / "standard.toml").read_bytes()
    assert tags(here) == {"rai.status": "approved", "rai.attestation": kit.digest(found["attestation.dsse.json"])}
    assert gate(here, FIRST).reasons == ()


def test_the_published_card_names_the_ledger_row_that_the_attestation_signs(here: Workspace) -> None:
    approve(here)
    drawn: list[ModelCard] = []

    def kept(card: ModelCard) -> Mapping[str, bytes]:
        drawn.append(card)
        return render(card)

    publish(here, FIRST, render=kept, time=now())
    envelope = published(here)["attestation.dsse.json"]
    signed = json.loads(base64.b64decode(json.loads(envelope)["payload"]))["predicate"]["ledger"]
    (row,) = [row for row in here.ledger.rows() if row.seq == signed["seq"]]
    for stand in (drawn[-1].stand, standing(here, FIRST).card.stand):
        assert stand is not None
        assert (stand.ledger_row, stand.ledger_head) == (signed["seq"], signed["head"]) == (row.seq, row.hash)
        assert stand.attestation == kit.digest(envelope)


def test_mlflows_own_client_finds_it_by_the_versions_address(here: Workspace) -> None:
    import mlflow

    case = approve(here)
    again(here)
    text = mlflow.artifacts.load_text(f"{FIRST.uri}/rai_review/{case.review_id}/attestation.dsse.json")
    assert json.loads(text)["payloadType"] == "application/vnd.in-toto+json"


def test_publishing_three_times_is_publishing_once(here: Workspace) -> None:
    approve(here)
    again(here)
    before = (published(here), tags(here), here.ledger.export())
    for _ in range(2):
        again(here)
    assert (published(here), tags(here), here.ledger.export()) == before
    assert events(here).count("published") == 1


def test_a_round_has_one_attestation_even_if_the_key_is_another_one_by_then(here: Workspace) -> None:
    approve(here)
    again(here)
    first = published(here)["attestation.dsse.json"]
    here.signing_key.unlink()
    open_signer(here.signing_key)
    again(here)
    assert published(here)["attestation.dsse.json"] == first


def test_the_attestation_that_was_kept_first_counts(here: Workspace) -> None:
    case = approve(here)
    assert here.outbox.attestation(case) is None
    assert here.outbox.keep_attestation(case, b"first") == b"first"
    assert here.outbox.keep_attestation(case, b"second") == b"first"
    assert here.outbox.attestation(case) == b"first"


def test_a_version_nobody_submitted_has_nothing_to_publish(here: Workspace) -> None:
    other = FIRST.model_copy(update={"version": "77"})
    with pytest.raises(Refused, match="was not submitted"):
        publish(here, other, render=render, time=now())


def test_a_rejection_is_told_by_a_tag_and_nothing_else(here: Workspace) -> None:
    seen = standing(here, FIRST)
    sign(
        here, FIRST, actor=REVIEWER, decision="reject", rationale="It must not be used here.", seen_etag=seen.etag,
        idem="a", time=now(),
    )  # fmt: skip
    assert again(here) == "rejected"
    assert tags(here) == {"rai.status": "rejected"}
    assert published(here) == {}


def test_the_tag_that_other_tools_wait_for_comes_with_the_approval_and_goes_with_it(small_home, tmp_path) -> None:
    here = kit.copied(small_home, tmp_path / "rai", RAI_APPROVAL_TAG="Approval")
    approve(here)
    again(here)
    assert tags(here)["Approval"] == "Approved"
    desk.revoke(here.ledger, FIRST, actor=REVIEWER, reason="The data were wrong.", time=now())
    assert again(here) == "revoked"
    assert "Approval" not in tags(here)
    assert tags(here)["rai.status"] == "revoked"


def test_a_changed_model_is_recorded_as_stale_and_not_published(here: Workspace, tmp_path) -> None:
    approve(here)
    extra = tmp_path / "extra.txt"
    extra.write_text("added after the approval")
    connect(here.settings).log_model_artifact(here.registry.version(FIRST).model_id, str(extra))
    assert again(here) == "stale"
    assert published(here) == {}
    assert tags(here) == {"rai.status": "stale"}


def test_a_changed_policy_file_is_not_published_in_the_name_of_the_approved_one(here: Workspace) -> None:
    approve(here)
    path = here.settings.policies / "standard.toml"
    path.write_text(path.read_text() + "\n# changed\n")
    assert again(here) == "stale"
    assert published(here) == {}


class Meanwhile(Registry):
    """The real registry, in which something else happens when a certain tag is about to be set."""

    def __init__(self, workspace: Workspace, *, before: str, happens: object) -> None:
        super().__init__(workspace.settings)
        self._before, self._happens, self._once = before, happens, True

    def _happen(self, where: str) -> None:
        if where == self._before and self._once:
            self._once = False
            self._happens()  # type: ignore[operator]

    def write(self, ref, files: Mapping[str, bytes]) -> None:
        super().write(ref, files)
        self._happen("written")

    def set_tag(self, ref, key: str, value: str) -> None:
        self._happen(key)
        super().set_tag(ref, key, value)


@pytest.mark.parametrize("moment", ["written", "rai.attestation", "rai.status"])
@pytest.mark.parametrize("change", ["revoked", "stale"])
def test_an_approval_that_ends_while_it_is_published_is_not_announced(
    here: Workspace, moment: str, change: str
) -> None:
    approve(here)

    def end() -> None:
        if change == "revoked":
            desk.revoke(here.ledger, FIRST, actor=REVIEWER, reason="The data were wrong.", time=now())
        else:
            edit_narrative(here, FIRST, actor=SUBMITTER, texts={"caveats": "Changed meanwhile."}, time=now())

    here.__dict__["registry"] = Meanwhile(here, before=moment, happens=end)
    with pytest.raises(Refused):
        again(here)
    assert tags(here)["rai.status"] == change
    assert "published" not in events(here)
    assert not gate(here, FIRST).open


class Forgetful(Registry):
    """A registry that says it wrote a file and keeps other bytes."""

    def write(self, ref, files: Mapping[str, bytes]) -> None:
        super().write(ref, {path: data[:-1] if path.endswith("card.md") else data for path, data in files.items()})


def test_what_is_not_read_back_as_it_was_written_is_not_announced(here: Workspace) -> None:
    approve(here)
    here.__dict__["registry"] = Forgetful(here.settings)
    with pytest.raises(RegistryError, match=r"card\.md .* is not read back"):
        again(here)
    assert tags(here).get("rai.status") is None
    assert "published" not in events(here)
    here.__dict__["registry"] = Registry(here.settings)
    assert again(here) == "approved"
    assert gate(here, FIRST).open


def test_nothing_is_written_to_a_version_whose_name_was_used_again(here: Workspace) -> None:
    approve(here)
    client = connect(here.settings)
    source = here.registry.version(FIRST).source
    client.delete_registered_model(FIRST.name)
    client.create_registered_model(FIRST.name)
    client.create_model_version(FIRST.name, source)
    with pytest.raises(Refused, match="the name was used again"):
        again(here)
    assert tags(here) == {}
    assert not gate(here, FIRST).open


def test_a_broken_ledger_signs_nothing(here: Workspace) -> None:
    import sqlite3

    approve(here)
    connection = sqlite3.connect(here.settings.home / "rai.db")
    with connection:
        connection.execute("drop trigger ledger_no_update")
        connection.execute("update ledger set body = replace(body, 'Ada', 'Eve')")
    connection.close()
    review_id = here.archive.review(FIRST).id
    with pytest.raises(Refused, match="ledger"):
        again(here)
    assert here.registry.listing(FIRST, review_id) == ()


def test_a_promotion_that_broke_off_is_carried_out_and_not_recorded_twice(here: Workspace) -> None:
    approve(here)
    again(here)

    class Down(Registry):
        def set_alias(self, *_: object) -> None:
            raise RegistryError("It does not answer.")

    here.__dict__["registry"] = Down(here.settings)
    with pytest.raises(RegistryError):
        promote(here, FIRST, by="Ola Ops", time=now())
    here.__dict__["registry"] = Registry(here.settings)
    promote(here, FIRST, by="Ola Ops", time=now())
    assert events(here).count("promoted") == 1
    assert here.registry.aliases(FIRST.name)["champion"] == FIRST.version
    here.registry.set_alias(SECOND, "champion")
    promote(here, FIRST, by="Ola Ops", time=now())
    assert events(here).count("promoted") == 1
    assert here.registry.aliases(FIRST.name)["champion"] == FIRST.version


def test_the_worker_publishes_the_whole_card(here: Workspace) -> None:
    approve(here)
    work(here, once=True)
    job = here.jobs.latest(FIRST.uri, "publish")
    assert job is not None
    assert (job.state, job.message) == ("done", "")
    assert set(published(here)) >= set(kit.PUBLISHED) | {"card.html", "card.pdf"}
    assert (here.settings.home / "status.dsse.json").is_file()


def test_an_exception_is_not_told_as_an_approval(small_home, tmp_path) -> None:
    """The tag that opens other people's gates is for approvals only."""
    from rai.marking import wanted

    here = kit.copied(small_home, tmp_path / "rai", RAI_APPROVAL_TAG="Approval")
    case = approve(here)
    import dataclasses

    excepted = dataclasses.replace(case, state="exception", envelope="a" * 64)
    assert wanted(here, excepted) == {"rai.status": "exception", "rai.attestation": "a" * 64}


def test_a_card_is_drawn_from_what_was_approved(here: Workspace) -> None:
    approve(here)
    drawn: list[ModelCard] = []

    def draw(card: ModelCard) -> Mapping[str, bytes]:
        drawn.append(card)
        return render(card)

    case = publish(here, FIRST, render=draw, time=now())
    assert {card.content_digest for card in drawn} == {case.bound["card"]}
    assert [item.person for item in drawn[0].sign_offs] == [REVIEWER]
    assert SECOND not in [item.ref for item in unfinished(here)]


def test_a_pipeline_without_any_server_believes_what_was_published_and_nothing_else(
    settled: Workspace, tmp_path: Path
) -> None:
    code, said = verified(settled, FIRST, tmp_path / "good")
    assert code == 0, said
    copied = {path.name: path.read_bytes() for path in (tmp_path / "good" / "verified").iterdir()}
    assert set(copied) == {"MLmodel", "weights.bin"}
    client = connect(settled.settings)
    weights = tmp_path / "weights.bin"
    weights.write_bytes(b"other weights")
    client.log_model_artifact(settled.registry.version(FIRST).model_id, str(weights))
    code, said = verified(settled, FIRST, tmp_path / "bad")
    assert (code, (tmp_path / "bad" / "verified").exists()) == (1, False), said


def test_a_revoked_approval_is_not_believed_any_more(settled: Workspace, tmp_path: Path) -> None:
    desk.revoke(settled.ledger, FIRST, actor=REVIEWER, reason="The data were wrong.", time=now())
    code, said = verified(settled, FIRST, tmp_path)
    assert code == 1, said


def test_a_copy_of_an_approved_version_is_not_approved(settled: Workspace, tmp_path: Path) -> None:
    connect(settled.settings).copy_model_version(FIRST.uri, "copied")
    copy = FIRST.model_copy(update={"name": "copied"})
    assert settled.registry.version(copy).tags["rai.status"] == "approved"
    assert not gate(settled, copy).open
    code, said = verified(settled, FIRST, tmp_path, target=copy.uri)
    assert code == 1, said
