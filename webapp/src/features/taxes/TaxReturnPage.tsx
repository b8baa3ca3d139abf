import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Banknote, CalendarCog, FileCheck2, Scale, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { Fact, Facts } from "@/components/Facts";
import { TextLink } from "@/components/links";
import { LoadedPage } from "@/components/LoadedPage";
import { loadLater } from "@/components/loadLater";
import { Page, Sheet } from "@/components/Page";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { deleteReturn, taxReturnQuery, taxReturnsChanged } from "@/lib/api/taxes";
import type { TaxReturn } from "@/lib/api/types";
import { formatDate, formatInstant, locale } from "@/lib/locale";
import { formatAmount, isNegative, isZero, sum } from "@/lib/money";
import { useAbilities, useDecimals } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { columnsOf, type FigureColumn } from "./figures";
import { Percentage } from "./Percentage";
import { ReturnLines } from "./ReturnLines";
import { ReturnStatusBadge } from "./ReturnStatusBadge";
import classes from "./TaxReturnPage.module.css";

const PrepareDialog = loadLater(() => import("./PrepareDialog").then((module) => module.PrepareDialog));
const AdjustDialog = loadLater(() => import("./AdjustDialog").then((module) => module.AdjustDialog));
const FileDialog = loadLater(() => import("./FileDialog").then((module) => module.FileDialog));
const UnfileDialog = loadLater(() => import("./UnfileDialog").then((module) => module.UnfileDialog));
const PayDialog = loadLater(() => import("./PayDialog").then((module) => module.PayDialog));
const VoidPaymentDialog = loadLater(() => import("./PayDialog").then((module) => module.VoidPaymentDialog));

const route = getRouteApi("/signed-in/shell/tax-returns/$returnId");

export function TaxReturnPage() {
  const { t } = useTranslation("taxes");
  const { returnId } = route.useParams();
  const found = useQuery(taxReturnQuery(returnId));
  return (
    <LoadedPage query={found} title={t("returns.title")}>
      {(known) => <KnownReturn about={known} />}
    </LoadedPage>
  );
}

const NOTES = { draft: "returns.draftText", filed: "returns.filedText", paid: "returns.filedText", unfiled: "returns.unfiledText" } as const;

function KnownReturn({ about }: { about: TaxReturn }) {
  const { t } = useTranslation("taxes");
  const search = route.useSearch();
  const days = { from: formatDate(about.date_from), to: formatDate(about.date_to) };
  const drilled = search.rate !== undefined && [...about.rows, ...about.late].find(({ tax_rate, percent }) => tax_rate.id === search.rate && (!search.percent || percent === search.percent));
  return (
    <Page
      title={t("returns.titleOf", days)}
      subtitle={
        <Group gap="xs">
          <ReturnStatusBadge status={about.status} />
          <TextLink to={urls.taxReturns} size="sm">
            {t("returns.title")}
          </TextLink>
        </Group>
      }
      actions={<Actions about={about} />}
    >
      <Sheet padded>
        <Facts>
          <Fact name={isNegative(about.owed) ? t("returns.refund") : t("returns.owed")}>
            <Text span fw={600}>
              <Amount value={about.owed} />
            </Text>
          </Fact>
          {about.status !== "draft" && (
            <>
              <Fact name={t("returns.paid")}>
                <Amount value={about.paid} />
              </Fact>
              <Fact name={t("returns.open")}>
                <Amount value={about.open} />
              </Fact>
            </>
          )}
          <Fact name={t("returns.basis")}>{t(`basis.${about.basis}`)}</Fact>
          <Fact name={t("returns.reference")}>{about.reference}</Fact>
          <Fact name={t("returns.createdAt")}>{t("returns.atBy", { at: formatInstant(about.created_at), who: about.created_by })}</Fact>
          <Fact name={t("returns.filedAt")}>{about.filed_at && t("returns.atBy", { at: formatInstant(about.filed_at), who: about.filed_by })}</Fact>
          <Fact name={t("returns.account")}>
            {about.account && (
              <TextLink to={urls.account} params={{ accountId: about.account.id }} inherit>
                {about.account.code} {about.account.name}
              </TextLink>
            )}
          </Fact>
          <Fact name={t("returns.entry")}>
            {about.entry && (
              <TextLink to={urls.entry} params={{ entryId: about.entry }} inherit>
                {t("returns.entryLink")}
              </TextLink>
            )}
          </Fact>
        </Facts>
        <Text size="sm" c="dimmed" mt="md">
          {t(NOTES[about.status])}
        </Text>
      </Sheet>
      <Section title={t("returns.figures")}>
        <Sheet>{about.rows.length ? <Figures about={about} rows={about.rows} /> : <EmptyState icon={Scale} title={t("returns.noFigures")} />}</Sheet>
      </Section>
      {about.late.length > 0 && (
        <Section title={t("returns.late")} text={t("returns.lateText")}>
          <Sheet>
            <Figures about={about} rows={about.late} late />
          </Sheet>
        </Section>
      )}
      {drilled && <ReturnLines about={about} row={drilled} side={search.side ?? "sales"} late={search.late ?? false} page={search.page ?? 1} />}
      <Adjustments about={about} />
      {about.status !== "draft" && about.status !== "unfiled" && <Payments about={about} />}
    </Page>
  );
}

