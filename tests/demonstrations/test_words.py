"""A word of the user organisation stands for what it was said of, by whom it was said, and for the present trial alone."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from consortium.activity.models import Notification
from consortium.consortia import invitations
from consortium.core.access import Role
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused, Stale
from consortium.demonstrations import operating, reckoning, services, supporting
from consortium.demonstrations.models import Demonstration, Matter, ProductKind, Purpose, Recognition
from consortium.demonstrations.queries import waiting
from consortium.demonstrations.workflow import about, confirmed, matter_at
from consortium.outputs.models import Direction
from consortium.people.belonging import decide
from consortium.results import services as results
from tests import factories
from tests.demonstrations.furniture import (
    DAYS,
    a_demonstration,
    a_file,
    a_site_user,
    fulfilled,
    on_trial,
    placed,
    promised,
    ready,
    signed,
)
from tests.outputs.conftest import Loaded

pytestmark = pytest.mark.slow

OCTOBER = datetime.date(2026, 10, 2)
Change = Callable[[Any, Any], Any]


def product(ours: Any, row: Any, **more: Any) -> Any:
    """Change what is said of the product."""
    names = ("title_zh", "title_en", "kind", "level", "trl_start", "catalogue", "result")
    return services.amend(ours.member_, row, **{**{name: getattr(row, name) for name in names}, **more})


def site(ours: Any, row: Any, **more: Any) -> Any:
    """Change where it runs."""
    names = ("user_organisation", "site_name", "site_region", "site_address", "replaces")
    return services.place(ours.member_, row, **{**{name: getattr(row, name) for name in names}, **more})


def signing(ours: Any, row: Any, **more: Any) -> Any:
    """Change the contract."""
    names = ("contract_number", "contract_on", "contract_price")
    return services.contract(ours.member_, row, **{**{name: getattr(row, name) for name in names}, **more})


def indicator(ours: Any, row: Any, **more: Any) -> Any:
    """Change what the contract promises."""
    names = ("title_zh", "title_en", "unit", "direction", "contract_value", "reference_value")
    one = row.indicators[0]
    return operating.amend_indicator(ours.member_, one, **{**{name: getattr(one, name) for name in names}, **more})


def measured(ours: Any, row: Any, value: str = "11") -> Any:
    """Another value."""
    return operating.measure(ours.member_, row.indicators[0], value=value, unit="%", on_day=OCTOBER, files=[a_file()])


#: What a word is said of, at the matching already.
OF_PRODUCT: dict[str, Change] = {
    "name": lambda o, r: product(o, r, title_zh="另一种产品"),
    "english": lambda o, r: product(o, r, title_en="Another"),
    "kind": lambda o, r: product(o, r, kind=ProductKind.OTHER),
    "recognition": lambda o, r: product(o, r, level=Recognition.INTERNATIONAL),
    "catalogue": lambda o, r: product(o, r, catalogue="别的目录"),
    "site": lambda o, r: site(o, r, site_name="别处"),
    "region": lambda o, r: site(o, r, site_region="320100"),
    "address": lambda o, r: site(o, r, site_address="别的路 9 号"),
    "replaces": lambda o, r: site(o, r, replaces="别的设备"),
}
#: And at the acceptance.
OF_RECORD: dict[str, Change] = {
    "number": lambda o, r: signing(o, r, contract_number="OTHER-2"),
    "price": lambda o, r: signing(o, r, contract_price=Decimal("1.00")),
    "day": lambda o, r: services.schedule(o.member_, r, **{**DAYS, "trial_on": datetime.date(2026, 4, 2)}),
    "promise": lambda o, r: indicator(o, r, contract_value="10"),
    "reference": lambda o, r: indicator(o, r, reference_value="5"),
    "value": measured,
    "another": lambda o, r: promised(o.member_, r),
    "certificate": lambda o, r: services.add_files(o.member_, r, purpose=Purpose.CERTIFICATE, files=[a_file("新证书.txt", "改过")]),
    "report": lambda o, r: services.add_files(o.member_, r, purpose=Purpose.USER_REPORT, files=[a_file("新报告.txt", "改过的报告")]),
}  # fmt: skip


def spoken(ours: Any, row: Any) -> Any:
    """On trial, measured, and confirmed by the user."""
    on_trial(ours.coordinator, ours.site, row, ours.works)
    fulfilled(ours.coordinator, row)
    services.confirm(ours.site, row, decision="agree", words="通过", files=[a_file("报告.txt", "使用报告")])
    assert confirmed(row, Matter.ACCEPTANCE) is not None
    return row


@pytest.mark.parametrize("what", OF_PRODUCT)
def test_a_matching_stands_for_its_product_and_site(ours: Any, row: Any, what: str) -> None:
    placed(ours.member_, row, ours.works)
    services.confirm(ours.site, row, decision="agree", words="同意")
    OF_PRODUCT[what](ours, row)
    with pytest.raises(NotNow, match="has not confirmed the matching"):
        services.move(ours.member_, row, "match")
    services.confirm(ours.site, row, decision="agree", words="再次同意")
    services.move(ours.member_, row, "match")


@pytest.mark.parametrize("what", [*OF_PRODUCT, *OF_RECORD])
def test_an_acceptance_stands_for_the_record_that_was_read(ours: Any, row: Any, what: str) -> None:
    spoken(ours, row)
    {**OF_PRODUCT, **OF_RECORD}[what](ours, row)
    with pytest.raises(NotNow):
        services.move(ours.member_, row, "accept")
    assert confirmed(row, Matter.ACCEPTANCE) is None


def test_what_a_word_is_not_about_leaves_it_standing(ours: Any, row: Any) -> None:
    spoken(ours, row)
    operating.run(ours.member_, row, starts_on=OCTOBER, ends_on=OCTOBER, hours=Decimal(8))
    services.conclude(ours.member_, row, lessons="经验", promotion="", promoted_on=None)
    services.add_files(ours.member_, row, purpose=Purpose.OTHER, files=[a_file("附件.txt", "附件")])
    db.session.flush()
    db.session.expire_all()
    services.move(ours.member_, row, "accept")


def test_nothing_of_a_failed_trial_counts_for_the_next(ours: Any, row: Any) -> None:
    spoken(ours, row)
    services.move(ours.member_, row, "fail", reason="exploded")
    services.move(ours.member_, row, "try_again", reason="again", trial_on=OCTOBER)
    lacks = []

    def tried() -> None:
        with pytest.raises(NotNow) as found:
            services.move(ours.member_, row, "accept")
        lacks.append(str(found.value.message))

    tried()
    measured(ours, row, "97")
    tried()
    with pytest.raises(NotNow, match="certificate"):
        services.confirm(ours.site, row, decision="agree", words="通过")
    services.add_files(ours.member_, row, purpose=Purpose.CERTIFICATE, files=[a_file("证书二.txt", "第二次")])
    tried()
    with pytest.raises(Refused) as refused:
        services.confirm(ours.site, row, decision="agree", words="通过")
    assert set(refused.value.fields) == {"files"}
    services.confirm(ours.site, row, decision="agree", words="通过", files=[a_file("报告二.txt", "第二次报告")])
    services.move(ours.member_, row, "accept")
    assert [piece in words for piece, words in zip(("In this trial", "certificate", "user's report"), lacks, strict=True)] == [True] * 3  # fmt: skip


def test_what_was_accepted_stays(ours: Any, row: Any) -> None:
    spoken(ours, row)
    services.move(ours.member_, row, "accept")
    before = about(row, Matter.ACCEPTANCE)
    for name, change in {**OF_PRODUCT, **OF_RECORD}.items():
        with pytest.raises((NotNow, Refused)):
            change(ours, row)
        assert about(row, Matter.ACCEPTANCE) == before, name
    with pytest.raises(NotNow, match="has accepted it"):
        measured(ours, row)
    operating.run(ours.member_, row, starts_on=OCTOBER, ends_on=OCTOBER, hours=Decimal(8))
    operating.fail(ours.member_, row, happened_on=OCTOBER, what="停机", downtime=Decimal(1))
    operating.follow_up(ours.member_, row, year=2026, in_use=True, words="运行良好")
    supporting.order(ours.member_, row, customer="乙厂", on_day=OCTOBER, amount=None, replicates=True)
    services.conclude(ours.member_, row, lessons="经验", promotion="目录", promoted_on=OCTOBER)
    for step in ("stabilise", "replicate", "promote"):
        services.move(ours.member_, row, step)


# Who speaks


def test_a_second_mailbox_is_not_the_user(ours: Any, row: Any) -> None:
    """Whoever the maker's coordinator invited for the user speaks for it only once the user itself confirmed the belonging."""
    placed(ours.member_, row, ours.works)
    offered, token = invitations.invite(
        ours.coordinator, ours.consortium, email="second@example.org", role=Role.SITE, organisation=ours.works
    )
    person = invitations.accept_invitation(offered, token, name="Shadow", password="a long river in the deep may")
    db.session.flush()
    db.session.expire(person)
    with pytest.raises(NotNow, match="has to be confirmed first"):
        services.confirm(person, row, decision="agree", words="同意")
    decide(ours.site, person, "confirm")
    services.confirm(person, row, decision="agree", words="同意")
    services.move(ours.member_, row, "match")


