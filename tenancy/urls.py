from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [path("", include("tenancy.organizations.urls"))]
for package in ("members", "jobs"):  # being written
    if find_spec(f"tenancy.{package}") and find_spec(f"tenancy.{package}.urls"):
        urlpatterns.append(path("", include(f"tenancy.{package}.urls")))
