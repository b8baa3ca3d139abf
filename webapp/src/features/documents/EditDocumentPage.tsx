import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { draftOf } from "@/components/documents/draft";
import { LoadedPage } from "@/components/LoadedPage";
import type { Tagged } from "@/lib/api/client";
import { documentQuery } from "@/lib/api/documents";
import type { Document } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import { type DocumentKind, documentKindAt } from "@/lib/kinds";
import { useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { DocumentEditor } from "./DocumentEditor";
import { OpeningEditor } from "./OpeningEditor";
import { UnknownKindPage } from "./UnknownKindPage";

const route = getRouteApi("/signed-in/shell/documents/$kind/$documentId/edit");

export function EditDocumentPage() {
  const { kind: path, documentId } = route.useParams();
  const kind = documentKindAt(path);
  return kind ? <Known key={documentId} kind={kind} id={documentId} /> : <UnknownKindPage />;
}

function Known({ kind, id }: { kind: DocumentKind; id: string }) {
  const { t } = useTranslation("documents");
  const document = useQuery({ ...documentQuery(kind, id), staleTime: 0 });
  return (
    <LoadedPage query={document} title={t(`kinds.${kind.value}`)}>
      {(known) => <Begun kind={kind} document={known} reload={async () => (await document.refetch()).data} />}
    </LoadedPage>
  );
}

/** What was there when the work began stays the ground it is compared with, whatever is read in the background. */
function Begun({ kind, document, reload }: { kind: DocumentKind; document: Document & Tagged; reload: () => Promise<(Document & Tagged) | undefined> }) {
  const { base_currency } = useOrganization();
  const [begun, setBegun] = useState(document);
  if (begun.status === "void") return <Navigate to={urls.document} params={{ kind: kind.path, documentId: begun.id }} replace />;
  const Editor = policyOf(kind).isOpening ? OpeningEditor : DocumentEditor;
  const onReload = () => void reload().then((newer) => newer && setBegun(newer));
  return <Editor key={begun.tag} kind={kind} document={begun} initial={draftOf(begun, base_currency)} fixed={fixedPercents(kind, begun)} onReload={onReload} />;
}

/** Credits that were made of something keep its percentages. */
function fixedPercents(kind: DocumentKind, { origin, taxes }: Document) {
  return origin && policyOf(kind).isCredit ? new Map(taxes.map(({ tax_rate, percent }) => [tax_rate.id, percent])) : undefined;
}
