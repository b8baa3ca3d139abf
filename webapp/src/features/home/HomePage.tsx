import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookOpenText, ChevronRight, ListTree, type LucideIcon, Scale, UserPlus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Page, Sheet } from "@/components/Page";
import { journalsQuery } from "@/lib/api/journals";
import { type Ability, useAbilities, useOrganization } from "@/lib/organization";
import { useSession } from "@/lib/session";
import { urls } from "@/lib/urls";

import classes from "./HomePage.module.css";

interface Step {
  name: "accounts" | "journal" | "trialBalance" | "invite";
  to: (typeof urls)["accounts" | "newJournal" | "reports" | "members"];
  icon: LucideIcon;
  needs: Ability;
}

const STEPS: Step[] = [
  { name: "accounts", to: urls.accounts, icon: ListTree, needs: "accounts.view" },
  { name: "journal", to: urls.newJournal, icon: BookOpenText, needs: "manual_journals.create" },
  { name: "trialBalance", to: urls.reports, icon: Scale, needs: "reports.view" },
  { name: "invite", to: urls.members, icon: UserPlus, needs: "invitations.create" },
];

export function HomePage() {
  const { t } = useTranslation();
  const organization = useOrganization();
  const may = useAbilities();
  const now = useSession();
  const name = "user" in now ? now.user.full_name.split(" ")[0] : "";
  return (
    <Page title={name ? t("home.welcome", { name }) : t("navigation.home")} subtitle={t("home.subtitle", { organization: organization.name })} narrow>
      {may("manual_journals.view") && <Drafts />}
      <Sheet>
        <ul className={classes.steps}>
          {STEPS.filter(({ needs }) => may(needs)).map(({ name: step, to, icon: Icon }) => (
            <li key={step}>
              <Link to={to} className={classes.step}>
                <span className={classes.icon}>
                  <Icon size={18} strokeWidth={1.8} aria-hidden />
                </span>
                <span className={classes.words}>
                  <span className={classes.title}>{t(`home.${step}.title`)}</span>
                  <span className={classes.text}>{t(step === "accounts" && !may("accounts.edit") ? "home.accounts.textToRead" : `home.${step}.text`)}</span>
                </span>
                <ChevronRight size={16} aria-hidden className={classes.arrow} />
              </Link>
            </li>
          ))}
        </ul>
      </Sheet>
    </Page>
  );
}

/** Work somebody began: shown only when there is some. */
function Drafts() {
  const { t } = useTranslation();
  const drafts = useQuery(journalsQuery({ status: "draft", page: 1 }));
  const count = drafts.data?.count ?? 0;
  if (!count) return null;
  return (
    <Sheet>
      <Link to={urls.journals} search={{ status: "draft" }} className={classes.step}>
        <span className={classes.words}>
          <span className={classes.title}>{t("home.drafts", { count })}</span>
        </span>
        <ChevronRight size={16} aria-hidden className={classes.arrow} />
      </Link>
    </Sheet>
  );
}
