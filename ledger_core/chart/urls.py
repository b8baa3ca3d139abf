from django.urls import path
from rest_framework.routers import SimpleRouter

from ledger_core.chart.views import AccountTypeView, AccountViewSet

router = SimpleRouter(trailing_slash=False)
router.register("accounts", AccountViewSet, basename="account")
urlpatterns = [path("account-types", AccountTypeView.as_view(), name="account-types"), *router.urls]
