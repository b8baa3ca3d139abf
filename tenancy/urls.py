from django.urls import include, path

urlpatterns = [
    path("", include("tenancy.organizations.urls")),
    path("", include("tenancy.members.urls")),
    path("", include("tenancy.jobs.urls")),
    path("", include("tenancy.trail.urls")),
    path("", include("tenancy.preferences.urls")),
]
