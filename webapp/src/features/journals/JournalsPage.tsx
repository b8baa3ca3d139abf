import { SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { BookOpenText, Plus, Search } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { Page, Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import table from "@/components/table.module.css";
import { JOURNALS_PER_PAGE, journalsQuery } from "@/lib/api/journals";
import type { ManualJournal } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { JournalStatusBadge } from "./JournalStatusBadge";

const route = getRouteApi("/signed-in/shell/journals");
const STATUSES = ["all", "draft", "published", "void"] as const;

export function JournalsPage() {
  const { t } = useTranslation();
  const may = useAbilities();
  const navigate = route.useNavigate();
  const { status, search, page = 1 } = route.useSearch();
  const journals = useQuery(journalsQuery({ status, search, page }));
  const searchFor = useDebouncedCallback((value: string) => void navigate({ search: { status, search: value || undefined }, replace: true }), 250);
  const create = may("manual_journals.create") && (
    <ButtonLink to={urls.newJournal} leftSection={<Plus size={16} />}>
      {t("journals.new")}
    </ButtonLink>
  );
  return (
    <Page
      title={t("navigation.journals")}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("journals.filter")}
            data={STATUSES.map((value) => ({ value, label: t(`journals.status.${value}`) }))}
            value={status ?? "all"}
            onChange={(value) => void navigate({ search: { search, status: value === "all" ? undefined : value } })}
          />
          <TextInput
            aria-label={t("journals.search")}
            placeholder={t("journals.search")}
            leftSection={<Search size={15} />}
            defaultValue={search}
            onChange={(event) => searchFor(event.currentTarget.value)}
          />
          {create}
        </>
      }
    >
      <Sheet>
        <Loaded query={journals}>
          {({ results, count }) => (
            <>
              {results.length ? (
                <Journals journals={results} />
              ) : status || search ? (
                <EmptyState icon={Search} title={t("journals.nothing")} />
              ) : (
                <EmptyState icon={BookOpenText} title={t("journals.empty")} text={t("journals.emptyText")} action={create} />
              )}
              <Pager count={count} page={page} pageSize={JOURNALS_PER_PAGE} onPage={(next) => void navigate({ search: { status, search, page: next } })} />
            </>
          )}
        </Loaded>
      </Sheet>
    </Page>
  );
}

function Journals({ journals }: { journals: ManualJournal[] }) {
  const { t } = useTranslation();
  return (
    <table className={`${table.table} ${table.cards}`}>
      <thead>
        <tr>
          <th scope="col">{t("journals.number")}</th>
          <th scope="col">{t("journals.date")}</th>
          <th scope="col">{t("journals.memo")}</th>
          <th scope="col">{t("journals.reference")}</th>
          <th scope="col">{t("journals.statusLabel")}</th>
          <th scope="col" className={table.amount}>
            {t("journals.total")}
          </th>
        </tr>
      </thead>
      <tbody>
        {journals.map((journal) => (
          <tr key={journal.id} className={table.row}>
            <td className={table.number}>
              <Link to={urls.journal} params={{ journalId: journal.id }} className={table.rowLink}>
                {journal.number || t("journals.draft")}
              </Link>
            </td>
            <td className={`${table.number} ${table.aside}`}>{formatDate(journal.date)}</td>
            <td className={table.wide}>{journal.memo || <span className={table.quiet}>{t("journals.noMemo")}</span>}</td>
            <td className={`${table.quiet} ${table.wide}`}>{journal.reference}</td>
            <td>
              <JournalStatusBadge status={journal.status} />
            </td>
            <td className={table.amount}>
              <Amount value={journal.total} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
