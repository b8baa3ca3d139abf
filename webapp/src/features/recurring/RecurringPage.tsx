import { getRouteApi } from "@tanstack/react-router";
import { CalendarSync, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import type { Column } from "@/components/list/columns";
import { ListPage } from "@/components/list/ListPage";
import { type Template, templatesQuery } from "@/lib/api/recurring";
import { RECURRING_KINDS, type RecurringKind } from "@/lib/kinds";
import { formatDate } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { recurringKindAt } from "./kinds";
import { TemplateState } from "./TemplateState";
import { UnknownKindPage } from "./UnknownKindPage";
import { useRhythm } from "./useRhythm";

const route = getRouteApi("/signed-in/shell/recurring/$kind");

export function RecurringPage() {
  const kind = recurringKindAt(route.useParams().kind);
  return kind ? <Templates key={kind} kind={kind} /> : <UnknownKindPage />;
}

const STATES = ["active", "paused", "needs_attention", "finished"] as const;

function Templates({ kind }: { kind: RecurringKind }) {
  const { t } = useTranslation("recurring");
  const may = useAbilities();
  const state = route.useSearch();
  const navigate = route.useNavigate();
  const rhythm = useRhythm();
  const columns: Column<Template>[] = [
    { id: "name", label: t("name"), ordering: "name", phone: "title", cell: ({ name }) => name },
    { id: "state", label: t("state"), phone: "aside", cell: (template) => <TemplateState state={template.state} /> },
    { id: "rhythm", label: t("frequency"), phone: "wide", cell: rhythm },
    { id: "next", label: t("next"), ordering: "next_date", kind: "date", phone: "wide", cell: ({ next_dates }) => next_dates[0] && formatDate(next_dates[0]) },
    { id: "action", label: t("actionLabel"), phone: "none", cell: ({ action }) => t(`actions.${action as "draft"}`) },
    { id: "ends", label: t("ends"), phone: "none", optional: true, cell: ({ end, count }) => (end ? formatDate(end) : count ? t("times", { count }) : t("endsWhen.never")) },
  ];
  const create = may(`recurring_${kind}.create`) && (
    <ButtonLink to={urls.newRecurring} params={{ kind }} leftSection={<Plus size={16} />}>
      {t(`newTitle.${kind}`)}
    </ButtonLink>
  );
  const others = RECURRING_KINDS.filter((other) => other !== kind && may(`recurring_${other}.view`));
  return (
    <ListPage
      name={`recurring.${kind}`}
      title={t(`kinds.${kind}`)}
      actions={
        <>
          {others.map((other) => (
            <ButtonLink key={other} to={urls.recurring} params={{ kind: other }} variant="subtle" color="gray" visibleFrom="md">
              {t(`short.${other}`)}
            </ButtonLink>
          ))}
          {create}
        </>
      }
      query={templatesQuery(kind, state)}
      columns={columns}
      rowId={({ id }) => id}
      rowName={({ name }) => name}
      rowLink={({ id }) => ({ to: urls.recurringTemplate, params: { kind, templateId: id } })}
      state={{ ...state }}
      onState={(next) => void navigate({ search: next })}
      tabs={{ name: "state", choices: [{ value: "", label: t("all") }, ...STATES.map((value) => ({ value, label: t(`states.${value}`) }))] }}
      empty={<EmptyState icon={CalendarSync} title={t(`none.${kind}`)} text={t("noneText")} action={create} />}
    />
  );
}
