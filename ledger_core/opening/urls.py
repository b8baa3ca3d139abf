from django.urls import path

from ledger_core.opening.views import OpeningBalancesPostView, OpeningBalancesView

urlpatterns = [
    path("opening-balances", OpeningBalancesView.as_view(), name="opening-balances"),
    path("opening-balances/post", OpeningBalancesPostView.as_view(), name="opening-balances-post"),
]
