import { DirectionProvider, MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { loadLater } from "@/components/loadLater";
import { ProblemAlert } from "@/components/ProblemAlert";
import { PublicPage } from "@/components/PublicPage";
import { direction } from "@/lib/i18n/languages";
import { type Session, session, useSession } from "@/lib/session";

import { createQueryClient } from "./queryClient";
import { router } from "./router";
import { cssVariables, theme } from "./theme";

const LogInDialog = loadLater(() => import("@/components/LogInDialog").then((module) => module.LogInDialog));

export function App() {
  const { t } = useTranslation();
  const spoken = useMemo(() => mergeThemeOverrides(theme, { components: { Notification: { defaultProps: { closeButtonProps: { "aria-label": t("action.close") } } }, PasswordInput: { defaultProps: { visibilityToggleButtonProps: { "aria-label": t("people.showPassword") } } } } }), [t]);
  return (
    <DirectionProvider initialDirection={direction}>
      <MantineProvider theme={spoken} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <Notifications position="bottom-right" autoClose={4000} />
        <Started />
      </MantineProvider>
    </DirectionProvider>
  );
}

/** Waits for the answer whether somebody is logged in. */
function Started() {
  const now = useSession();
  const { t } = useTranslation();
  const [failure, setFailure] = useState<unknown>(null);
  const start = () => {
    setFailure(null);
    session.start().catch(setFailure);
  };
  useEffect(startOnce, []);
  if (now.phase !== "starting") return <Knowing now={now} />;
  if (!failure) return null;
  return (
    <PublicPage title={t("start.noAnswer")}>
      <ProblemAlert error={failure} onRetry={start} />
    </PublicPage>
  );

  function startOnce() {
    if (!started) start();
    started = true;
  }
}
let started = false; // StrictMode runs effects twice; the refresh token must be used once

/** Everything known belongs to one person in one organization; see `createQueryClient`. */
function Knowing({ now }: { now: Session }) {
  const whose = "user" in now ? `${now.user.id}/${now.organization ?? ""}` : "";
  const [knowledge, setKnowledge] = useState<{ whose: string; client: QueryClient }>(() => ({ whose, client: createQueryClient() }));
  if (knowledge.whose !== whose) {
    const samePerson = knowledge.whose.split("/")[0] === whose.split("/")[0];
    setKnowledge({ whose, client: createQueryClient(samePerson ? knowledge.client : undefined) });
  }
  return (
    <QueryClientProvider key={knowledge.whose} client={knowledge.client}>
      <RouterProvider router={router} />
      {now.phase === "expired" && <LogInDialog email={now.user.email} />}
    </QueryClientProvider>
  );
}
