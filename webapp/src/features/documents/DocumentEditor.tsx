import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { DocumentFields } from "@/components/documents/DocumentFields";
import { bodyOf, type Draft, draftErrors, type FixedPercents, placeOf } from "@/components/documents/draft";
import { useDraft } from "@/components/documents/useDraft";
import { EditorFrame, Keys } from "@/components/editor/EditorFrame";
import { PreviewDialog } from "@/components/editor/PreviewDialog";
import { useEditor, type Wish } from "@/components/editor/useEditor";
import type { Tagged } from "@/lib/api/client";
import { changeDocument, createDocument, documentQuery, documentsChanged, moveDocument, rehearseChange, rehearseNew } from "@/lib/api/documents";
import type { DryRun } from "@/lib/api/dryRun";
import type { Document, DocumentInput } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import type { DocumentKind } from "@/lib/kinds";
import { isZero } from "@/lib/money";
import { useAbilities, useOrganization } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { UnbilledPicker } from "./UnbilledPicker";

interface Props {
  kind: DocumentKind;
  /** The document to go on with; without one, a new one. */
  document?: Document & Tagged;
  initial: Draft;
  /** Percentages that hold whatever the date says. */
  fixed?: FixedPercents | undefined;
  /** Whom a new one is for, where that is known. */
  contact?: string;
  onReload?: () => void;
}

/** A document of any kind, new or changed. */
export function DocumentEditor({ kind, document, initial, fixed, contact, onReload }: Props) {
  const { t } = useTranslation("documents");
  const { base_currency } = useOrganization();
  const may = useAbilities();
  const navigate = useNavigate();
  const client = useQueryClient();
  const policy = policyOf(kind);
  const isDraft = !document || document.status === "draft";
  const known = useRef(document);
  const keys = useRef<number[]>([]);
  const [preview, setPreview] = useState<DryRun | null>(null);
  const [isLooking, setLooking] = useState(false);
  const [isBilling, setBilling] = useState(false);
  const settled = useRef<() => Promise<unknown>>(() => Promise.resolve());

  const body = (draft: Draft) => {
    const sent = bodyOf(draft, base_currency);
    keys.current = sent.keys;
    return sent.body;
  };

  const send = async (draft: Draft, wish: Wish, isOver: boolean) => {
    const sent = body(draft);
    const isIssuing = wish === "final" && isDraft;
    if (!known.current) return createDocument(kind, { ...sent, issue: isIssuing });
    // What is kept of a draft that could then not be issued is the newer state of it.
    known.current = await changeDocument(kind, known.current.id, sent, isOver ? undefined : known.current.tag);
    return isIssuing ? moveDocument(kind, known.current.id, policy.issue, known.current.tag) : known.current;
  };

  const editor = useEditor<Draft, Document & Tagged>({
    work: `documents/${kind.path}/${document?.id ?? "new"}`,
    initial,
    mayFinish: isDraft ? may(`${kind.subject}.publish`) : true,
    settle: () => settled.current(),
    check: (draft) => draftErrors(draft, policy, { required: t("form.required"), oneLine: t("editor.oneLine"), number: (error, decimals) => t(`amountError.${error as "not_an_amount"}`, { decimals }) }),
    send,
    place: (error) => placeOf(error, keys.current),
    onSaved: async (saved, wish) => {
      client.setQueryData(documentQuery(kind, saved.id).queryKey, saved);
      const message = saved.status === "draft" ? t("editor.saved") : wish === "final" && isDraft ? t(`editor.done.${policy.issue}`, { number: saved.number }) : t("editor.changed", { number: saved.number });
      notifications.show({ color: "ledger", message });
      saved.warnings.forEach(({ detail }) => notifications.show({ color: "yellow", message: detail, autoClose: 12_000 }));
      await navigate({ to: urls.document, params: { kind: kind.path, documentId: saved.id }, replace: true });
      void documentsChanged(client);
    },
  });
  const use = useDraft(kind, editor, fixed);
  const { setContact } = use;
  const isAsked = useRef(false);
  useEffect(() => {
    settled.current = use.settled;
  });
  useEffect(() => {
    if (!contact || isAsked.current) return;
    isAsked.current = true;
    setContact(contact);
  }, [contact, setContact]);

  const look = async () => {
    setLooking(true);
    try {
      await use.settled();
      const sent = body(editor.values);
      setPreview(await (document && !isDraft ? rehearseChange(kind, document.id, sent) : rehearseNew(kind, document ? asNew(sent) : sent)));
    } catch (error) {
      editor.refuse(error);
    } finally {
      setLooking(false);
    }
  };

  const finalLabel = isDraft && may(`${kind.subject}.publish`) ? t(`editor.final.${policy.issue}`) : undefined;
  const title = !document ? t(`new.${kind.value}`) : document.number ? t("editor.editTitle", { number: document.number }) : t("editor.draftTitle");
  const cancel = () => void navigate(document ? { to: urls.document, params: { kind: kind.path, documentId: document.id } } : { to: urls.documents, params: { kind: kind.path } });

  return (
    <>
      <EditorFrame
        editor={editor}
        title={title}
        subtitle={<DocumentKeys />}
        draftLabel={isDraft ? t("editor.saveDraft") : t("editor.save")}
        finalLabel={finalLabel}
        onCancel={cancel}
        onReload={() => {
          editor.letGo();
          onReload?.();
        }}
        actions={
          policy.posts && (
            <Button variant="default" leftSection={<Eye size={15} />} onClick={() => void look()} loading={isLooking}>
              {t("editor.preview")}
            </Button>
          )
        }
      >
        <DocumentFields
          kind={kind}
          use={use}
          errors={editor.errors}
          isFixed={document !== undefined && !isZero(document.settled)}
          besideLines={
            policy.billsPurchases &&
            editor.values.contact && (
              <Button variant="subtle" size="compact-sm" onClick={() => setBilling(true)}>
                {t("editor.unbilled")}
              </Button>
            )
          }
        />
      </EditorFrame>
      {preview && <PreviewDialog answer={preview} onClose={() => setPreview(null)} />}
      {isBilling && <UnbilledPicker use={use} onClose={() => setBilling(false)} />}
    </>
  );
}

/** A saved draft as if it were written again: its number and what it was made of are its own already. */
function asNew(body: DocumentInput): DocumentInput {
  return { ...body, number: null, lines: body.lines.map((line) => ({ ...line, id: null, source_line: null })) };
}

function DocumentKeys() {
  const { t } = useTranslation("documents");
  return (
    <Keys
      keys={[
        { key: t("editor.keys.next"), does: t("editor.keys.nextDoes") },
        { key: t("editor.keys.remove"), does: t("editor.keys.removeDoes") },
        { key: t("editor.keys.moveKey"), does: t("editor.keys.moveDoes") },
        { key: t("editor.keys.save"), does: t("editor.keys.saveDoes") },
        { key: t("editor.keys.finish"), does: t("editor.keys.finishDoes") },
      ]}
    />
  );
}
