import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useRouterState } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { LoadedPage } from "@/components/LoadedPage";
import { ProblemAlert } from "@/components/ProblemAlert";
import { organizationsQuery } from "@/lib/api/organizations";
import type { Organization } from "@/lib/api/types";
import { OrganizationContext } from "@/lib/organization";
import { session, useSession } from "@/lib/session";
import { urls } from "@/lib/urls";

import { useCommands } from "./commands";
import { ConnectionNotice } from "./ConnectionNotice";
import { Finder } from "./Finder";
import { Navigation } from "./Navigation";
import { OrganizationSwitcher } from "./OrganizationSwitcher";
import { Overlays } from "./Overlays";
import { QuickCreate } from "./QuickCreate";
import classes from "./Shell.module.css";
import { SuspendedPage } from "./SuspendedPage";
import { UserMenu } from "./UserMenu";

/** The frame around every page of an organization. It lets a page in only when the organization is ready. */
export function Shell() {
  const organizations = useQuery(organizationsQuery);
  return (
    <LoadedPage query={organizations} title="Ledger">
      {(known) => <Admitted organizations={known} />}
    </LoadedPage>
  );
}

function Admitted({ organizations }: { organizations: Organization[] }) {
  const now = useSession();
  const bound = "organization" in now ? now.organization : null;
  const organization = organizations.find(({ id }) => id === bound);
  const only = organizations.length === 1 ? organizations[0] : undefined;
  if (!organization && only && !bound) return <Enter id={only.id} />;
  if (!organization) return <Navigate to={organizations.length ? urls.organizations : urls.setUp} replace />;
  switch (organization.state) {
    case "ready":
      return (
        <Frame organization={organization} organizations={organizations}>
          <Outlet />
        </Frame>
      );
    case "suspended":
    case "deleting":
      return (
        <Frame organization={organization} organizations={organizations} withoutPages>
          <SuspendedPage organization={organization} />
        </Frame>
      );
    default:
      return <Navigate to={urls.setUpProgress} params={{ organizationId: organization.id }} replace />;
  }
}

/** Somebody with one organization is not asked which. */
function Enter({ id }: { id: string }) {
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    session.switchTo(id).catch(setFailure);
  }, [id]);
  return <ProblemAlert error={failure} onRetry={() => window.location.reload()} />;
}

interface FrameProps {
  organization: Organization;
  organizations: Organization[];
  withoutPages?: boolean;
  children: ReactNode;
}

function Frame({ organization, organizations, withoutPages = false, children }: FrameProps) {
  const { t } = useTranslation();
  const [opened, drawer] = useDisclosure(false);
  const { pathname } = useRouterState({ select: ({ location }) => location });
  const { close } = drawer;
  useEffect(close, [pathname, close]);
  const switcher = <OrganizationSwitcher current={organization} organizations={organizations} />;
  const content = (
    <>
      <div className={classes.shell}>
        <a href="#content" className={classes.skip}>
          {t("shell.skip")}
        </a>
        <header className={classes.bar}>
          <ActionIcon size="lg" onClick={drawer.open} aria-label={t("shell.openMenu")}>
            <MenuIcon size={20} />
          </ActionIcon>
          {switcher}
          {withoutPages ? (
            <UserMenu compact />
          ) : (
            <>
              <Finder compact />
              <QuickCreate />
              <MenuOfUser compact />
            </>
          )}
        </header>
        <aside className={classes.side}>
          {switcher}
          {!withoutPages && (
            <div className={classes.finder}>
              <Finder />
              <QuickCreate />
            </div>
          )}
          <nav aria-label={t("shell.navigation")} className={classes.navigation}>
            {!withoutPages && <Navigation />}
          </nav>
          {withoutPages ? <UserMenu /> : <MenuOfUser />}
        </aside>
        <Drawer opened={opened} onClose={close} size={280} title="Ledger" closeButtonProps={{ "aria-label": t("action.close") }}>
          <nav aria-label={t("shell.navigation")}>{!withoutPages && <Navigation />}</nav>
        </Drawer>
        <main id="content" tabIndex={-1} className={classes.content}>
          {children}
        </main>
      </div>
      <ConnectionNotice />
    </>
  );
  return <OrganizationContext value={organization}>{withoutPages ? content : <Overlays>{content}</Overlays>}</OrganizationContext>;
}

function MenuOfUser({ compact = false }: { compact?: boolean }) {
  const { openHelp } = useCommands();
  return <UserMenu compact={compact} onHelp={openHelp} />;
}