def test_who_sits_for_another_member_too_does_not_speak_for_the_user(ours: Any, row: Any) -> None:
    both = factories.user("两家的人", ours.works)
    db.session.flush()
    factories.seat(both, ours.consortium, ours.works, Role.SITE)
    factories.seat(both, ours.consortium, ours.other, Role.MEMBER)
    db.session.expire(both, ["seats"])
    placed(ours.member_, row, ours.works)
    with pytest.raises(NotNow, match="for another organisation, too"):
        services.confirm(both, row, decision="agree", words="同意")


def test_the_people_of_the_user_hear_of_each_word(ours: Any, row: Any) -> None:
    boss = factories.user("用户厂厂长", ours.works)
    colleague = factories.user("用户同事", ours.works)
    db.session.flush()
    factories.seat(colleague, ours.consortium, ours.works, Role.SITE)
    db.session.expire(colleague, ["seats"])
    placed(ours.member_, row, ours.works)
    services.confirm(ours.site, row, decision="object", words="还没有谈妥")
    services.confirm(ours.site, row, decision="agree", words="同意")
    db.session.flush()
    heard = select(Notification.href).where(Notification.message.contains("for the user"))
    for person, href in ((boss, ""), (colleague, f"/demonstrations/{row.id}")):
        assert list(db.session.scalars(heard.where(Notification.user_id == person.id))) == [href] * 2
    assert list(db.session.scalars(heard.where(Notification.user_id == ours.site.id))) == []


