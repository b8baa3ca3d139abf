from django.urls import path

from tenancy.organizations import views

urlpatterns = [
    path("organizations", views.OrganizationsView.as_view()),
    path("organizations/<str:organization_id>", views.OrganizationDetailView.as_view()),
    path("organizations/<str:organization_id>/set-up", views.SetUpView.as_view()),
    path("set-up-choices", views.SetUpChoicesView.as_view()),
]
