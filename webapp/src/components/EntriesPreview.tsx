import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { DryRun } from "@/lib/api/dryRun";
import { formatDate } from "@/lib/locale";

import { EntryLines } from "./EntryLines";
import table from "./table.module.css";

/** The entries that a step is going to post, before it does. */
export function EntriesPreview({ answer }: { answer: DryRun }) {
  const { t } = useTranslation();
  if (!answer.entries.length) return <Text size="sm">{t("entryPreview.none")}</Text>;
  const hidden = answer.entry_count - answer.entries.length;
  return (
    <Stack gap="sm">
      {answer.entries.map((entry, index) => (
        <div key={index} className={table.scroll} tabIndex={0} role="group" aria-label={t("entryPreview.title", { date: formatDate(entry.date) })}>
          <EntryLines
            lines={entry.lines}
            caption={
              <caption style={{ captionSide: "top", textAlign: "start", paddingBlock: 4 }}>
                <Text size="sm" c="dimmed" span>
                  {entry.memo ? t("entryPreview.caption", { date: formatDate(entry.date), memo: entry.memo }) : formatDate(entry.date)}
                </Text>
              </caption>
            }
          />
        </div>
      ))}
      {hidden > 0 && <Text size="sm">{t("entryPreview.more", { count: hidden })}</Text>}
    </Stack>
  );
}
