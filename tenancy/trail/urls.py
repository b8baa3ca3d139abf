from django.urls import path

from tenancy.trail.views import OrganizationActivityViewSet

urlpatterns = [path("organization-activity", OrganizationActivityViewSet.as_view({"get": "list"}))]
