from django.urls import re_path

from ledger_core.attachments.views import AttachmentView

urlpatterns = [re_path(r"^attachments/(?P<pk>[0-9]{1,18})$", AttachmentView.as_view(), name="attachment")]
