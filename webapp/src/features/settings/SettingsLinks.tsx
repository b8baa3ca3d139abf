import { Link } from "@tanstack/react-router";
import { CalendarClock, Coins, Hash, type LucideIcon, Percent, Ruler } from "lucide-react";
import { useTranslation } from "react-i18next";

import { type Ability, useAbilities } from "@/lib/organization";
import { urls } from "@/lib/urls";

import classes from "./SettingsLinks.module.css";

interface Place {
  to: typeof urls.taxRates | typeof urls.currencies | typeof urls.numbering | typeof urls.paymentTerms | typeof urls.units;
  name: "taxes" | "currencies" | "numbering" | "terms" | "units";
  icon: LucideIcon;
  needs: Ability;
}

const PLACES: readonly Place[] = [
  { to: urls.taxRates, name: "taxes", icon: Percent, needs: "tax_rates.view" },
  { to: urls.currencies, name: "currencies", icon: Coins, needs: "currencies.view" },
  { to: urls.numbering, name: "numbering", icon: Hash, needs: "number_series.view" },
  { to: urls.paymentTerms, name: "terms", icon: CalendarClock, needs: "payment_terms.view" },
  { to: urls.units, name: "units", icon: Ruler, needs: "items.view" },
];

/** The settings that have pages of their own. */
export function SettingsLinks() {
  const { t } = useTranslation("settings");
  const may = useAbilities();
  return (
    <nav aria-label={t("index.title")}>
      <ul className={classes.places}>
        {PLACES.filter(({ needs }) => may(needs)).map(({ to, name, icon: Icon }) => (
          <li key={name}>
            <Link to={to} className={classes.place}>
              <Icon size={18} strokeWidth={1.7} aria-hidden className={classes.icon} />
              <span>
                <span className={classes.name}>{t(`index.${name}.title`)}</span>
                <span className={classes.text}>{t(`index.${name}.text`)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
