import { Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Errors } from "@/components/editor/useEditor";
import type { DocumentKind } from "@/lib/kinds";

import classes from "./DocumentFields.module.css";
import { DocumentHeading } from "./DocumentHeading";
import { DocumentLines } from "./DocumentLines";
import { DocumentSums } from "./DocumentSums";
import type { UsedDraft } from "./useDraft";

interface Props {
  kind: DocumentKind;
  use: UsedDraft;
  errors: Errors;
  isTemplate?: boolean;
  isFixed?: boolean;
  besideLines?: ReactNode;
  children?: ReactNode;
}

/** All that a document says: heading, lines, sums, words. */
export function DocumentFields({ kind, use, errors, isTemplate = false, isFixed = false, besideLines, children }: Props) {
  const { t } = useTranslation("documents");
  const { draft, set } = use;
  return (
    <>
      <DocumentHeading kind={kind} use={use} errors={errors} isTemplate={isTemplate} isFixed={isFixed} />
      <DocumentLines kind={kind} use={use} errors={errors} beside={besideLines} />
      <div className={classes.below}>
        <div className={classes.words}>
          <Textarea name="notes" label={t(kind.side === "sales" ? "field.notesToCustomer" : "field.notes")} value={draft.notes} onChange={(event) => set({ notes: event.currentTarget.value })} error={errors["notes"]} autosize minRows={2} maxRows={8} maxLength={4000} />
          <Textarea name="terms" label={t("field.terms")} value={draft.terms} onChange={(event) => set({ terms: event.currentTarget.value })} error={errors["terms"]} autosize minRows={2} maxRows={8} maxLength={4000} />
          {children}
        </div>
        <DocumentSums kind={kind} use={use} errors={errors} />
      </div>
    </>
  );
}
