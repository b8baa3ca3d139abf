import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { NotAllowedPage } from "@/components/NotAllowedPage";
import { Page } from "@/components/Page";
import { StatusBadge } from "@/components/StatusBadge";
import { accountsQuery } from "@/lib/api/accounts";
import { openingQuery, openItemsQuery } from "@/lib/api/opening";
import { DOCUMENT_KINDS } from "@/lib/kinds";
import { useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import { AccountBalances } from "./AccountBalances";
import classes from "./OpeningBalancesPage.module.css";
import { OpenItems } from "./OpenItems";
import { Review } from "./Review";

const route = getRouteApi("/signed-in/shell/opening-balances");

const STEPS = ["accounts", "customers", "vendors", "post"] as const;
const CUSTOMERS = DOCUMENT_KINDS[4];
const VENDORS = DOCUMENT_KINDS[9];
const TONES = { draft: "waiting", posted: "good", changed: "waiting" } as const;

/** What the books begin with: balances of accounts, what customers and vendors owe, and all of it posted. */
export function OpeningBalancesPage() {
  const { t } = useTranslation("books");
  const may = useAbilities();
  return may("opening_balances.view") ? <Wizard /> : <NotAllowedPage title={t("opening.title")} />;
}

function Wizard() {
  const { t } = useTranslation("books");
  const { step = "accounts" } = route.useSearch();
  const opening = useQuery(openingQuery);
  const accounts = useQuery(accountsQuery);
  const customers = useQuery(openItemsQuery(CUSTOMERS));
  const vendors = useQuery(openItemsQuery(VENDORS));
  const isDone = {
    accounts: Boolean(opening.data?.lines.length),
    customers: Boolean(customers.data?.count),
    vendors: Boolean(vendors.data?.count),
    post: opening.data?.status === "posted",
  };
  return (
    <Page
      title={t("opening.title")}
      subtitle={
        <>
          {t("opening.subtitle")} {opening.data?.date && <StatusBadge tone={TONES[opening.data.status]}>{t(`opening.status.${opening.data.status}`)}</StatusBadge>}
        </>
      }
    >
      <nav aria-label={t("opening.steps")}>
        <ol className={classes.steps}>
          {STEPS.map((name, index) => (
            <li key={name}>
              <Link to={urls.openingBalances} search={{ step: name }} className={classes.step} aria-current={name === step ? "step" : undefined} activeProps={{}}>
                <span className={classes.number} aria-hidden>
                  {isDone[name] ? <Check size={14} /> : index + 1}
                </span>
                {t(`opening.step.${name}`)}
                {isDone[name] && <span className={classes.spoken}>{t("opening.stepDone")}</span>}
              </Link>
            </li>
          ))}
        </ol>
      </nav>
      <Loaded query={opening} lines={12}>
        {(known) => (
          <Loaded query={accounts} lines={12}>
            {(chart) => {
              if (step === "customers") return <OpenItems key="customers" kind={CUSTOMERS} date={known.date} next="vendors" />;
              if (step === "vendors") return <OpenItems key="vendors" kind={VENDORS} date={known.date} next="post" />;
              if (step === "post") return <Review opening={known} customers={CUSTOMERS} vendors={VENDORS} />;
              return <AccountBalances opening={known} accounts={chart} />;
            }}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}
