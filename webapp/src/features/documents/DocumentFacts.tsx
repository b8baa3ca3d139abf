import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Fact, Facts } from "@/components/Facts";
import { TextLink } from "@/components/links";
import { Sheet } from "@/components/Page";
import { documentQuery } from "@/lib/api/documents";
import type { Document } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import { DOCUMENT_KINDS, type DocumentKind } from "@/lib/kinds";
import { formatInstant } from "@/lib/locale";
import { typedNumber } from "@/lib/amounts";
import { useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

/** What is known about it beside what it says. */
export function DocumentFacts({ kind, document }: { kind: DocumentKind; document: Document }) {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  return (
    <Sheet padded>
      <Facts>
        <Fact name={t("page.account")}>{document.account && policyOf(kind).posts && `${document.account.code} · ${document.account.name}`}</Fact>
        {document.currency !== base_currency && <Fact name={t("field.rate", { currency: document.currency })}>{typedNumber(document.rate)}</Fact>}
        <Fact name={t("field.salesperson")}>{document.salesperson}</Fact>
        {document.origin && <Origin kind={kind} id={document.origin} />}
        <Fact name={t("page.createdAt")}>{t("page.by", { at: formatInstant(document.created_at), who: document.created_by })}</Fact>
        <Fact name={t("page.issuedAt")}>{document.issued_at && formatInstant(document.issued_at)}</Fact>
        <Fact name={t("page.voidedAt")}>{document.voided_at && formatInstant(document.voided_at)}</Fact>
      </Facts>
    </Sheet>
  );
}

/** The document it was made from. Its kind follows from what can be made into this kind. */
function Origin({ kind, id }: { kind: DocumentKind; id: string }) {
  const { t } = useTranslation("documents");
  const from = DOCUMENT_KINDS.find((one) => policyOf(one).convertsTo.includes(kind.value));
  const origin = useQuery({ ...documentQuery(from ?? kind, id), enabled: from !== undefined, retry: false }).data;
  if (!from || !origin) return null;
  return (
    <Fact name={t("page.origin")}>
      <TextLink to={urls.document} params={{ kind: from.path, documentId: id }} inherit>
        {t("page.named", { kind: t(`kind.${from.value}`), number: origin.number })}
      </TextLink>
    </Fact>
  );
}