type Row = TaxReturn["rows"][number];

function Figures({ about, rows, late = false }: { about: TaxReturn; rows: Row[]; late?: boolean }) {
  const { t } = useTranslation("taxes");
  const decimals = useDecimals();
  const columns = columnsOf(rows.map(({ figures }) => figures));
  // The server's total leaves out bases that were taxed twice; of a part of the rows only taxes can be summed.
  const hasTotals = about.late.length === 0;
  const owed = hasTotals ? about.total.owed : sum(rows.map(({ figures }) => figures.owed), decimals);
  return (
    <div className={table.scroll} tabIndex={0} role="group" aria-label={late ? t("returns.late") : t("returns.figures")}>
      <table className={`${table.table} ${classes.figures}`} aria-label={late ? t("returns.late") : t("returns.figures")}>
        <thead>
          <tr>
            <th scope="col">{t("returns.rate")}</th>
            {columns.map(({ label }) => (
              <th key={label} scope="col" className={table.amount}>
                {t(`returns.${label}`)}
              </th>
            ))}
            <th scope="col" className={table.amount}>
              {t("returns.owed")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.tax_rate.id} ${row.percent}`}>
              <th scope="row">
                {row.tax_rate.name}{" "}
                <span className={table.quiet}>
                  <Percentage value={row.percent} />
                </span>
              </th>
              {columns.map((column) => (
                <td key={column.name} className={table.amount}>
                  <Figure about={about} row={row} column={column} late={late} />
                </td>
              ))}
              <td className={table.amount}>
                <Amount value={row.figures.owed} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t("returns.total")}</td>
            {columns.map(({ name }) => (
              <td key={name} className={table.amount}>
                {hasTotals && <Amount value={about.total[name]} />}
              </td>
            ))}
            <td className={table.amount}>
              <Amount value={owed} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** An amount that leads to the entries it is made of. */
function Figure({ about, row, column, late }: { about: TaxReturn; row: Row; column: FigureColumn; late: boolean }) {
  const { t } = useTranslation("taxes");
  const value = row.figures[column.name];
  if (isZero(value)) return null;
  return (
    <Link
      to={urls.taxReturn}
      params={{ returnId: about.id }}
      search={{ rate: row.tax_rate.id, percent: row.percent, side: column.side, ...(late && { late: true as const }) }}
      resetScroll={false}
      className={classes.drill}
      aria-label={t("returns.drill", { amount: formatAmount(value, locale), figure: t(`returns.${column.label}`), rate: row.tax_rate.name })}
    >
      <Amount value={value} />
    </Link>
  );
}

function Adjustments({ about }: { about: TaxReturn }) {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  const [isAdjusting, setAdjusting] = useState(false);
  const mayAdjust = about.status === "draft" && may("tax_returns.edit");
  if (!about.adjustments.length && !mayAdjust) return null;
  return (
    <Section
      title={t("returns.adjustments")}
      text={t("returns.adjustmentsText")}
      actions={
        mayAdjust && (
          <Button variant="default" onClick={() => setAdjusting(true)}>
            {t("returns.adjust")}
          </Button>
        )
      }
    >
      <Sheet padded={!about.adjustments.length}>
        {about.adjustments.length ? (
          <table className={table.table} aria-label={t("returns.adjustments")}>
            <thead>
              <tr>
                <th scope="col">{t("returns.accountName")}</th>
                <th scope="col">{t("returns.reason")}</th>
                <th scope="col" className={table.amount}>
                  {t("returns.amount")}
                </th>
              </tr>
            </thead>
            <tbody>
              {about.adjustments.map(({ account, amount, reason }, index) => (
                <tr key={index}>
                  <td>
                    <span className={table.quiet}>{account.code}</span> {account.name}
                  </td>
                  <td>{reason}</td>
                  <td className={table.amount}>
                    <Amount value={amount} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <Text size="sm" c="dimmed">
            {t("returns.noAdjustments")}
          </Text>
        )}
      </Sheet>
      {isAdjusting && <AdjustDialog about={about} onClose={() => setAdjusting(false)} />}
    </Section>
  );
}

function Payments({ about }: { about: TaxReturn }) {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  const [voiding, setVoiding] = useState<TaxReturn["payments"][number] | null>(null);
  if (!about.payments.length && isZero(about.open)) return null;
  return (
    <Section title={t("returns.payments")}>
      <Sheet padded={!about.payments.length}>
        {about.payments.length ? (
          <table className={`${table.table} ${table.cards}`} aria-label={t("returns.payments")}>
            <thead>
              <tr>
                <th scope="col">{t("returns.date")}</th>
                <th scope="col">{t("returns.accountName")}</th>
                <th scope="col">{t("returns.reference")}</th>
                <th scope="col">{t("returns.paymentState")}</th>
                <th scope="col" className={table.amount}>
                  {t("returns.amount")}
                </th>
                <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
              </tr>
            </thead>
            <tbody>
              {about.payments.map((payment) => (
                <tr key={payment.id}>
                  <td className={table.number}>
                    <TextLink to={urls.entry} params={{ entryId: payment.entry }} inherit>
                      {formatDate(payment.date)}
                    </TextLink>
                  </td>
                  <td>
                    <span className={table.quiet}>{payment.account.code}</span> {payment.account.name}
                  </td>
                  <td className={table.quiet}>{payment.reference}</td>
                  <td>{payment.is_void ? <StatusBadge tone="neutral">{t("journals.status.void")}</StatusBadge> : t("returns.stands")}</td>
                  <td className={table.amount}>
                    <Amount value={payment.amount} />
                  </td>
                  <td className={table.action}>
                    {!payment.is_void && may("tax_returns.manage") && (
                      <Button variant="subtle" color="red" size="compact-sm" onClick={() => setVoiding(payment)} aria-label={t("returns.voidOf", { date: formatDate(payment.date) })}>
                        {t("returns.void")}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <Text size="sm" c="dimmed">
            {t("returns.noPayments")}
          </Text>
        )}
      </Sheet>
      {voiding && <VoidPaymentDialog about={about} payment={voiding} onClose={() => setVoiding(null)} />}
    </Section>
  );
}

/** What may be done with it in its state, by this person. */
function Actions({ about }: { about: TaxReturn }) {
  const { t } = useTranslation("taxes");
  const may = useAbilities();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "delete" | "file" | "unfile" | "pay" | null>(null);
  const close = () => setOpen(null);
  const isDraft = about.status === "draft";
  const isFiled = about.status === "filed" || about.status === "paid";
  const isOpen = about.status === "filed" && !isZero(about.open);
  return (
    <>
      {isDraft && may("tax_returns.delete") && (
        <Button variant="subtle" color="red" leftSection={<Trash2 size={15} />} onClick={() => setOpen("delete")}>
          {t("action.delete")}
        </Button>
      )}
      {isDraft && may("tax_returns.edit") && (
        <Button variant="default" leftSection={<CalendarCog size={15} />} onClick={() => setOpen("edit")}>
          {t("returns.edit")}
        </Button>
      )}
      {isDraft && may("tax_returns.publish") && (
        <Button leftSection={<FileCheck2 size={15} />} onClick={() => setOpen("file")}>
          {t("returns.file")}
        </Button>
      )}
      {isFiled && may("tax_returns.void") && !about.payments.some(({ is_void }) => !is_void) && (
        <Button variant="default" leftSection={<Undo2 size={15} />} onClick={() => setOpen("unfile")}>
          {t("returns.unfile")}
        </Button>
      )}
      {isOpen && may("tax_returns.manage") && (
        <Button leftSection={<Banknote size={15} />} onClick={() => setOpen("pay")}>
          {isNegative(about.open) ? t("returns.receive") : t("returns.pay")}
        </Button>
      )}
      {open === "edit" && <PrepareDialog draft={about} onClose={close} />}
      {open === "file" && <FileDialog about={about} onClose={close} />}
      {open === "unfile" && <UnfileDialog about={about} onClose={close} />}
      {open === "pay" && <PayDialog about={about} onClose={close} />}
      {open === "delete" && (
        <ConfirmDialog
          opened
          onClose={close}
          title={t("returns.deleteTitle")}
          text={t("returns.deleteText")}
          confirmLabel={t("action.delete")}
          onConfirm={async () => {
            await deleteReturn(about.id);
            notifications.show({ color: "ledger", message: t("returns.deleted") });
            await navigate({ to: urls.taxReturns });
            client.removeQueries({ queryKey: taxReturnQuery(about.id).queryKey });
            await taxReturnsChanged(client);
          }}
        />
      )}
    </>
  );
}
