import { api, answerOf } from "./client";
import type { SignUpInput } from "./types";

export const signUp = (body: SignUpInput) => answerOf(api.POST("/api/auth/sign-up", { body }));

export const confirmEmail = (token: string) => answerOf(api.POST("/api/auth/confirm-email", { body: { token } }));

export const resendConfirmation = (email: string) => answerOf(api.POST("/api/auth/resend-confirmation", { body: { email } }));

export const askForPasswordReset = (email: string) => answerOf(api.POST("/api/auth/password/reset", { body: { email } }));

export const resetPassword = (body: { token: string; password: string }) => answerOf(api.POST("/api/auth/password/reset/confirm", { body }));

export const changePassword = (body: { current_password: string; new_password: string }) =>
  answerOf(api.POST("/api/auth/password/change", { body }));

export const changeName = (full_name: string) => answerOf(api.PATCH("/api/auth/me", { body: { full_name } }));
