import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Amount } from "@/components/Amount";
import { EntryLines } from "@/components/EntryLines";
import { Fact, Facts } from "@/components/Facts";
import { ButtonLink, TextLink } from "@/components/links";
import { LoadedPage } from "@/components/LoadedPage";
import { Page, Sheet } from "@/components/Page";
import { StatusBadge } from "@/components/StatusBadge";
import table from "@/components/table.module.css";
import { entryQuery } from "@/lib/api/journals";
import type { JournalEntry } from "@/lib/api/types";
import { said } from "@/lib/i18n/said";
import { formatDate, formatInstant } from "@/lib/locale";
import { placeOf } from "@/lib/sources";
import { urls } from "@/lib/urls";


const route = getRouteApi("/signed-in/shell/entries/$entryId");

/** One entry of the ledger: what it was posted from, its lines, and what took it back. */
export function EntryPage() {
  const { t } = useTranslation("reports");
  const { entryId } = route.useParams();
  const entry = useQuery(entryQuery(entryId));
  return (
    <LoadedPage query={entry} title={t("entry.title")}>
      {(known) => <KnownEntry entry={known} />}
    </LoadedPage>
  );
}

function KnownEntry({ entry }: { entry: JournalEntry }) {
  const { t } = useTranslation("reports");
  const { source } = entry;
  const place = placeOf(source.kind, source.id ?? "");
  const sourceName = [said(sentenceOf(source.kind)), source.number].filter(Boolean).join(" ");
  return (
    <Page
      title={t("entryNumber", { number: entry.number })}
      subtitle={
        <Group gap="xs">
          <span>{formatDate(entry.date)}</span>
          {entry.reverses && <StatusBadge tone="neutral">{t("entry.isReversal", { ns: "common" })}</StatusBadge>}
          {entry.reversed_by && <StatusBadge tone="neutral">{t("entry.isReversed", { ns: "common" })}</StatusBadge>}
        </Group>
      }
      actions={
        place && (
          <ButtonLink {...place} variant="default">
            {t("entry.open", { source: sourceName })}
          </ButtonLink>
        )
      }
    >
      <Sheet padded>
        <Facts>
          <Fact name={t("entry.source")}>{place ? <TextLink {...place}>{sourceName}</TextLink> : sourceName}</Fact>
          <Fact name={t("entry.purpose")}>{said(sentenceOf(entry.purpose))}</Fact>
          <Fact name={t("entry.memo")}>{entry.memo}</Fact>
          <Fact name={t("entry.total")}>
            <Amount value={entry.total} />
          </Fact>
          <Fact name={t("entry.posted")}>{t("entry.postedBy", { at: formatInstant(entry.posted_at), who: entry.posted_by })}</Fact>
          <Fact name={t("entry.reverses")}>{entry.reverses && <OtherEntry id={entry.reverses} />}</Fact>
          <Fact name={t("entry.reversedBy")}>{entry.reversed_by && <OtherEntry id={entry.reversed_by} />}</Fact>
        </Facts>
      </Sheet>
      <Sheet>
        <div className={table.scroll}>
          <EntryLines lines={entry.lines} isMain />
        </div>
      </Sheet>
    </Page>
  );
}

/** Another entry by its number, once that is known. */
function OtherEntry({ id }: { id: string }) {
  const { t } = useTranslation("reports");
  const number = useQuery(entryQuery(id)).data?.number;
  return (
    <TextLink to={urls.entry} params={{ entryId: id }}>
      {number ? t("entryNumber", { number }) : t("entry.other")}
    </TextLink>
  );
}

/** "customer_credit_applied" -> "Customer credit applied", as the server says it elsewhere. */
function sentenceOf(word: string): string {
  const spaced = word.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
