import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { ButtonLink } from "@/components/links";
import { LoadedPage } from "@/components/LoadedPage";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { jobQuery } from "@/lib/api/jobs";
import { organizationsQuery, retrySetUp } from "@/lib/api/organizations";
import { ApiProblem } from "@/lib/api/problem";
import type { Job, Organization } from "@/lib/api/types";
import { session, useSession } from "@/lib/session";
import { urls } from "@/lib/urls";

const route = getRouteApi("/signed-in/set-up/$organizationId");
const STATE_POLL_MS = 1500;

export function SetUpProgressPage() {
  const { t } = useTranslation();
  const { organizationId } = route.useParams();
  const organizations = useQuery({ ...organizationsQuery, refetchInterval: STATE_POLL_MS });
  return (
    <LoadedPage query={organizations} title={t("setUp.title")}>
      {(known) => {
        const organization = known.find(({ id }) => id === organizationId);
        if (organization) return <Building key={organization.set_up_job} organization={organization} />;
        return (
          <PublicPage title={t("notFound.title")}>
            <Text size="sm">{t("setUp.unknown")}</Text>
            <ButtonLink to={urls.home}>{t("notFound.home")}</ButtonLink>
          </PublicPage>
        );
      }}
    </LoadedPage>
  );
}

function Building({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const job = useQuery({ ...jobQuery(organization.set_up_job), enabled: Boolean(organization.set_up_job) });
  const isReady = organization.state === "ready" || job.data?.state === "succeeded";
  const hasFailed = organization.state === "failed" || job.data?.state === "failed";
  const now = useSession();
  const isBound = "organization" in now && now.organization === organization.id;
  const binding = useBinding(organization.id, isReady && !isBound);
  if (isBound && organization.state === "ready") return <Navigate to={urls.home} replace />;
  return (
    <PublicPage title={hasFailed ? t("setUp.failed") : t("setUp.building", { name: organization.name })} subtitle={hasFailed ? null : t("setUp.buildingText")}>
      {hasFailed ? <Failed organization={organization} job={job.data} /> : <Bar job={job.data} isReady={isReady} />}
      <ProblemAlert error={binding.error} onRetry={() => binding.mutate()} retrying={binding.isPending} />
      {!hasFailed && !job.data && <ProblemAlert error={job.error} onRetry={() => void job.refetch()} />}
    </PublicPage>
  );
}

/**
 * Once it is ready: bind this tab to it. That gives the tab another memory and mounts this page anew, which then shows
 * the way in. Going there is left to what is on the screen: whoever has left this page by then is not called back.
 */
function useBinding(id: string, isReady: boolean) {
  const client = useQueryClient();
  const isHere = useRef(false);
  const binding = useMutation({
    mutationFn: async () => {
      await client.invalidateQueries({ queryKey: organizationsQuery.queryKey }); // the home page must find it ready
      if (isHere.current) await session.switchTo(id);
    },
  });
  const { mutate, isIdle } = binding;
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  useEffect(() => {
    if (isReady && isIdle) mutate();
  }, [isReady, isIdle, mutate]);
  return binding;
}

function Bar({ job, isReady }: { job: Job | undefined; isReady: boolean }) {
  const { t } = useTranslation();
  const percent = isReady ? 100 : (job?.progress.percent ?? 0);
  const message = isReady ? t("setUp.ready") : job?.progress.message || t("setUp.waiting");
  return (
    <Stack gap={8}>
      <Progress.Root size="md" transitionDuration={300}>
        <Progress.Section value={Math.max(percent, 3)} aria-label={t("setUp.progress")} />
      </Progress.Root>
      <Group justify="space-between" gap="xs">
        <Text size="sm" role="status">
          {message}
        </Text>
        <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
          {t("setUp.percent", { percent })}
        </Text>
      </Group>
    </Stack>
  );
}

function Failed({ organization, job }: { organization: Organization; job: Job | undefined }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => retrySetUp(organization.id),
    onSuccess: () => client.invalidateQueries(),
  });
  const reason = problemText(job) || organization.problem || t("setUp.failedText");
  return (
    <Stack>
      <ProblemAlert error={new ApiProblem({ code: "set_up_failed", status: 400, title: t("setUp.failedTitle"), detail: reason })} />
      <ProblemAlert error={again.error} />
      <Button leftSection={<RotateCw size={16} />} onClick={() => again.mutate()} loading={again.isPending}>
        {t("action.tryAgain")}
      </Button>
      <ButtonLink to={urls.organizations} variant="subtle" color="gray">
        {t("setUp.mine")}
      </ButtonLink>
    </Stack>
  );
}

function problemText(job: Job | undefined): string {
  const problem = job?.problem as { detail?: unknown; title?: unknown } | null | undefined;
  const text = problem?.detail ?? problem?.title;
  return typeof text === "string" ? text : "";
}
