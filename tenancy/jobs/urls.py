from django.urls import path

from tenancy.jobs import views

urlpatterns = [
    path("jobs", views.JobsView.as_view()),
    path("jobs/<str:id>", views.JobDetailView.as_view()),
]
