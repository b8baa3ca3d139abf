import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { InvitationInput, Role } from "./types";

const ALL = { page_size: 200 };

export const membersQuery = queryOptions({
  queryKey: ["members"],
  queryFn: () => answerOf(api.GET("/api/members", { params: { query: ALL } })),
});

export const invitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: () => answerOf(api.GET("/api/invitations", { params: { query: ALL } })),
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: () => answerOf(api.GET("/api/roles")),
  staleTime: Infinity,
});

export const changeRole = (id: string, role: Role) => answerOf(api.PATCH("/api/members/{id}", { params: { path: { id } }, body: { role } }));

export const removeMember = (id: string) => answerOf(api.DELETE("/api/members/{id}", { params: { path: { id } } }));

export const invite = (body: InvitationInput) => answerOf(api.POST("/api/invitations", { body }));

export const revokeInvitation = (id: string) => answerOf(api.DELETE("/api/invitations/{id}", { params: { path: { id } } }));

export const resendInvitation = (id: string) => answerOf(api.POST("/api/invitations/{id}/resend", { params: { path: { id } } }));

export const invitationPreviewQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation-preview", token],
    queryFn: () => answerOf(api.POST("/api/invitations/preview", { body: { token } })),
    retry: false,
  });

export const acceptInvitation = (token: string) => answerOf(api.POST("/api/invitations/accept", { body: { token } }));
