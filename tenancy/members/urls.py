from django.urls import path

from tenancy.members.views import (
    AcceptInvitationView,
    InvitationViewSet,
    MemberViewSet,
    PreviewInvitationView,
    RolesView,
)

urlpatterns = [
    path("members", MemberViewSet.as_view({"get": "list"})),
    path("members/<str:id>", MemberViewSet.as_view({"patch": "partial_update", "delete": "destroy"})),
    path("invitations", InvitationViewSet.as_view({"get": "list", "post": "create"})),
    path("invitations/preview", PreviewInvitationView.as_view()),
    path("invitations/accept", AcceptInvitationView.as_view()),
    path("invitations/<str:id>", InvitationViewSet.as_view({"delete": "destroy"})),
    path("invitations/<str:id>/resend", InvitationViewSet.as_view({"post": "resend"})),
    path("roles", RolesView.as_view()),
]
