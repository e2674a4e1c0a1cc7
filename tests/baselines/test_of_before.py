"""Change requests of a time at which a service did more than it does now can still be decided on, renewed and gone on with."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from consortium.activity.services import record
from consortium.baselines import asking, drafting, services
from consortium.core.db import db
from consortium.core.errors import NotNow, Refused
from consortium.plans import services as plans
from consortium.plans.models import CostCategory, MoneySource
from tests.baselines.furniture import amended, worded
from tests.baselines.test_services import effort, node

pytestmark = pytest.mark.slow
LABOUR: dict[str, Any] = {"category": CostCategory.LABOUR, "source": MoneySource.OWN}


def old(ours: Any, what: str) -> Any:
    """A draft that changes work or money that is there, as the versions before the second services kept it."""
    here, firm = node(ours, "1"), ours.firms[0]
    made: Any
    if what == "work":
        made = plans.reassign(ours.coordinator, effort(ours, "1", firm), months=Decimal("5.00"))
        made.asked = [asking.call("effort.assign", (here, firm), {"months": Decimal("5.00")})]
    else:
        made = plans.reallocate(ours.coordinator, here.allocations[0], amount=Decimal("8000.00"))
        made.asked = [
            asking.call("money.allocate", (here,), {"organisation": firm, **LABOUR, "amount": Decimal("8000.00")})
        ]
    db.session.flush()
    return made


def figure(ours: Any, what: str) -> Any:
    return effort(ours, "1", ours.firms[0]).months if what == "work" else node(ours, "1").allocations[0].amount


@pytest.mark.parametrize(("what", "wanted"), [("work", "5.00"), ("money", "8000.00")])
def test_what_changed_what_is_there_is_approved(ours: SimpleNamespace, what: str, wanted: str) -> None:
    request = old(ours, what)
    services.submit(ours.coordinator, worded(ours.coordinator, request, "旧"))
    services.decide(ours.coordinator, request, outcome="approve", decision="理事会 1")
    assert figure(ours, what) == Decimal(wanted)
    db.session.commit()


@pytest.mark.parametrize("what", ["work", "money"])
def test_it_is_renewed_and_further_changes_join_it_and_leave_it(ours: SimpleNamespace, what: str) -> None:
    request = old(ours, what)
    lines = list(request.lines)
    assert services.renew(ours.coordinator, request).lines == lines
    other: Any = amended(ours.coordinator, ours.project.milestones[0], means="改为现场测试")
    assert other is request and len(request.asked) == 2
    drafting.take_out(ours.coordinator, request, place=1)
    assert request.lines == lines


def test_what_is_asked_for_today_does_not_change_what_is_there(ours: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        plans.assign(ours.coordinator, node(ours, "1"), ours.firms[0], months=Decimal("5.00"))
    with pytest.raises(Refused):
        plans.allocate(ours.coordinator, node(ours, "1"), ours.firms[0], **LABOUR, amount=Decimal("5.00"))


def test_a_renewal_that_is_refused_says_why_on_the_page(ours: SimpleNamespace) -> None:
    """The button that renews has no fields at which a service could say it."""
    request: Any = amended(ours.coordinator, ours.project.milestones[0], due_on=ours.project.ends_on)
    ours.project.ends_on -= timedelta(days=30)
    record("test", "amended", ours.project)
    with pytest.raises(NotNow, match="cannot be carried out any more: ") as refusal:
        services.renew(ours.coordinator, request)
    assert not refusal.value.fields
