import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ACTIVITY_SHOWN, activityOfQuery } from "@/lib/api/activity";
import type { Activity } from "@/lib/api/types";
import { formatInstant } from "@/lib/locale";
import { changedFields, wordOf } from "@/lib/trail";

import classes from "./ActivityTrail.module.css";
import { Loaded } from "./Loaded";
import { Pager } from "./Pager";

/** What was done with one thing, by whom and when, newest first. */
export function ActivityTrail({ subject, id }: { subject: string; id: string }) {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const trail = useQuery(activityOfQuery(subject, id, page));
  return (
    <Loaded query={trail} lines={4}>
      {({ results, count }) => (
        <>
          {!results.length && (
            <Text size="sm" c="dimmed" p="md">
              {t("trail.empty")}
            </Text>
          )}
          <ol className={classes.trail}>
            {results.map((step) => (
              <Step key={step.id} step={step} />
            ))}
          </ol>
          <Pager count={count} page={page} pageSize={ACTIVITY_SHOWN} onPage={setPage} />
        </>
      )}
    </Loaded>
  );
}

function Step({ step }: { step: Activity }) {
  const { t } = useTranslation();
  const changed = changedFields(step);
  return (
    <li className={classes.step}>
      <div>
        <span className={classes.verb}>{wordOf(step.verb)}</span>
        {step.summary && <span> · {step.summary}</span>}
        {changed.length > 0 && <span className={classes.quiet}> · {changed.map((name) => wordOf(name).toLowerCase()).join(", ")}</span>}
      </div>
      <div className={classes.quiet}>
        {t("trail.by", { at: formatInstant(step.at), who: step.user?.name ?? t("trail.system") })}
        {step.api_key && <> · {t("trail.key", { name: step.api_key.name })}</>}
      </div>
    </li>
  );
}
