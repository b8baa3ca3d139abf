from django.urls import path

from tenancy.preferences import views

urlpatterns = [path("organizations/<str:organization_id>/preferences", views.PreferencesView.as_view())]
