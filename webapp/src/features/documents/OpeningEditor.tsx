import { Group, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { ChoiceInput } from "@/components/ChoiceInput";
import { DateInput } from "@/components/DateInput";
import { EditorFrame } from "@/components/editor/EditorFrame";
import { useEditor } from "@/components/editor/useEditor";
import { ContactPicker } from "@/components/pickers/ContactPicker";
import { parseNumber, typedAmount, typedNumber } from "@/lib/amounts";
import type { Tagged } from "@/lib/api/client";
import { currenciesQuery } from "@/lib/api/currencies";
import { changeOpeningDocument, createOpeningDocument, documentQuery, documentsChanged, moveDocument } from "@/lib/api/documents";
import type { Document } from "@/lib/api/types";
import { currencyDecimals } from "@/lib/currencies";
import type { DocumentKind } from "@/lib/kinds";
import { today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

interface Values {
  contact: string;
  date: string;
  dueDate: string;
  number: string;
  reference: string;
  description: string;
  currency: string;
  rate: string;
  amount: string;
}

interface Props {
  kind: DocumentKind;
  document?: Document & Tagged;
  onReload?: () => void;
}

const PLACES: Readonly<Record<string, keyof Values>> = { contact: "contact", date: "date", due_date: "dueDate", number: "number", reference: "reference", description: "description", currency: "currency", rate: "rate", amount: "amount" };

/** What somebody owed, or was owed, when the books began: one amount. */
export function OpeningEditor({ kind, document, onReload }: Props) {
  const { t } = useTranslation("documents");
  const { base_currency, timezone } = useOrganization();
  const may = useAbilities();
  const navigate = useNavigate();
  const client = useQueryClient();
  const currencies = useQuery(currenciesQuery).data ?? [];
  const known = useRef(document);
  const isDraft = !document || document.status === "draft";

  const editor = useEditor<Values, Document & Tagged>({
    work: `documents/${kind.path}/${document?.id ?? "new"}`,
    initial: {
      contact: document?.contact?.id ?? "",
      date: document?.date ?? today(timezone),
      dueDate: document?.due_date ?? "",
      number: document?.number ?? "",
      reference: document?.reference ?? "",
      description: document?.lines[0]?.description ?? "",
      currency: document?.currency ?? base_currency,
      rate: document && document.currency !== base_currency ? typedNumber(document.rate) : "",
      amount: typedAmount(document?.total),
    },
    mayFinish: may(`${kind.subject}.publish`),
    check: ({ contact, date, amount, currency, rate }) => {
      const errors: Record<string, string> = {};
      const wrong = (place: keyof Values, typed: string, decimals: number) => {
        const parsed = parseNumber(typed, { decimals });
        if (typed.trim() && !parsed.ok) errors[place] = t(`amountError.${parsed.error === "negative" ? "below_zero" : parsed.error}`, { decimals });
      };
      if (!contact) errors["contact"] = t("form.required");
      if (!date) errors["date"] = t("form.required");
      if (!amount.trim()) errors["amount"] = t("form.required");
      wrong("amount", amount, currencyDecimals(currency));
      wrong("rate", rate, 10);
      return errors;
    },
    send: async (values, wish, isOver) => {
      const amount = parseNumber(values.amount, { decimals: currencyDecimals(values.currency) });
      const rate = parseNumber(values.rate, { decimals: 10 });
      const sent = {
        contact: values.contact,
        date: values.date,
        due_date: values.dueDate || null,
        number: values.number.trim() || null,
        reference: values.reference.trim(),
        description: values.description.trim(),
        currency: values.currency,
        rate: values.currency !== base_currency && rate.ok ? rate.value : null,
        amount: amount.ok ? amount.value : "",
      };
      const isIssuing = wish === "final" && isDraft;
      if (!known.current) return createOpeningDocument(kind, { ...sent, issue: isIssuing });
      known.current = await changeOpeningDocument(kind, known.current.id, sent, isOver ? undefined : known.current.tag);
      return isIssuing ? moveDocument(kind, known.current.id, "issue", known.current.tag) : known.current;
    },
    place: ({ pointer }) => PLACES[pointer.split("/")[1] ?? ""],
    onSaved: async (saved) => {
      client.setQueryData(documentQuery(kind, saved.id).queryKey, saved);
      notifications.show({ color: "ledger", message: saved.status === "draft" ? t("editor.saved") : t("editor.changed", { number: saved.number }) });
      await navigate({ to: urls.document, params: { kind: kind.path, documentId: saved.id }, replace: true });
      void documentsChanged(client);
    },
  });
  const { values, errors, change } = editor;
  const set = (patch: Partial<Values>) => change((now) => ({ ...now, ...patch }), ...Object.keys(patch));
  const field = (name: keyof Values) => ({ name, value: values[name], error: errors[name], onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }), autoComplete: "off" });

  return (
    <EditorFrame
      editor={editor}
      title={!document ? t(`new.${kind.value}`) : t("editor.editTitle", { number: document.number })}
      draftLabel={isDraft ? t("editor.saveDraft") : t("editor.save")}
      finalLabel={isDraft && may(`${kind.subject}.publish`) ? t("editor.final.issue") : undefined}
      onCancel={() => void navigate(document ? { to: urls.document, params: { kind: kind.path, documentId: document.id } } : { to: urls.documents, params: { kind: kind.path } })}
      onReload={() => {
        editor.letGo();
        onReload?.();
      }}
    >
      <Group align="flex-start" gap="md">
        <ContactPicker name="contact" label={t(`field.contact.${kind.side}`)} withLabel creates side={kind.side} value={values.contact} onChange={(contact) => set({ contact })} error={errors["contact"]} autoFocus={!values.contact} />
        <DateInput label={t("field.date")} {...field("date")} />
        <DateInput label={t("field.dueDate")} {...field("dueDate")} />
        <TextInput label={t("field.amount")} inputMode="decimal" {...field("amount")} />
        {(currencies.length > 1 || values.currency !== base_currency) && (
          <ChoiceInput name="currency" label={t("field.currency")} data={currencies.map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))} value={values.currency} onChange={(currency) => currency && set({ currency })} error={errors["currency"]} />
        )}
        {values.currency !== base_currency && <TextInput label={t("field.rate", { currency: values.currency })} inputMode="decimal" {...field("rate")} />}
        <TextInput label={t("field.number")} placeholder={t("field.numberHint")} {...field("number")} />
        <TextInput label={t("field.reference")} {...field("reference")} />
        <TextInput label={t("line.description")} {...field("description")} />
      </Group>
    </EditorFrame>
  );
}
