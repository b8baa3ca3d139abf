import { Link } from "@tanstack/react-router";
import { BookOpenText, House, KeyRound, ListTree, type LucideIcon, Scale, Settings, Users } from "lucide-react";
import { useTranslation } from "react-i18next";

import { type Ability, useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import classes from "./Navigation.module.css";

interface Item {
  to: (typeof urls)["home" | "accounts" | "journals" | "trialBalance" | "members" | "apiKeys" | "settings"];
  label: "home" | "accounts" | "journals" | "trialBalance" | "members" | "apiKeys" | "settings";
  icon: LucideIcon;
  needs?: Ability;
}

const BOOKS: Item[] = [
  { to: urls.home, label: "home", icon: House },
  { to: urls.accounts, label: "accounts", icon: ListTree, needs: "accounts.view" },
  { to: urls.journals, label: "journals", icon: BookOpenText, needs: "manual_journals.view" },
  { to: urls.trialBalance, label: "trialBalance", icon: Scale, needs: "reports.view" },
];
const ORGANIZATION: Item[] = [
  { to: urls.members, label: "members", icon: Users, needs: "members.view" },
  { to: urls.apiKeys, label: "apiKeys", icon: KeyRound, needs: "api_keys.view" },
  { to: urls.settings, label: "settings", icon: Settings },
];

export function Navigation() {
  const { t } = useTranslation();
  return (
    <>
      <Section title={t("navigation.books")} items={BOOKS} />
      <Section title={t("navigation.organization")} items={ORGANIZATION} />
    </>
  );
}

function Section({ title, items }: { title: string; items: Item[] }) {
  const { t } = useTranslation();
  const may = useAbilities();
  return (
    <div className={classes.section}>
      <div className={classes.title}>{title}</div>
      {items
        .filter(({ needs }) => !needs || may(needs))
        .map(({ to, label, icon: Icon }) => (
          <Link key={to} to={to} className={classes.link} activeOptions={{ exact: to === urls.home, includeSearch: false }}>
            <Icon size={16} strokeWidth={1.8} aria-hidden />
            {t(`navigation.${label}`)}
          </Link>
        ))}
    </div>
  );
}
