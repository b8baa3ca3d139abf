import { Alert, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { CircleAlert, Pause, Pencil, Play, SkipForward, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Fact, Facts } from "@/components/Facts";
import { ButtonLink, TextLink } from "@/components/links";
import { Loaded } from "@/components/Loaded";
import { LoadedPage } from "@/components/LoadedPage";
import { Page, Sheet } from "@/components/Page";
import { Pager } from "@/components/Pager";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { booksChanged } from "@/lib/api/journals";
import { deleteTemplate, moveTemplate, type RecurringVerb, RUNS_SHOWN, runsQuery, type Template, templateQuery } from "@/lib/api/recurring";
import type { RecurringRun } from "@/lib/api/types";
import type { RecurringKind } from "@/lib/kinds";
import { formatDate, formatInstant, today } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";

import { recurringKindAt, sourceKind } from "./kinds";
import { TemplateLines } from "./TemplateLines";
import { TemplateState } from "./TemplateState";
import { UnknownKindPage } from "./UnknownKindPage";
import { useRhythm } from "./useRhythm";

const route = getRouteApi("/signed-in/shell/recurring/$kind/$templateId");

export function RecurringTemplatePage() {
  const { kind: path, templateId } = route.useParams();
  const kind = recurringKindAt(path);
  return kind ? <Asked key={templateId} kind={kind} id={templateId} /> : <UnknownKindPage />;
}

function Asked({ kind, id }: { kind: RecurringKind; id: string }) {
  const { t } = useTranslation("recurring");
  const template = useQuery(templateQuery(kind, id));
  return (
    <LoadedPage query={template} title={t(`kinds.${kind}`)}>
      {(known) => <KnownTemplate kind={kind} template={known} />}
    </LoadedPage>
  );
}

function KnownTemplate({ kind, template }: { kind: RecurringKind; template: Template }) {
  const { t } = useTranslation("recurring");
  const { timezone } = useOrganization();
  const client = useQueryClient();
  const rhythm = useRhythm();
  const moving = useMutation({
    mutationFn: (verb: RecurringVerb) => moveTemplate(kind, template.id, verb),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ["recurring"] }), booksChanged(client)]),
    onSuccess: (_, verb) => notifications.show({ color: "ledger", message: t(`done.${verb}`, { name: template.name }) }),
  });
  const due = template.next_dates.filter((date) => date <= today(timezone));
  return (
    <Page title={template.name} subtitle={<Group gap="xs"><TemplateState state={template.state} /><span>{rhythm(template)}</span></Group>} actions={<Actions kind={kind} template={template} hasDue={due.length > 0} onMove={(verb) => moving.mutate(verb)} busy={moving.isPending ? moving.variables : null} />}>
      <ProblemAlert error={moving.error} />
      {template.problem && (
        <Alert color="yellow" variant="light" icon={<CircleAlert size={18} />} title={t("problemTitle")}>
          <Text size="sm">{template.problem}</Text>
          <Text size="sm" mt={4}>
            {t("problemText")}
          </Text>
        </Alert>
      )}
      <Sheet padded>
        <Facts>
          <Fact name={t("actionLabel")}>{t(`actions.${template.action as "draft"}`)}</Fact>
          <Fact name={t("start")}>{formatDate(template.start)}</Fact>
          <Fact name={t("day")}>{template.day}</Fact>
          <Fact name={t("ends")}>{template.end ? formatDate(template.end) : template.count ? t("times", { count: template.count }) : t("endsWhen.never")}</Fact>
          <Fact name={t("createdBy")}>{t("at", { at: formatInstant(template.created_at), who: template.created_by })}</Fact>
        </Facts>
      </Sheet>
      {template.next_dates.length > 0 && (
        <Section title={t("nextDates")}>
          <Sheet padded>
            <Group gap="md">
              {template.next_dates.map((date) => (
                <Group key={date} gap={6} component="span">
                  {formatDate(date)}
                  {due.includes(date) && <StatusBadge tone="waiting">{t("due")}</StatusBadge>}
                </Group>
              ))}
            </Group>
          </Sheet>
        </Section>
      )}
      <Section title={t("content")}>
        <Sheet>
          <TemplateLines kind={kind} template={template} />
        </Sheet>
      </Section>
      <Section title={t("runs")}>
        <Sheet>
          <Runs kind={kind} id={template.id} />
        </Sheet>
      </Section>
    </Page>
  );
}

