import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { writtenAgain } from "@/components/documents/draft";
import type { Tagged } from "@/lib/api/client";
import { createDocument, deleteDocument, documentQuery, documentsChanged, duplicateDocument, moveDocument } from "@/lib/api/documents";
import { toProblem } from "@/lib/api/problem";
import type { Document } from "@/lib/api/types";
import { type KindPolicy, type Move, policyOf } from "@/lib/documentKinds";
import type { DocumentKind } from "@/lib/kinds";
import { useOrganization } from "@/lib/organization";
import { toast } from "@/lib/toast";
import { urls } from "@/lib/urls";

export type StepVerb = KindPolicy["issue"] | Move["verb"];

/** The steps that need no further question, and what came of the last one. */
export function useSteps(kind: DocumentKind, document: Document & Tagged) {
  const { t } = useTranslation("documents");
  const client = useQueryClient();
  const navigate = useNavigate();
  const { base_currency } = useOrganization();

  const shown = (saved: Document & Tagged) => {
    client.setQueryData(documentQuery(kind, saved.id).queryKey, saved);
    saved.warnings.forEach(({ detail }) => notifications.show({ color: "yellow", message: detail, autoClose: 12_000 }));
    void documentsChanged(client);
  };

  const moving = useMutation({
    mutationFn: (verb: StepVerb) => moveDocument(kind, document.id, verb, document.tag),
    onSuccess: (saved, verb) => {
      notifications.show({ color: "ledger", message: t(`done.${verb}`, { number: saved.number }) });
      shown(saved);
    },
    // Somebody else was quicker: what there is now is shown, and the step can be taken again.
    onError: (error) => toProblem(error).status === 412 && void client.invalidateQueries({ queryKey: documentQuery(kind, document.id).queryKey }),
  });

  const copying = useMutation({
    mutationFn: () => duplicateDocument(kind, document.id),
    onSuccess: async (copy) => {
      client.setQueryData(documentQuery(kind, copy.id).queryKey, copy);
      await navigate({ to: urls.editDocument, params: { kind: kind.path, documentId: copy.id } });
      void documentsChanged(client);
    },
  });

  const remove = async () => {
    await deleteDocument(kind, document.id, document.tag);
    await navigate({ to: urls.documents, params: { kind: kind.path } });
    client.removeQueries({ queryKey: documentQuery(kind, document.id).queryKey });
    void documentsChanged(client);
    toast.done(t("done.delete"), policyOf(kind).isOpening ? {} : { undo: () => createDocument(kind, writtenAgain(document, base_currency)).then(() => documentsChanged(client)) });
  };

  return {
    move: (verb: StepVerb) => moving.mutate(verb),
    moving: moving.isPending ? moving.variables : null,
    duplicate: () => copying.mutate(),
    isCopying: copying.isPending,
    remove,
    shown,
    problem: moving.error ?? copying.error,
  };
}

export type Steps = ReturnType<typeof useSteps>;
