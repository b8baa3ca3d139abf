import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { JournalEntry } from "@/lib/api/types";
import { formatDate, formatInstant } from "@/lib/locale";
import { urls } from "@/lib/urls";

import { EntryLines } from "./EntryLines";
import { TextLink } from "./links";
import { Sheet } from "./Page";
import { StatusBadge } from "./StatusBadge";
import table from "./table.module.css";

/** What a document or payment put into the books, in the order of posting, reversals included. */
export function JournalEntries({ entries }: { entries: readonly JournalEntry[] }) {
  const { t } = useTranslation();
  if (!entries.length) {
    return (
      <Text size="sm" c="dimmed">
        {t("entryPreview.none")}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {entries.map((entry) => (
        <Sheet key={entry.id}>
          <Group gap="xs" px="md" py={8}>
            <TextLink to={urls.entry} params={{ entryId: entry.id }} size="sm" fw={500}>
              {t("entry.numbered", { number: entry.number })}
            </TextLink>
            <Text size="sm" c="dimmed">
              {t("entry.datedBy", { date: formatDate(entry.date), at: formatInstant(entry.posted_at), who: entry.posted_by })}
            </Text>
            {entry.reverses && <StatusBadge tone="neutral">{t("entry.isReversal")}</StatusBadge>}
            {entry.reversed_by && <StatusBadge tone="neutral">{t("entry.isReversed")}</StatusBadge>}
          </Group>
          <div className={table.scroll}>
            <EntryLines lines={entry.lines} hasTotal={false} isDense label={t("entry.numbered", { number: entry.number })} />
          </div>
        </Sheet>
      ))}
    </Stack>
  );
}
