import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { contactQuery } from "@/lib/api/contacts";
import type { Document } from "@/lib/api/types";
import type { DocumentKind } from "@/lib/kinds";
import { locale } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";

import classes from "./DocumentPaper.module.css";

interface Props {
  kind: DocumentKind;
  document: Document;
}

/** The head of a document on paper, in the place of the page's: from whom, to whom, what it is. */
export function DocumentPaper({ kind, document }: Props) {
  const { t } = useTranslation("documents");
  const { name } = useOrganization();
  return (
    <div className={classes.paper}>
      <div>
        <div className={classes.organization}>{name}</div>
        {document.contact && <div className={classes.label}>{t(`paper.${kind.side}`)}</div>}
        {document.contact && <Address id={document.contact.id} name={document.contact.name} />}
      </div>
      <div className={classes.title}>
        <div className={classes.kind}>{t(`kind.${kind.value}`)}</div>
        <div>{document.number}</div>
        {document.status === "draft" && <div className={classes.draft}>{t("documentState.draft")}</div>}
        {document.status === "void" && <div className={classes.draft}>{t("documentState.void")}</div>}
      </div>
    </div>
  );
}

const countries = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });

/** Where the letter goes: the default billing address, else any. */
function Address({ id, name }: { id: string; name: string }) {
  const may = useAbilities();
  const contact = useQuery({ ...contactQuery(id), enabled: may("contacts.view") }).data;
  const billing = contact?.addresses.filter(({ kind }) => kind === "billing") ?? [];
  const address = billing.find(({ is_default }) => is_default) ?? billing[0] ?? contact?.addresses[0];
  const lines = address ? [address.attention, address.street, [address.postal_code, address.city].filter(Boolean).join(" "), address.region, address.country && (countries.of(address.country) ?? address.country)] : [];
  return (
    <address className={classes.address}>
      {[contact?.company_name && contact.company_name !== name ? contact.company_name : "", name, ...lines, contact?.tax_number].filter(Boolean).map((line, index) => (
        <div key={index}>{line}</div>
      ))}
    </address>
  );
}
