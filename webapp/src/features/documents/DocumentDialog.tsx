import { Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { DateInput } from "@/components/DateInput";
import { FormDialog } from "@/components/FormDialog";
import { useProblemForm } from "@/components/useProblemForm";
import type { Tagged } from "@/lib/api/client";
import { cancelWriteOff, voidDocument, writeOffDocument } from "@/lib/api/documents";
import type { Document } from "@/lib/api/types";
import type { DocumentKind } from "@/lib/kinds";
import { today } from "@/lib/locale";
import { useOrganization } from "@/lib/organization";
import { atLeast, z } from "@/lib/shapes";

import { ConvertDialog } from "./ConvertDialog";
import { ApplyCreditDialog, RefundCreditDialog } from "./CreditDialogs";

type Dated = "void" | "writeOff" | "cancelWriteOff";
/** The step that needs something said first. */
export type Asked = { what: Dated | "apply" | "refund" } | { what: "convert"; to: DocumentKind["value"] };

interface Props {
  kind: DocumentKind;
  document: Document & Tagged;
  asked: Asked;
  onShown: (saved: Document & Tagged) => void;
  onClose: () => void;
}

export function DocumentDialog({ asked, ...rest }: Props) {
  switch (asked.what) {
    case "convert":
      return <ConvertDialog {...rest} to={asked.to} />;
    case "apply":
      return <ApplyCreditDialog {...rest} />;
    case "refund":
      return <RefundCreditDialog {...rest} />;
    default:
      return <DatedStep {...rest} step={asked.what} />;
  }
}

type Send = (kind: DocumentKind, id: string, body: { date: string; reason: string }, tag: string) => Promise<Document & Tagged>;

const SENDING: Record<Dated, Send> = {
  void: voidDocument,
  writeOff: writeOffDocument,
  cancelWriteOff,
};

/** A step that posts: on which day, and why. */
function DatedStep({ kind, document, step, onShown, onClose }: Omit<Props, "asked"> & { step: Dated }) {
  const { t } = useTranslation("documents");
  const { timezone } = useOrganization();
  const form = useProblemForm({
    schema: z.object({ date: atLeast(1, t("form.required")), reason: z.string() }),
    defaultValues: { date: step === "void" ? document.date : today(timezone), reason: "" },
    send: (values) => SENDING[step](kind, document.id, values, document.tag),
    onDone: (saved) => {
      notifications.show({ color: "ledger", message: t(`done.${step}`, { number: saved.number }) });
      onShown(saved);
      onClose();
    },
  });
  return (
    <FormDialog title={t(`step.${step}.title`, { number: document.number })} onClose={onClose} form={form} submitLabel={t(`step.${step}.confirm`)} danger={step !== "cancelWriteOff"}>
      <Text size="sm">{t(`step.${step}.text`)}</Text>
      <DateInput label={t("step.date")} error={form.errorOf("date")} {...form.register("date")} />
      <TextInput label={t("step.reason")} error={form.errorOf("reason")} maxLength={500} data-autofocus {...form.register("reason")} />
    </FormDialog>
  );
}
