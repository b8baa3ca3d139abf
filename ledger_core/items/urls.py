from django.urls import re_path
from rest_framework.routers import SimpleRouter

from ledger_core.items.attachments import ItemAttachmentsView
from ledger_core.items.views import ItemCategoryViewSet, ItemViewSet, PriceListViewSet, PriceView, UnitViewSet

router = SimpleRouter(trailing_slash=False)
router.register("items", ItemViewSet, basename="item")
router.register("units", UnitViewSet, basename="unit")
router.register("item-categories", ItemCategoryViewSet, basename="item-category")
router.register("price-lists", PriceListViewSet, basename="price-list")
urlpatterns = [
    *router.urls,
    re_path(r"^prices/(?P<pk>[0-9]{1,18})$", PriceView.as_view(), name="price"),
    re_path(r"^items/(?P<pk>[0-9]{1,18})/attachments$", ItemAttachmentsView.as_view(), name="item-attachments"),
]
