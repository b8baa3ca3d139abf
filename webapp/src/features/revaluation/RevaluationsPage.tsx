import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeftRight, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { loadLater } from "@/components/loadLater";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page, Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { booksChanged } from "@/lib/api/journals";
import { REVALUATIONS_PER_PAGE, revaluationsQuery, undoRevaluation } from "@/lib/api/revaluation";
import type { Revaluation } from "@/lib/api/types";
import { shortNumber } from "@/lib/amounts";
import { formatDate, formatInstant } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

const RevalueDialog = loadLater(() => import("./RevalueDialog").then((module) => module.RevalueDialog));

export function RevaluationsPage() {
  const { t } = useTranslation("books");
  const may = useAbilities();
  return may("revaluations.view") ? <Runs /> : <NotAllowedPage title={t("revaluation.title")} />;
}

function Runs() {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const client = useQueryClient();
  const [page, setPage] = useState(1);
  const [isNew, setNew] = useState(false);
  const [undoing, setUndoing] = useState<Revaluation | null>(null);
  const runs = useQuery(revaluationsQuery(page));
  const create = may("revaluations.create") && (
    <Button leftSection={<Plus size={16} />} onClick={() => setNew(true)}>
      {t("revaluation.new")}
    </Button>
  );
  return (
    <Page title={t("revaluation.title")} subtitle={t("revaluation.subtitle")} actions={create}>
      <Sheet>
        <Loaded query={runs} lines={5}>
          {({ results, count }) => (
            <>
              {results.length ? (
                <Table runs={results} onUndo={setUndoing} />
              ) : (
                <EmptyState icon={ArrowLeftRight} title={t("revaluation.empty")} text={t("revaluation.emptyText")} action={create} />
              )}
              <Pager count={count} page={page} pageSize={REVALUATIONS_PER_PAGE} onPage={setPage} />
            </>
          )}
        </Loaded>
      </Sheet>
      {isNew && <RevalueDialog onClose={() => setNew(false)} />}
      {undoing && (
        <ConfirmDialog
          opened
          onClose={() => setUndoing(null)}
          title={t("revaluation.undoTitle", { date: formatDate(undoing.date) })}
          text={t("revaluation.undoText")}
          confirmLabel={t("revaluation.undo")}
          onConfirm={async () => {
            await undoRevaluation(undoing.id);
            notifications.show({ color: "ledger", message: t("revaluation.undoDone") });
            await booksChanged(client);
          }}
        />
      )}
    </Page>
  );
}

function Table({ runs, onUndo }: { runs: Revaluation[]; onUndo: (run: Revaluation) => void }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  return (
    <table className={`${table.table} ${table.cards}`} aria-label={t("revaluation.title")}>
      <thead>
        <tr>
          <th scope="col">{t("revaluation.date")}</th>
          <th scope="col">{t("revaluation.state")}</th>
          <th scope="col">{t("revaluation.rates")}</th>
          <th scope="col">{t("revaluation.entries")}</th>
          <th scope="col">{t("revaluation.createdAt")}</th>
          <th scope="col" className={table.amount}>
            {t("revaluation.gain")}
          </th>
          <th scope="col" className={table.amount}>
            {t("revaluation.loss")}
          </th>
          <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <td className={table.number}>{formatDate(run.date)}</td>
            <td className={table.aside}>
              {run.undone_at ? <StatusBadge tone="neutral">{t("revaluation.undone")}</StatusBadge> : <StatusBadge tone="good">{t("revaluation.stands")}</StatusBadge>}
            </td>
            <td className={`${table.quiet} ${table.wide}`}>
              {Object.entries(run.rates).map(([code, rate]) => (
                <div key={code} style={{ whiteSpace: "nowrap" }}>
                  <bdi>
                    {code} {shortNumber(rate)}
                  </bdi>
                </div>
              ))}
            </td>
            <td className={table.wide}>
              <TextLink to={urls.entry} params={{ entryId: run.entry }} inherit>
                {t("revaluation.entry")}
              </TextLink>
              {" · "}
              <TextLink to={urls.entry} params={{ entryId: run.reversing_entry }} inherit>
                {t("revaluation.reversing")}
              </TextLink>
            </td>
            <td className={`${table.quiet} ${table.wide}`}>
              <div>{t("revaluation.atBy", { at: formatInstant(run.created_at), who: run.created_by })}</div>
              {run.undone_at && <div>{t("revaluation.undoneBy", { at: formatInstant(run.undone_at), who: run.undone_by })}</div>}
            </td>
            <td className={table.amount}>
              <Amount value={run.gain} blankZero />
            </td>
            <td className={table.amount}>
              <Amount value={run.loss} blankZero />
            </td>
            <td className={table.action}>
              {!run.undone_at && may("revaluations.void") && (
                <Button variant="subtle" color="red" size="compact-sm" onClick={() => onUndo(run)} aria-label={t("revaluation.undoOf", { date: formatDate(run.date) })}>
                  {t("revaluation.undo")}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
