import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EntriesPreview } from "@/components/EntriesPreview";
import { Fold } from "@/components/Fold";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import table from "@/components/table.module.css";
import { currenciesQuery } from "@/lib/api/currencies";
import { issueDocuments } from "@/lib/api/documents";
import { allOpenItemsQuery, openingChanged, openingPreviewQuery, postOpening } from "@/lib/api/opening";
import { ApiProblem } from "@/lib/api/problem";
import type { DocumentRow, OpeningBalances } from "@/lib/api/types";
import type { DocumentKind } from "@/lib/kinds";
import { formatDate } from "@/lib/locale";
import { fromMinor, isZero, subtract, sum } from "@/lib/money";
import { useAbilities, useDecimals } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { inBase } from "./balances";

interface Props {
  opening: OpeningBalances;
  customers: DocumentKind;
  vendors: DocumentKind;
}

const AT_ONCE = 100; // documents that the server issues in one request

const isDraft = ({ status }: DocumentRow) => status === "draft";
const counts = ({ status }: DocumentRow) => status !== "void";

/** Everything together, what is left over, and the button that posts it. */
export function Review({ opening, customers, vendors }: Props) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const client = useQueryClient();
  const decimals = useDecimals();
  const receivable = useQuery(allOpenItemsQuery(customers));
  const payable = useQuery(allOpenItemsQuery(vendors));
  const hasChanges = opening.date !== null && opening.status !== "posted" && opening.lines.length > 0;
  const preview = useQuery({ ...openingPreviewQuery, enabled: hasChanges });
  const isKnown = receivable.isSuccess && payable.isSuccess; // else not all would be summed and posted
  const owed = (receivable.data ?? []).filter(counts);
  const owing = (payable.data ?? []).filter(counts);
  // A draft has no worth in the books yet: it will have that of the latest rate.
  const rates = new Map((useQuery(currenciesQuery).data ?? []).map(({ code, latest }) => [code, latest?.rate ?? ""]));
  const worthOf = (row: DocumentRow) => (isDraft(row) ? fromMinor(inBase(row.total, row.currency, opening.currency, rates.get(row.currency) ?? ""), decimals) : row.base_total);
  const totalOf = (rows: DocumentRow[]) => sum(rows.map(worthOf), decimals);
  const debit = sum([opening.total_debit, totalOf(owed)], decimals);
  const credit = sum([opening.total_credit, totalOf(owing)], decimals);
  const difference = subtract(debit, credit, decimals);
  const drafts = { customers: owed.filter(isDraft), vendors: owing.filter(isDraft) };
  const open = drafts.customers.length + drafts.vendors.length;

  const posting = useMutation({
    mutationFn: async () => {
      if (hasChanges) await postOpening();
      const failed = [...(await issue(customers, drafts.customers)), ...(await issue(vendors, drafts.vendors))];
      if (failed.length) throw new ApiProblem({ code: "some_refused", title: t("opening.someRefused", { count: failed.length }), detail: failed.join(" ") });
    },
    onSuccess: () => notifications.show({ color: "ledger", message: t("opening.posted") }),
    onSettled: () => openingChanged(client),
  });
  const row = (name: string, step: "accounts" | "customers" | "vendors", left: string, right: string, count?: number) => (
    <tr>
      <th scope="row" style={{ fontWeight: 400, background: "none", color: "inherit" }}>
        <TextLink to={urls.openingBalances} search={{ step }} inherit>
          {name}
        </TextLink>{" "}
        {count !== undefined && <span className={table.quiet}>{t("opening.items", { count })}</span>}
      </th>
      <td className={table.amount}>
        <Amount value={left} blankZero />
      </td>
      <td className={table.amount}>
        <Amount value={right} blankZero />
      </td>
    </tr>
  );
  return (
    <Stack>
      <Sheet>
        <table className={table.table} aria-label={t("opening.step.post")}>
          <thead>
            <tr>
              <th scope="col">{opening.date ? t("opening.asOf", { date: formatDate(opening.date) }) : t("opening.noDate")}</th>
              <th scope="col" className={table.amount}>
                {t("opening.debit")}
              </th>
              <th scope="col" className={table.amount}>
                {t("opening.credit")}
              </th>
            </tr>
          </thead>
          <tbody>
            {row(t("opening.step.accounts"), "accounts", opening.total_debit, opening.total_credit)}
            {row(t("opening.step.customers"), "customers", totalOf(owed), "0", receivable.data?.length)}
            {row(t("opening.step.vendors"), "vendors", "0", totalOf(owing), payable.data?.length)}
          </tbody>
          <tfoot>
            <tr>
              <td>{t("opening.total")}</td>
              <td className={table.amount}>
                <Amount value={debit} />
              </td>
              <td className={table.amount}>
                <Amount value={credit} />
              </td>
            </tr>
          </tfoot>
        </table>
      </Sheet>
      {isKnown && <Alert variant="light" color={isZero(difference) ? "ledger" : "yellow"} title={isZero(difference) ? t("opening.balanced") : t("opening.left")} role="status">
        {isZero(difference) ? (
          t("opening.balancedText")
        ) : (
          <>
            <Text size="sm" fw={600}>
              <Amount value={difference} /> {opening.currency}
            </Text>
            {t("opening.leftText")}
          </>
        )}
      </Alert>}
      {hasChanges && (
        <Sheet padded>
          <Fold title={t("opening.preview")}>
            <Loaded query={preview} lines={4}>
              {(answer) => <EntriesPreview answer={answer} />}
            </Loaded>
          </Fold>
        </Sheet>
      )}
      <ProblemAlert error={posting.error ?? receivable.error ?? payable.error} />
      <Group justify="flex-end">
        {opening.entry && (
          <TextLink to={urls.entry} params={{ entryId: opening.entry }} size="sm">
            {t("opening.entry")}
          </TextLink>
        )}
        {may("opening_balances.publish") && (
          <Button leftSection={<Check size={16} />} loading={posting.isPending} disabled={!isKnown || (!hasChanges && !open)} onClick={() => posting.mutate()}>
            {hasChanges || open || !isKnown ? t("opening.post") : t("opening.allPosted")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** Issues drafts a hundred at a time; gives why some could not be. */
async function issue(kind: DocumentKind, drafts: DocumentRow[]): Promise<string[]> {
  const failed: string[] = [];
  for (let at = 0; at < drafts.length; at += AT_ONCE) {
    for (const outcome of await issueDocuments(kind, drafts.slice(at, at + AT_ONCE))) {
      if (!outcome.ok) failed.push((outcome.problem as { detail?: string } | null)?.detail ?? "");
    }
  }
  return failed;
}