# What was read


def test_what_was_not_read_is_not_confirmed(ours: Any, row: Any) -> None:
    placed(ours.member_, row, ours.works)
    read = about(row, Matter.MATCHING)
    site(ours, row, site_name="别处")
    with pytest.raises(Stale):
        services.confirm(ours.site, row, decision="agree", words="同意", read=read)
    services.confirm(ours.site, row, decision="agree", words="同意", read=about(row, Matter.MATCHING))
    assert confirmed(row, Matter.MATCHING) is not None


def test_a_stale_page_keeps_the_words_and_shows_what_is_there_now(sign_in: Any, world: Any, inside: Any) -> None:
    with inside():
        found = Loaded(world.ours)
        person, works = a_site_user(found.consortium)
        row = placed(found.coordinator, a_demonstration(found.coordinator, found.project, found.member), works)
        db.session.commit()
        number, key = row.id, SimpleNamespace(fs_uniquifier=person.fs_uniquifier)
    page, visitor = f"/demonstrations/{number}/confirm", sign_in(key)

    def read(text: str) -> str:
        field = next(one for one in re.findall(r"<input[^>]*>", text) if 'name="read"' in one)
        return re.search(r'value="([0-9a-f]{64})"', field)[1]  # type: ignore[index]

    first = read(visitor.get(page).get_data(as_text=True))
    with inside():
        found = Loaded(world.ours)
        site(found, db.session.get_one(Demonstration, number), site_name="别处七号")
        db.session.commit()
    answer = visitor.post(page, data={"read": first, "decision": "agree", "words": "我们同意七"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "我们同意七" in text and "别处七号" in text and "changed meanwhile" in text
    assert visitor.post(page, data={"decision": "agree", "words": "我们同意七"}).status_code == 409
    assert read(text) != first
    assert visitor.post(page, data={"read": read(text), "decision": "agree", "words": "同意"}).status_code == 303


# Whose result


def a_result(ours: Any, actor: Any, firm: Any, number: str) -> Any:
    return results.enter_result(
        actor, ours.project, organisation=firm, number=number, title_zh=f"成果{number}", title_en="", description="", kind="product",
        made_on=datetime.date(2026, 5, 1), critical=False,
    )  # fmt: skip


def test_only_a_result_of_the_maker_and_none_after_the_contract(ours: Any, row: Any) -> None:
    own = a_result(ours, ours.member_, ours.member, "R1")
    theirs = a_result(ours, ours.other_member, ours.other, "R2")
    for attempt in (
        lambda: product(ours, row, result=theirs),
        lambda: a_demonstration(ours.coordinator, ours.project, ours.member, result=theirs),
    ):
        with pytest.raises(Refused) as found:
            attempt()
        assert set(found.value.fields) == {"result_id"}
    product(ours, row, result=own)
    placed(ours.member_, row, ours.works)
    services.confirm(ours.site, row, decision="agree", words="同意")
    services.move(ours.member_, row, "match")
    product(ours, row, result=None)
    product(ours, row, result=own)
    signed(ours.member_, row)
    services.move(ours.member_, row, "contract")
    with pytest.raises(Refused) as found:
        product(ours, row, result=None)
    assert set(found.value.fields) == {"result_id"} and row.result is own


# Figures


@pytest.mark.parametrize("pair", [("1", "9" * 26), ("1", "9" * 50), ("1e-30", "1e30"), ("0.0001", "9" * 26), ("1e-400000", "1e400000"), ("1e400000", "1e-400000")])  # fmt: skip
def test_no_figure_where_a_value_is_beyond_measure(sign_in: Any, world: Any, inside: Any, pair: tuple[str, str]) -> None:  # fmt: skip
    with inside():
        found = Loaded(world.ours)
        row = a_demonstration(found.coordinator, found.project, found.member)
        made = []
        for way in (Direction.AT_LEAST, Direction.AT_MOST):
            try:
                made.append(
                    operating.add_indicator(
                        found.member_, row, title_zh="效率", title_en="", unit="", direction=way, contract_value=pair[0], reference_value=pair[1],
                    )
                )  # fmt: skip
            except Refused:
                continue
        assert all(reckoning.index(one, one.reference_value) is None or abs(reckoning.index(one, one.reference_value)) < 10**9 for one in made)  # fmt: skip
        db.session.commit()
        number = row.id
    assert sign_in(world.ours.people.member).get(f"/demonstrations/{number}").status_code == 200


def test_a_figure_within_measure_is_told() -> None:
    one = SimpleNamespace(contract_value="95", direction=Direction.AT_LEAST)
    assert reckoning.index(one, "96.2") == Decimal("101.3")
    assert reckoning.index(SimpleNamespace(contract_value="1", direction=Direction.AT_LEAST), "999999") == Decimal("99999900.0")  # fmt: skip


# What was changed after the matching


def heard(person: Any, piece: str) -> int:
    db.session.flush()
    found = select(Notification).where(Notification.user_id == person.id, Notification.message.contains(piece))
    return len(list(db.session.scalars(found)))


def matched(ours: Any, row: Any) -> Any:
    placed(ours.member_, row, ours.works)
    services.confirm(ours.site, row, decision="agree", words="同意")
    services.move(ours.member_, row, "match")
    signed(ours.member_, row)
    promised(ours.member_, row)
    ready(row)
    return row


@pytest.mark.parametrize("step", ["contract", "deliver", "install", "try_out"])
def test_each_step_to_the_trial_needs_a_matching_that_stands(ours: Any, row: Any, step: str) -> None:
    matched(ours, row)
    for before in ("contract", "deliver", "install", "try_out"):
        if before == step:
            break
        services.move(ours.member_, row, before)
    assert matter_at(row) is None and waiting(ours.site) == []
    site(ours, row, site_name="别处")
    with pytest.raises(NotNow, match="has not confirmed the matching"):
        services.move(ours.member_, row, step)
    assert heard(ours.site, "was changed") == 1 and [str(one.what) for one in waiting(ours.site)] == ["Confirm the matching"]  # fmt: skip
    services.confirm(ours.site, row, decision="agree", words="新地点也同意")
    assert waiting(ours.site) == []
    services.move(ours.member_, row, step)


def test_another_trial_at_another_site_asks_again(ours: Any, row: Any) -> None:
    spoken(ours, row)
    services.move(ours.member_, row, "fail", reason="未达标")
    site(ours, row, site_name="别处")
    with pytest.raises(NotNow, match="has not confirmed the matching"):
        services.move(ours.member_, row, "try_again", reason="再试", trial_on=datetime.date(2026, 11, 2))
    services.confirm(ours.site, row, decision="agree", words="同意")
    services.move(ours.member_, row, "try_again", reason="再试", trial_on=datetime.date(2026, 11, 2))


@pytest.mark.parametrize("what", [*OF_PRODUCT, *OF_RECORD])
def test_the_people_of_the_user_hear_that_what_they_confirmed_was_changed(ours: Any, row: Any, what: str) -> None:
    spoken(ours, row)
    assert heard(ours.site, "was changed") == 0
    {**OF_PRODUCT, **OF_RECORD}[what](ours, row)
    assert heard(ours.site, "was changed") == 1


def test_who_is_no_longer_the_user_hears_of_it(ours: Any, row: Any) -> None:
    placed(ours.member_, row, ours.works)
    services.confirm(ours.site, row, decision="agree", words="同意")
    site(ours, row, user_organisation=ours.other)
    assert heard(ours.site, "no longer named") == 1 and heard(ours.other_member, "no longer named") == 0


def test_an_objection_is_called_so_and_waits_no_more(sign_in: Any, world: Any, inside: Any) -> None:
    with inside():
        found = Loaded(world.ours)
        person, works = a_site_user(found.consortium)
        row = a_demonstration(found.coordinator, found.project, found.member)
        services.place(
            found.member_, row, user_organisation=works, site_name="", site_region="", site_address="", replaces=""
        )
        assert waiting(person) == []  # no site is named yet
        placed(found.member_, row, works)
        assert len(waiting(person)) == 1
        services.confirm(person, row, decision="object", words="还没有谈妥")
        assert waiting(person) == []
        product(found, row, title_en="Another")
        assert len(waiting(person)) == 1  # what it objected to was changed
        db.session.commit()
        number = row.id
    shown = sign_in(world.ours.people.member).get(f"/demonstrations/{number}").get_data(as_text=True)
    assert "Matching · Objected" in shown and "Not confirmed" not in shown
