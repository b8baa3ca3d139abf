import { ActionIcon, Button, FileButton, Group, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Paperclip, Trash2, Upload } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Loaded } from "@/components/Loaded";
import { Sheet } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/Section";
import { addAttachment, attachmentsQuery, deleteAttachment, saveAttachment } from "@/lib/api/attachments";
import type { Attachment } from "@/lib/api/types";
import { formatInstant, locale } from "@/lib/locale";
import { useAbilities } from "@/lib/organization";

import classes from "./Attachments.module.css";

interface Props {
  /** What they belong to, by the word in its address: contacts, items, manual-journals, invoices ... */
  of: string;
  id: string;
}

interface Refused {
  name: string;
  problem: unknown;
}

/** The files of one thing: added by choosing or dropping, looked at by saving, deleted after a question. */
export function Attachments({ of, id }: Props) {
  const { t } = useTranslation();
  const may = useAbilities();
  const client = useQueryClient();
  const { queryKey, ...query } = attachmentsQuery(of, id);
  const files = useQuery({ queryKey, ...query, enabled: may("attachments.view") });
  const [refused, setRefused] = useState<Refused[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);
  const [leaving, setLeaving] = useState<Attachment | null>(null);
  const reset = useRef<() => void>(null);
  const mayAdd = may("attachments.create");
  if (!may("attachments.view")) return null;

  const add = async (chosen: readonly File[]) => {
    setBusy(true);
    setRefused([]);
    for (const file of chosen) {
      try {
        await addAttachment(of, id, file);
      } catch (problem) {
        setRefused((before) => [...before, { name: file.name, problem }]);
      }
    }
    reset.current?.();
    await client.invalidateQueries({ queryKey });
    setBusy(false);
  };
  const save = (file: Attachment) => {
    setRefused([]);
    saveAttachment(file).catch((problem: unknown) => setRefused([{ name: file.name, problem }]));
  };
  const remove = async (file: Attachment) => {
    await deleteAttachment(file.id);
    await client.invalidateQueries({ queryKey });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (mayAdd) void add([...event.dataTransfer.files]);
  };

  return (
    <Section
      title={t("attachments.title")}
      actions={
        mayAdd && (
          <FileButton multiple onChange={(chosen) => void add(chosen)} resetRef={reset}>
            {(props) => (
              <Button variant="default" size="xs" leftSection={<Upload size={14} />} loading={isBusy} {...props}>
                {t("attachments.add")}
              </Button>
            )}
          </FileButton>
        )
      }
    >
      {refused.map(({ name, problem }) => (
        <div key={name}>
          <Text size="sm" fw={600}>
            {t("attachments.refused", { name })}
          </Text>
          <ProblemAlert error={problem} />
        </div>
      ))}
      <Sheet>
        <div
          className={classes.zone}
          data-over={isOver || undefined}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(mayAdd);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <Loaded query={files} lines={2}>
            {(known) => (
              <>
                {known.length > 0 && (
                  <ul className={classes.files}>
                    {known.map((file) => (
                      <li key={file.id} className={classes.file}>
                        <Paperclip size={15} aria-hidden />
                        <div className={classes.words}>
                          <button type="button" className={classes.name} onClick={() => save(file)}>
                            <bdi>{file.name}</bdi>
                          </button>
                          <Text size="xs" c="dimmed">
                            {sizeOf(file.size)} · {t("attachments.added", { at: formatInstant(file.added_at), who: file.added_by })}
                          </Text>
                        </div>
                        {may("attachments.delete") && (
                          <ActionIcon aria-label={t("attachments.remove", { name: file.name })} onClick={() => setLeaving(file)}>
                            <Trash2 size={15} />
                          </ActionIcon>
                        )}
                      </li>
                    ))}
                  </ul>
                )}
                <Group px="md" py="xs">
                  <Text size="xs" c="dimmed">
                    {mayAdd ? t("attachments.drop") : known.length ? "" : t("attachments.none")}
                  </Text>
                </Group>
              </>
            )}
          </Loaded>
        </div>
      </Sheet>
      {leaving && (
        <ConfirmDialog
          opened
          title={t("attachments.removeTitle", { name: leaving.name })}
          text={t("attachments.removeText")}
          confirmLabel={t("action.delete")}
          onConfirm={() => remove(leaving)}
          onClose={() => setLeaving(null)}
        />
      )}
    </Section>
  );
}

const UNITS = ["byte", "kilobyte", "megabyte"] as const;

/** "1.5 MB", in the person's notation. */
function sizeOf(bytes: number): string {
  const power = bytes >= 1_000_000 ? 2 : bytes >= 1000 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: "unit", unit: UNITS[power], unitDisplay: "short", maximumFractionDigits: power === 2 ? 1 : 0 }).format(bytes / 1000 ** power);
}
