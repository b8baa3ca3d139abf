import { Button, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LockKeyhole, LockKeyholeOpen } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Fold } from "@/components/Fold";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { endWindow, LOCK_CHANGES_PER_PAGE, lockHistoryQuery, locksChanged, locksQuery } from "@/lib/api/closing";
import type { LockArea, PeriodLocks } from "@/lib/api/types";
import { formatDate, formatInstant } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";

import { LockDialog } from "./LockDialog";
import { UnlockDialog } from "./UnlockDialog";

export function LockDates() {
  const locks = useQuery(locksQuery);
  return (
    <Loaded query={locks} lines={8}>
      {(known) => (
        <>
          <Locks locks={known.locks} />
          <Windows windows={known.unlocks} isNeeded={known.locks.some(({ date }) => date)} />
          <History />
        </>
      )}
    </Loaded>
  );
}

type Lock = PeriodLocks["locks"][number];
type Window = PeriodLocks["unlocks"][number];

function Locks({ locks }: { locks: Lock[] }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const [changing, setChanging] = useState<Lock | null>(null);
  return (
    <Section title={t("closing.locks")} text={t("closing.locksText")}>
      <Sheet>
        <table className={`${table.table} ${table.cards}`} aria-label={t("closing.locks")}>
          <thead>
            <tr>
              <th scope="col">{t("closing.area")}</th>
              <th scope="col">{t("closing.lockedTo")}</th>
              <th scope="col">{t("closing.reason")}</th>
              <th scope="col">{t("closing.setBy")}</th>
              <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
            </tr>
          </thead>
          <tbody>
            {locks.map((lock) => (
              <tr key={lock.area}>
                <td>
                  <Text size="sm" fw={lock.area === "all" ? 600 : undefined} span>
                    {t(`area.${lock.area}`)}
                  </Text>
                </td>
                <td className={table.aside}>
                  {lock.date ? <StatusBadge tone="waiting">{formatDate(lock.date)}</StatusBadge> : <span className={table.quiet}>{t("closing.open")}</span>}
                </td>
                <td className={table.wide}>{lock.reason}</td>
                <td className={`${table.quiet} ${table.wide}`}>{lock.changed_at && t("closing.atBy", { at: formatInstant(lock.changed_at), who: lock.changed_by })}</td>
                <td className={table.action}>
                  {may("period_locks.manage") && (
                    <Button variant="subtle" size="compact-sm" onClick={() => setChanging(lock)} aria-label={t("closing.changeOf", { area: t(`area.${lock.area}`) })}>
                      {t("closing.change")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Sheet>
      {changing && <LockDialog lock={changing} onClose={() => setChanging(null)} />}
    </Section>
  );
}

/** Only what is open now: what has run out or was ended is in the history of the activity. */
function Windows({ windows, isNeeded }: { windows: Window[]; isNeeded: boolean }) {
  const { t } = useTranslation("books");
  const may = useAbilities();
  const client = useQueryClient();
  const [isOpening, setOpening] = useState(false);
  const open = windows.filter(({ ended_at, expires_at }) => !ended_at && new Date(expires_at) > new Date());
  const ending = useMutation({
    mutationFn: endWindow,
    onSuccess: async () => {
      await locksChanged(client);
      notifications.show({ color: "ledger", message: t("closing.ended") });
    },
  });
  if (!isNeeded && !open.length) return null;
  return (
    <Section
      title={t("closing.windows")}
      text={open.length ? t("closing.windowsText") : t("closing.noWindows")}
      actions={
        may("period_locks.manage") && (
          <Button variant="default" leftSection={<LockKeyholeOpen size={15} />} onClick={() => setOpening(true)}>
            {t("closing.newWindow")}
          </Button>
        )
      }
    >
      <ProblemAlert error={ending.error} />
      {open.length > 0 && (
        <Sheet>
          <table className={`${table.table} ${table.cards}`} aria-label={t("closing.windows")}>
            <thead>
              <tr>
                <th scope="col">{t("closing.days")}</th>
                <th scope="col">{t("closing.area")}</th>
                <th scope="col">{t("closing.until")}</th>
                <th scope="col">{t("closing.reason")}</th>
                <th scope="col">{t("closing.by")}</th>
                <th scope="col" className={table.action} aria-label={t("accounts.actions")} />
              </tr>
            </thead>
            <tbody>
              {open.map((window) => {
                const days = { from: formatDate(window.first_day), to: formatDate(window.last_day) };
                return (
                  <tr key={window.id}>
                    <td>{t("closing.daysOf", days)}</td>
                    <td className={table.aside}>{t(`area.${window.area}`)}</td>
                    <td>{formatInstant(window.expires_at)}</td>
                    <td className={table.wide}>{window.reason}</td>
                    <td className={table.quiet}>{window.created_by}</td>
                    <td className={table.action}>
                      {may("period_locks.manage") && (
                        <Button variant="subtle" size="compact-sm" loading={ending.isPending && ending.variables === window.id} onClick={() => ending.mutate(window.id)} aria-label={t("closing.endWindowOf", days)}>
                          {t("closing.endWindow")}
                        </Button>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Sheet>
      )}
      {isOpening && <UnlockDialog onClose={() => setOpening(false)} />}
    </Section>
  );
}

function History() {
  const { t } = useTranslation("books");
  const [page, setPage] = useState(1);
  const history = useQuery(lockHistoryQuery(page));
  return (
      <Fold title={t("closing.history")} hint={t("closing.historyHint")}>
        <Loaded query={history} lines={4}>
          {({ results, count }) =>
            results.length ? (
              <>
                <table className={`${table.table} ${table.cards}`} aria-label={t("closing.history")}>
                  <thead>
                    <tr>
                      <th scope="col">{t("closing.when")}</th>
                      <th scope="col">{t("closing.area")}</th>
                      <th scope="col">{t("closing.before")}</th>
                      <th scope="col">{t("closing.after")}</th>
                      <th scope="col">{t("closing.reason")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {results.map((change) => (
                      <tr key={change.id}>
                        <td className={table.wide}>{t("closing.atBy", { at: formatInstant(change.changed_at), who: change.changed_by })}</td>
                        <td>{t(`area.${change.area satisfies LockArea}`)}</td>
                        <td className={table.number}>{change.date_before ? formatDate(change.date_before) : t("closing.open")}</td>
                        <td className={table.number}>{change.date_after ? formatDate(change.date_after) : t("closing.open")}</td>
                        <td className={`${table.quiet} ${table.wide}`}>{change.reason}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                <Pager count={count} page={page} pageSize={LOCK_CHANGES_PER_PAGE} onPage={setPage} />
              </>
            ) : (
              <Text size="sm" c="dimmed">
                <LockKeyhole size={14} aria-hidden /> {t("closing.noHistory")}
              </Text>
            )
          }
        </Loaded>
      </Fold>
  );
}
