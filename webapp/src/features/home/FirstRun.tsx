import { ActionIcon, Group, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { Check, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { TextLink } from "@/components/links";
import type { Dashboard } from "@/lib/api/types";
import { type Ability, useAbilities, useOrganization } from "@/lib/organization";
import type { Place } from "@/lib/sources";
import { urls } from "@/lib/urls";

import classes from "./HomePage.module.css";
import { Panel } from "./Panel";

type Done = Dashboard["first_run"];

interface Step {
  name: "begin" | "contacts" | "documents" | "colleagues";
  isDone: boolean;
  ways: { text: Way; place: Place; needs: Ability }[];
}
type Way = "begin.import" | "begin.opening" | "contacts.customers" | "contacts.items" | "documents.invoice" | "documents.bill" | "colleagues.members";

/** Whoever has books already needs no opening balances; the first invoice is the last thing that matters. */
const stepsOf = (done: Done): Step[] => [
  {
    name: "begin",
    isDone: done.imported || done.opening_balances || done.documents || done.journals,
    ways: [
      { text: "begin.import", place: { to: urls.importsExports }, needs: "imports.create" },
      { text: "begin.opening", place: { to: urls.openingBalances }, needs: "opening_balances.edit" },
    ],
  },
  {
    name: "contacts",
    isDone: done.contacts && done.items,
    ways: [
      { text: "contacts.customers", place: { to: urls.customers }, needs: "contacts.create" },
      { text: "contacts.items", place: { to: urls.items }, needs: "items.create" },
    ],
  },
  {
    name: "documents",
    isDone: done.documents,
    ways: [
      { text: "documents.invoice", place: { to: urls.newDocument, params: { kind: "invoices" } }, needs: "invoices.create" },
      { text: "documents.bill", place: { to: urls.newDocument, params: { kind: "bills" } }, needs: "bills.create" },
    ],
  },
  { name: "colleagues", isDone: done.colleagues, ways: [{ text: "colleagues.members", place: { to: urls.members }, needs: "invitations.create" }] },
];

/** The way into a new organization, until it is gone or put away. */
export function FirstRun({ steps: done }: { steps: Done }) {
  const { t } = useTranslation("dashboard");
  const may = useAbilities();
  const { id } = useOrganization();
  const [isHidden, setHidden] = useLocalStorage({ key: `ledger.first-steps.${id}`, defaultValue: false, getInitialValueInEffect: false });
  const steps = stepsOf(done).filter(({ ways }) => ways.some(({ needs }) => may(needs)));
  const count = steps.filter(({ isDone }) => isDone).length;
  if (isHidden || count === steps.length) return null;
  return (
    <Panel
      title={t("firstRun.title")}
      actions={
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {t("firstRun.progress", { done: count, count: steps.length })}
          </Text>
          <ActionIcon aria-label={t("firstRun.hide")} onClick={() => setHidden(true)}>
            <X size={16} />
          </ActionIcon>
        </Group>
      }
    >
      <ol className={classes.steps}>
        {steps.map(({ name, isDone, ways }, index) => (
          <li key={name} className={classes.step} data-done={isDone || undefined}>
            <span className={classes.mark} role={isDone ? "img" : undefined} aria-label={isDone ? t("firstRun.done") : undefined}>
              {isDone ? <Check size={14} aria-hidden /> : index + 1}
            </span>
            <div>
              <div className={classes.stepTitle}>{t(`firstRun.${name}.title`)}</div>
              {!isDone && (
                <>
                  <Text size="sm" c="dimmed">
                    {t(`firstRun.${name}.text`)}
                  </Text>
                  <div className={classes.stepLinks}>
                    {ways
                      .filter(({ needs }) => may(needs))
                      .map(({ text, place }) => (
                        <TextLink key={text} {...place} inherit>
                          {t(`firstRun.${text}`)}
                        </TextLink>
                      ))}
                  </div>
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
