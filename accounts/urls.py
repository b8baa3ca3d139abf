from django.urls import path

from accounts import views

urlpatterns = [
    path("auth/sign-up", views.SignUpView.as_view()),
    path("auth/confirm-email", views.ConfirmEmailView.as_view()),
    path("auth/resend-confirmation", views.ResendConfirmationView.as_view()),
    path("auth/login", views.LoginView.as_view()),
    path("auth/refresh", views.RefreshView.as_view()),
    path("auth/logout", views.LogoutView.as_view()),
    path("auth/password/reset", views.PasswordResetView.as_view()),
    path("auth/password/reset/confirm", views.PasswordResetConfirmView.as_view()),
    path("auth/password/change", views.PasswordChangeView.as_view()),
    path("auth/me", views.MeView.as_view()),
    path("api-keys", views.ApiKeyViewSet.as_view({"get": "list", "post": "create"})),
    path("api-keys/<str:id>", views.ApiKeyViewSet.as_view({"delete": "destroy"})),
]
