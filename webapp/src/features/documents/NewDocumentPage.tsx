import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { copyOf, emptyDraft } from "@/components/documents/draft";
import { LoadedPage } from "@/components/LoadedPage";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { documentQuery, documentSettingsQuery } from "@/lib/api/documents";
import { policyOf } from "@/lib/documentKinds";
import { type DocumentKind, documentKindAt } from "@/lib/kinds";
import { today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";

import { DocumentEditor } from "./DocumentEditor";
import { OpeningEditor } from "./OpeningEditor";
import { UnknownKindPage } from "./UnknownKindPage";

const route = getRouteApi("/signed-in/shell/documents/$kind/new");

export function NewDocumentPage() {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const { kind: path } = route.useParams();
  const { copy } = route.useSearch();
  const kind = documentKindAt(path);
  if (!kind) return <UnknownKindPage />;
  if (!may(`${kind.subject}.create`)) return <NotAllowedPage title={t(`new.${kind.value}`)} />;
  if (policyOf(kind).isOpening) return <OpeningEditor key={path} kind={kind} />;
  return copy ? <Copy key={`${path}/${copy}`} kind={kind} id={copy} /> : <Empty key={path} kind={kind} />;
}

function Empty({ kind }: { kind: DocumentKind }) {
  const { t } = useTranslation("documents");
  const { base_currency, timezone } = useOrganization();
  const { contact = "" } = route.useSearch();
  const settings = useQuery(documentSettingsQuery);
  return (
    <LoadedPage query={settings} title={t(`new.${kind.value}`)}>
      {({ tax_rounding }) => <DocumentEditor kind={kind} initial={{ ...emptyDraft(today(timezone), base_currency, tax_rounding) }} contact={contact} />}
    </LoadedPage>
  );
}

/** The same content again, of today: nothing is stored until it is saved. */
function Copy({ kind, id }: { kind: DocumentKind; id: string }) {
  const { t } = useTranslation("documents");
  const { base_currency, timezone } = useOrganization();
  const copied = useQuery(documentQuery(kind, id));
  return (
    <LoadedPage query={copied} title={t(`new.${kind.value}`)}>
      {(known) => <DocumentEditor kind={kind} initial={copyOf(known, base_currency, today(timezone))} />}
    </LoadedPage>
  );
}
