from __future__ import annotations

from typing import Any

from django.urls import URLPattern, re_path
from rest_framework.routers import SimpleRouter

from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.payments.kinds import BILL_PAYMENT, CREDIT_KINDS, PAYMENT_RECEIVED, WRITTEN_OFF
from ledger_core.payments.views import (
    BillPaymentViewSet,
    CreditViewSet,
    CustomerRefundViewSet,
    OpenItemsViewSet,
    PaymentReceivedViewSet,
    SettlementViewSet,
    VendorRefundViewSet,
    WriteOffViewSet,
)

router = SimpleRouter(trailing_slash=False)
for view in (PaymentReceivedViewSet, BillPaymentViewSet, CustomerRefundViewSet, VendorRefundViewSet):
    router.register(view.kind.path, view, basename=view.kind.path)

_ID = "(?P<pk>[0-9]{1,18})"


def _settlement(kind: str) -> list[URLPattern]:
    """What settles documents of a kind, under their own addresses."""
    document = KINDS_BY_VALUE[kind]
    base, actions = _view_of(kind)
    abilities = {"allocations": f"{document.subject}.view", **{name: ability for name, (_, ability) in actions.items()}}
    name = f"{base.__name__.removesuffix('ViewSet')}{kind.title().replace('_', '')}ViewSet"
    view: type[SettlementViewSet] = type(name, (base,), {"kind": kind, "abilities": abilities, "__doc__": base.__doc__})
    methods = {"allocations": "get", **{name: method for name, (method, _) in actions.items()}}
    return [
        re_path(
            rf"^{document.path}/{_ID}/{action.replace('_', '-')}$",
            view.as_view({method: action}),
            name=f"{document.path}-{action.replace('_', '-')}",
        )
        for action, method in methods.items()
    ]


def _view_of(kind: str) -> tuple[type[SettlementViewSet], dict[str, tuple[str, str]]]:
    """The view set of a kind of documents, and its writes with the abilities that they need."""
    subject = KINDS_BY_VALUE[kind].subject
    if kind in WRITTEN_OFF:
        writes = ("write_off", "cancel_write_off")
        return WriteOffViewSet, dict.fromkeys(writes, ("post", f"{subject}.void"))
    refund: dict[str, Any] = {each.value: f"{each.refund}s.create" for each in CREDIT_KINDS}
    if kind in refund:
        return CreditViewSet, {
            "apply": ("post", f"{subject}.edit"),
            "unapply": ("post", f"{subject}.void"),
            "refund": ("post", refund[kind]),
        }
    return SettlementViewSet, {}


_SETTLED = (*PAYMENT_RECEIVED.settles, *BILL_PAYMENT.settles, *(kind.value for kind in CREDIT_KINDS))
urlpatterns = [
    *router.urls,
    *(pattern for kind in _SETTLED for pattern in _settlement(kind)),
    re_path(rf"^contacts/{_ID}/open-items$", OpenItemsViewSet.as_view({"get": "open_items"}), name="open-items"),
]
