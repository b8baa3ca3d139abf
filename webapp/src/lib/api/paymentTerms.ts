import { queryOptions } from "@tanstack/react-query";

import { api, answerOf } from "./client";
import type { PaymentTermsInput } from "./types";

export const paymentTermsQuery = queryOptions({
  queryKey: ["payment-terms"],
  queryFn: () => answerOf(api.GET("/api/payment-terms")),
  staleTime: 60_000,
});

export const createPaymentTerms = (body: PaymentTermsInput) => answerOf(api.POST("/api/payment-terms", { body }));

export const changePaymentTerms = (id: string, body: Partial<PaymentTermsInput>) => answerOf(api.PATCH("/api/payment-terms/{id}", { params: { path: { id } }, body }));

export const deletePaymentTerms = (id: string) => answerOf(api.DELETE("/api/payment-terms/{id}", { params: { path: { id } } }));
