import { useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useCommands } from "@/app/commands";
import { CREATIONS, DESTINATIONS } from "@/app/destinations";
import { organizationsQuery } from "@/lib/api/organizations";
import { searchQuery } from "@/lib/api/search";
import type { Found } from "@/lib/api/types";
import { formatDate } from "@/lib/locale";
import { useAbilities, useOrganization } from "@/lib/organization";
import { session } from "@/lib/session";
import { placeOf } from "@/lib/sources";
import { toast } from "@/lib/toast";
import { useVisits } from "@/lib/visits";

import { matching, type Option } from "./options";

const MOST_COMMANDS = 6;
const MOST_OF_EACH = 3; // beside what is found

/** Without words: what was looked at last and what can be begun. With words: what they find, and commands of that name. */
export function useOptions(typed: string, asked: string): { options: Option[]; isSearching: boolean; failure: unknown } {
  const search = useQuery(searchQuery(asked));
  const recent = useRecent();
  const creations = useCreations();
  const destinations = useDestinations();
  const deeds = useDeeds();
  const found = useFound(asked ? (search.data?.results ?? []) : []);
  const isSearching = typed.trim() !== asked || search.isFetching;
  if (!typed.trim()) return { options: [...recent, ...creations.slice(0, MOST_COMMANDS), ...destinations.slice(0, MOST_COMMANDS)], isSearching: false, failure: null };
  // What the server finds comes last: nothing that stands already is moved when its answer comes.
  const [to, fresh, other] = [destinations, creations, deeds].map((commands) => matching(commands, typed).slice(0, MOST_OF_EACH)) as [Option[], Option[], Option[]];
  return { options: [...matching(recent, typed).slice(0, MOST_OF_EACH), ...to, ...fresh, ...other, ...found], isSearching, failure: search.error };
}

function useRecent(): Option[] {
  const [visits] = useVisits();
  const here = window.location.pathname;
  return visits.filter(({ href }) => href !== here).slice(0, 5).map(({ href, title }) => ({ id: href, group: "recent", title, icon: "recent", href }));
}

function useCreations(): Option[] {
  const { t } = useTranslation(["shell", "common"]);
  const may = useAbilities();
  const { create } = useCommands();
  return CREATIONS.filter(({ needs }) => may(needs)).map((creation) => ({
    id: `create.${creation.label}`,
    group: "create",
    title: t(`palette.new.${creation.label}`),
    icon: "create",
    ...(creation.key && { aside: `n ${creation.key}` }),
    ...(creation.place ? { place: creation.place } : { run: () => create(creation) }),
  }));
}

function useDestinations(): Option[] {
  const { t } = useTranslation();
  const may = useAbilities();
  return DESTINATIONS.filter(({ needs }) => !needs || may(needs)).map(({ label, place, key }) => ({
    id: `go.${label}`,
    group: "go",
    title: t(`navigation.${label}`),
    icon: "go",
    place,
    ...(key && { aside: `g ${key}` }),
  }));
}

/** Switching organizations, the look, the help. */
function useDeeds(): Option[] {
  const { t } = useTranslation("shell");
  const { openHelp } = useCommands();
  const { setColorScheme } = useMantineColorScheme();
  const here = useOrganization();
  const { data: organizations = [] } = useQuery(organizationsQuery);
  const others = organizations.filter(({ id, state }) => id !== here.id && state === "ready");
  return [
    ...others.map(({ id, name }): Option => ({ id: `switch.${id}`, group: "do", title: t("palette.switchTo", { name }), icon: "do", href: "/", run: () => void session.switchTo(id).catch(toast.failed) })),
    { id: "help", group: "do", title: t("help.title"), icon: "do", aside: "?", run: openHelp },
    ...(["light", "dark", "auto"] as const).map((scheme): Option => ({ id: scheme, group: "do", title: t(`palette.look.${scheme}`), icon: "do", run: () => setColorScheme(scheme) })),
  ];
}

function useFound(results: readonly Found[]): Option[] {
  const { t } = useTranslation();
  return results.flatMap(({ kind, id, title, detail, date, state, amount, currency }) => {
    const place = placeOf(kind, id);
    if (!place) return [];
    const named = t(`kind.${kind as "invoice"}`);
    return [
      {
        id: `${kind}.${id}`,
        group: "found",
        title: title || t("documentState.draft"),
        detail: [named, detail].filter(Boolean).join(" · "),
        icon: kind,
        place,
        ...(date && { aside: formatDate(date) }),
        ...(amount && currency && { amount: { value: amount, currency } }),
        ...(state && !["active", "posted", "issued", "published", "open"].includes(state) && { state }),
      } satisfies Option,
    ];
  });
}
