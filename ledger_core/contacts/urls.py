from django.urls import re_path
from rest_framework.routers import SimpleRouter

from ledger_core.contacts.attachments import ContactAttachmentsView
from ledger_core.contacts.views import ContactViewSet, CustomerViewSet, PaymentTermsViewSet, VendorViewSet

router = SimpleRouter(trailing_slash=False)
router.register("contacts", ContactViewSet, basename="contact")
router.register("customers", CustomerViewSet, basename="customer")
router.register("vendors", VendorViewSet, basename="vendor")
router.register("payment-terms", PaymentTermsViewSet, basename="payment-terms")
urlpatterns = [
    *router.urls,
    re_path(
        r"^contacts/(?P<pk>[0-9]{1,18})/attachments$", ContactAttachmentsView.as_view(), name="contact-attachments"
    ),
]