interface ActionsProps {
  kind: RecurringKind;
  template: Template;
  hasDue: boolean;
  onMove: (verb: RecurringVerb) => void;
  busy: RecurringVerb | null;
}

function Actions({ kind, template, hasDue, onMove, busy }: ActionsProps) {
  const { t } = useTranslation("recurring");
  const may = useAbilities();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [open, setOpen] = useState<"delete" | "skip" | null>(null);
  const { state } = template;
  const mayManage = may(`recurring_${kind}.manage`);
  const remove = async () => {
    await deleteTemplate(kind, template.id);
    await navigate({ to: urls.recurring, params: { kind } });
    notifications.show({ color: "ledger", message: t("deleted", { name: template.name }) });
    await client.invalidateQueries({ queryKey: ["recurring"] });
  };
  const skip = () => {
    onMove("skip");
    return Promise.resolve();
  };
  return (
    <>
      {may(`recurring_${kind}.delete`) && (
        <Button variant="subtle" color="red" leftSection={<Trash2 size={15} />} onClick={() => setOpen("delete")}>
          {t("action.delete")}
        </Button>
      )}
      {mayManage && state === "active" && (
        <Button variant="default" leftSection={<Pause size={15} />} loading={busy === "pause"} onClick={() => onMove("pause")}>
          {t("pause")}
        </Button>
      )}
      {mayManage && (state === "paused" || state === "needs_attention") && (
        <Button variant="default" leftSection={<Play size={15} />} loading={busy === "resume"} onClick={() => onMove("resume")}>
          {t("resume")}
        </Button>
      )}
      {may(`recurring_${kind}.edit`) && (
        <ButtonLink to={urls.editRecurring} params={{ kind, templateId: template.id }} variant="default" leftSection={<Pencil size={15} />}>
          {t("action.edit")}
        </ButtonLink>
      )}
      {mayManage && hasDue && state !== "paused" && state !== "finished" && (
        <>
          <Button variant="default" leftSection={<SkipForward size={15} />} loading={busy === "skip"} onClick={() => setOpen("skip")}>
            {t("skip")}
          </Button>
          <Button leftSection={<Play size={15} />} loading={busy === "run"} onClick={() => onMove("run")}>
            {t("run")}
          </Button>
        </>
      )}
      <ConfirmDialog opened={open === "skip"} onClose={() => setOpen(null)} title={t("skipTitle")} text={t("skipText")} confirmLabel={t("skip")} onConfirm={skip} />
      <ConfirmDialog opened={open === "delete"} onClose={() => setOpen(null)} title={t("deleteTitle", { name: template.name })} text={t("deleteText")} confirmLabel={t("action.delete")} onConfirm={remove} />
    </>
  );
}

function Runs({ kind, id }: { kind: RecurringKind; id: string }) {
  const { t } = useTranslation("recurring");
  const [page, setPage] = useState(1);
  const runs = useQuery(runsQuery(kind, id, page));
  return (
    <Loaded query={runs} lines={3}>
      {({ results, count }) =>
        results.length ? (
          <>
            <table className={`${table.table} ${table.cards}`} aria-label={t("runs")}>
              <thead>
                <tr>
                  <th scope="col">{t("date")}</th>
                  <th scope="col">{t("outcome")}</th>
                  <th scope="col">{t("doneAt")}</th>
                </tr>
              </thead>
              <tbody>
                {results.map((run) => (
                  <Run key={run.date} kind={kind} run={run} />
                ))}
              </tbody>
            </table>
            <Pager count={count} page={page} pageSize={RUNS_SHOWN} onPage={setPage} />
          </>
        ) : (
          <Text size="sm" c="dimmed" p="md">
            {t("noRuns")}
          </Text>
        )
      }
    </Loaded>
  );
}

function Run({ kind, run }: { kind: RecurringKind; run: RecurringRun }) {
  const { t } = useTranslation("recurring");
  const place = run.document ? placeOf(sourceKind(kind), run.document) : undefined;
  return (
    <tr>
      <td className={table.number}>{formatDate(run.date)}</td>
      <td>
        {place ? (
          <TextLink {...place} inherit aria-label={t("madeOf", { made: t(`made.${kind}`), date: formatDate(run.date) })}>
            {t(`made.${kind}`)}
          </TextLink>
        ) : (
          t(`outcomes.${run.outcome}`)
        )}
      </td>
      <td className={`${table.quiet} ${table.aside}`}>{formatInstant(run.done_at)}</td>
    </tr>
  );
}
