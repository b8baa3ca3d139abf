import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Account } from "@/lib/api/types";

import { type Cells, readPasted } from "./balances";

interface Props {
  accounts: readonly Account[];
  base: string;
  onClose: () => void;
  onTake: (found: Record<string, Cells>) => void;
}

/** A trial balance copied from a spreadsheet or another program. */
export function PasteDialog({ accounts, base, onClose, onTake }: Props) {
  const { t } = useTranslation("books");
  const [text, setText] = useState("");
  const { typed, unknown } = readPasted(text, accounts, base);
  const count = Object.keys(typed).length;
  return (
    <Modal opened onClose={onClose} title={t("opening.pasteTitle")} size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
      <Stack>
        <Text size="sm">{t("opening.pasteText")}</Text>
        <Textarea
          aria-label={t("opening.pasteTitle")}
          placeholder={"1000\t2500.00\n2100\t\t1200.00"}
          minRows={8}
          maxRows={16}
          autosize
          ff="monospace"
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Text size="sm" role="status">
          {text.trim() && t("opening.pasteFound", { count })}
        </Text>
        {unknown.length > 0 && (
          <Alert color="yellow" title={t("opening.pasteUnknown", { count: unknown.length })}>
            {unknown.join(", ")}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button disabled={!count} onClick={() => onTake(typed)}>
            {t("opening.pasteTake")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
