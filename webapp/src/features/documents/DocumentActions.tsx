import { ActionIcon, Button, Menu } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { Banknote, Check, Copy, Ellipsis, Pencil, Printer, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { ButtonLink } from "@/components/links";
import type { Tagged } from "@/lib/api/client";
import type { Document } from "@/lib/api/types";
import { policyOf } from "@/lib/documentKinds";
import { DOCUMENT_KINDS, type DocumentKind, PAYMENT_KINDS } from "@/lib/kinds";
import { isZero } from "@/lib/money";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { type Asked, DocumentDialog } from "./DocumentDialog";
import type { Steps } from "./useSteps";

interface Props {
  kind: DocumentKind;
  document: Document & Tagged;
  steps: Steps;
}

/** What may be done with it in its state, by this person. The usual next step is a button, the rest a menu. */
export function DocumentActions({ kind, document, steps }: Props) {
  const { t } = useTranslation("documents");
  const may = useAbilities();
  const [asked, setAsked] = useState<Asked | "delete" | null>(null);
  const policy = policyOf(kind);
  const { status } = document;
  const isDraft = status === "draft";
  const isStanding = !["draft", "void", "written_off", "declined", "closed", "cancelled"].includes(status);
  const isOpen = !isZero(document.open_amount);
  const mayIssue = isDraft && may(`${kind.subject}.publish`);
  const mayEdit = may(`${kind.subject}.edit`) && status !== "void" && status !== "written_off";
  const payment = PAYMENT_KINDS.find(({ path }) => path === policy.payment);
  const mayPay = payment && isStanding && isOpen && may(`${payment.subject}.create`);
  const moves = policy.moves.filter(({ from }) => from.includes(status) && may(`${kind.subject}.publish`));
  const targets = isStanding && may(`${kind.subject}.edit`) ? DOCUMENT_KINDS.filter(({ value, subject }) => policy.convertsTo.includes(value) && may(`${subject}.create`)) : [];
  const mayWriteOff = policy.canWriteOff && kind.side === "sales" && may("invoices.void");
  const refundKind = PAYMENT_KINDS.find(({ side, value }) => side === kind.side && value.endsWith("refund"));
  const hasCredit = policy.isCredit && isStanding && isOpen;
  const mayRefund = hasCredit && refundKind && may(`${refundKind.subject}.create`);
  const mayApply = hasCredit && may(`${kind.subject}.edit`);
  const close = () => setAsked(null);

  useHotkeys([
    ["mod+Enter", () => mayIssue && !asked && !steps.moving && steps.move(policy.issue)],
    ["e", () => mayEdit && !asked && window.document.getElementById("edit-document")?.click()],
  ]);

  return (
    <>
      {mayEdit && (
        <ButtonLink id="edit-document" to={urls.editDocument} params={{ kind: kind.path, documentId: document.id }} variant="default" leftSection={<Pencil size={15} />}>
          {t("action.edit")}
        </ButtonLink>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size="lg" variant="default" aria-label={t("page.more")}>
            <Ellipsis size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Printer size={15} />} onClick={() => window.print()}>
            {t("page.print")}
          </Menu.Item>
          {may(`${kind.subject}.create`) && (
            <Menu.Item leftSection={<Copy size={15} />} onClick={steps.duplicate} disabled={steps.isCopying}>
              {t("page.duplicate")}
            </Menu.Item>
          )}
          {moves.slice(1).map(({ verb }) => (
            <Menu.Item key={verb} onClick={() => steps.move(verb)}>
              {t(`verb.${verb}`)}
            </Menu.Item>
          ))}
          {targets.slice(isDraft || policy.posts ? 0 : 1).map((target) => (
            <Menu.Item key={target.value} onClick={() => setAsked({ what: "convert", to: target.value })}>
              {t(`convert.${target.value as "invoice"}`)}
            </Menu.Item>
          ))}
          {isStanding && isOpen && mayWriteOff && <Menu.Item onClick={() => setAsked({ what: "writeOff" })}>{t("page.writeOff")}</Menu.Item>}
          {status === "written_off" && mayWriteOff && <Menu.Item onClick={() => setAsked({ what: "cancelWriteOff" })}>{t("page.cancelWriteOff")}</Menu.Item>}
          {policy.posts && isStanding && may(`${kind.subject}.void` as "invoices.void") && (
            <Menu.Item c="red" onClick={() => setAsked({ what: "void" })}>
              {t("page.void")}
            </Menu.Item>
          )}
          {isDraft && may(`${kind.subject}.delete`) && (
            <Menu.Item c="red" leftSection={<Trash2 size={15} />} onClick={() => setAsked("delete")}>
              {t("action.delete")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {moves.slice(0, 1).map(({ verb }) => (
        <Button key={verb} variant="default" loading={steps.moving === verb} onClick={() => steps.move(verb)}>
          {t(`verb.${verb}`)}
        </Button>
      ))}
      {!policy.posts &&
        targets.slice(0, 1).map((target) => (
          <Button key={target.value} onClick={() => setAsked({ what: "convert", to: target.value })}>
            {t(`convert.${target.value as "invoice"}`)}
          </Button>
        ))}
      {mayPay && (
        <ButtonLink to={urls.newPayment} params={{ kind: payment.path }} search={{ contact: document.contact?.id, document: document.id }} leftSection={<Banknote size={16} />}>
          {t(kind.side === "sales" ? "page.receivePayment" : "page.pay")}
        </ButtonLink>
      )}
      {mayRefund && (
        <Button variant="default" onClick={() => setAsked({ what: "refund" })}>
          {t("credit.refund")}
        </Button>
      )}
      {mayApply && <Button onClick={() => setAsked({ what: "apply" })}>{t("credit.apply")}</Button>}
      {mayIssue && (
        <Button leftSection={<Check size={16} />} loading={steps.moving === policy.issue} onClick={() => steps.move(policy.issue)}>
          {t(`verb.${policy.issue}`)}
        </Button>
      )}
      <ConfirmDialog opened={asked === "delete"} onClose={close} title={t("page.deleteTitle")} text={t("page.deleteText")} confirmLabel={t("action.delete")} onConfirm={steps.remove} />
      {asked && asked !== "delete" && <DocumentDialog kind={kind} document={document} asked={asked} onShown={steps.shown} onClose={close} />}
    </>
  );
}
