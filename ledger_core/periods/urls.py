from django.urls import path
from rest_framework.routers import SimpleRouter

from ledger_core.periods.views import LockHistoryView, PeriodLocksView, UnlockViewSet

router = SimpleRouter(trailing_slash=False)
router.register("period-locks/unlocks", UnlockViewSet, basename="period-unlock")
urlpatterns = [
    path("period-locks", PeriodLocksView.as_view(), name="period-locks"),
    path("period-locks/history", LockHistoryView.as_view(), name="period-lock-history"),
    *router.urls,
]
