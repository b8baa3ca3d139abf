import { Progress, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Cog } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page, Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { JOBS_PER_PAGE, jobsQuery } from "@/lib/api/jobs";
import type { Job } from "@/lib/api/types";
import { formatInstant } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";

const TONES = { queued: "neutral", running: "waiting", succeeded: "good", failed: "bad" } as const;

/** Work that goes on while nobody waits: how far it is, and what became of it. */
export function JobsPage() {
  const { t } = useTranslation("data");
  const may = useAbilities();
  return may("jobs.view") ? <Jobs /> : <NotAllowedPage title={t("jobs.title")} />;
}

function Jobs() {
  const { t } = useTranslation("data");
  const [page, setPage] = useState(1);
  const jobs = useQuery(jobsQuery(page));
  return (
    <Page title={t("jobs.title")} subtitle={t("jobs.subtitle")}>
      <Sheet>
        <Loaded query={jobs}>
          {({ results, count }) => (
            <>
              {results.length ? <Table jobs={results} /> : <EmptyState icon={Cog} title={t("jobs.none")} />}
              <Pager count={count} page={page} pageSize={JOBS_PER_PAGE} onPage={setPage} />
            </>
          )}
        </Loaded>
      </Sheet>
    </Page>
  );
}

function Table({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation("data");
  return (
    <table className={`${table.table} ${table.cards}`} aria-label={t("jobs.title")}>
      <thead>
        <tr>
          <th scope="col">{t("jobs.job")}</th>
          <th scope="col">{t("jobs.state")}</th>
          <th scope="col">{t("jobs.progress")}</th>
          <th scope="col">{t("jobs.asked")}</th>
          <th scope="col">{t("jobs.finished")}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <tr key={job.id}>
            <td>{t(`jobs.name.${job.name.replaceAll(".", "_") as "unknown"}`, { defaultValue: job.name })}</td>
            <td className={table.aside}>
              <StatusBadge tone={TONES[job.state]}>{t(`jobs.states.${job.state}`)}</StatusBadge>
            </td>
            <td className={table.wide} style={{ minWidth: 180 }}>
              <JobProgress job={job} />
            </td>
            <td className={`${table.quiet} ${table.number}`}>{formatInstant(job.created_at)}</td>
            <td className={`${table.quiet} ${table.number}`}>{job.finished_at && formatInstant(job.finished_at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation("data");
  if (job.problem) {
    return (
      <Text size="sm" c="var(--mantine-color-error)">
        {job.problem.title} {job.problem.detail}
      </Text>
    );
  }
  if (job.state !== "running") return <span className={table.quiet}>{job.progress.message}</span>;
  return (
    <>
      <Progress value={job.progress.percent} aria-label={t("jobs.progress")} />
      <Text size="xs" c="dimmed">
        {job.progress.message || t("jobs.percent", { percent: job.progress.percent })}
      </Text>
    </>
  );
}
