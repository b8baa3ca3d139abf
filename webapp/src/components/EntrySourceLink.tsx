import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { JournalEntry } from "@/lib/api/types";
import { placeOf } from "@/lib/sources";

import { TextLink } from "./links";
import { StatusBadge } from "./StatusBadge";

/** The number of an entry, linked to the document it was posted from. */
export function EntrySourceLink({ entry }: { entry: JournalEntry }) {
  const { t } = useTranslation();
  const { source } = entry;
  const place = source.kind ? placeOf(source.kind, source.id ?? "") : undefined;
  return (
    <Group gap={8} wrap="nowrap" component="span" display="inline-flex">
      {place ? (
        <TextLink {...place} inherit>
          {source.number || entry.number}
        </TextLink>
      ) : (
        <span>{entry.number}</span>
      )}
      {entry.reverses && <StatusBadge tone="neutral">{t("entry.isReversal")}</StatusBadge>}
      {entry.reversed_by && <StatusBadge tone="neutral">{t("entry.isReversed")}</StatusBadge>}
    </Group>
  );
}
