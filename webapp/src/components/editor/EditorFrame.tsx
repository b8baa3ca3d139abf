import { Alert, Button, Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { History } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ConflictNotice } from "@/components/ConflictNotice";
import { Page } from "@/components/Page";
import { ProblemAlert } from "@/components/ProblemAlert";
import { formatInstant } from "@/lib/locale";

import classes from "./EditorFrame.module.css";
import type { Editor } from "./useEditor";

interface Props<Values> {
  editor: Editor<Values>;
  title: string;
  subtitle?: ReactNode;
  children: ReactNode;
  draftLabel: string;
  /** Without one there is only saving. */
  finalLabel?: string | undefined;
  onCancel: () => void;
  /** Forget what was typed and show what there is now. */
  onReload: () => void;
  /** Beside the buttons: what it comes to. */
  aside?: ReactNode;
  /** Further buttons. */
  actions?: ReactNode;
}

/** The frame of every editor: notices above, the fields, and the buttons that stay in sight. */
export function EditorFrame<Values>({ editor, title, subtitle, children, draftLabel, finalLabel, onCancel, onReload, aside, actions }: Props<Values>) {
  const { t } = useTranslation();
  const { form, leaving, kept } = editor;
  return (
    <Page title={title} subtitle={subtitle} wide>
      <form {...form} noValidate>
        <Stack gap="md">
          {kept && (
            <Alert color="yellow" variant="light" icon={<History size={18} />} title={t("editor.keptTitle", { at: formatInstant(kept.at) })}>
              <Text size="sm">{t("editor.keptText")}</Text>
              <Group gap="xs" mt="xs">
                <Button size="xs" variant="default" onClick={editor.takeKept}>
                  {t("editor.keptTake")}
                </Button>
                <Button size="xs" variant="default" onClick={editor.dropKept}>
                  {t("editor.keptDrop")}
                </Button>
              </Group>
            </Alert>
          )}
          {editor.conflict && <ConflictNotice onReload={onReload} onKeep={editor.saveOver} isBusy={editor.saving !== null} />}
          <ProblemAlert error={editor.problem} />
          {children}
        </Stack>
        <div className={classes.foot}>
          <div className={classes.aside}>{aside}</div>
          <Group gap="xs" justify="flex-end">
            <Button variant="subtle" color="gray" onClick={onCancel}>
              {t("action.cancel")}
            </Button>
            {actions}
            <Button type="submit" variant={finalLabel ? "default" : "filled"} loading={editor.saving === "draft"}>
              {draftLabel}
            </Button>
            {finalLabel && (
              <Button onClick={() => editor.save("final")} loading={editor.saving === "final"}>
                {finalLabel}
              </Button>
            )}
          </Group>
        </div>
      </form>
      <Modal opened={leaving.isAsked} onClose={leaving.stay} title={t("editor.leaveTitle")} closeButtonProps={{ "aria-label": t("action.close") }}>
        <Text size="sm">{t("editor.leaveText")}</Text>
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={leaving.stay} data-autofocus>
            {t("editor.stay")}
          </Button>
          <Button color="red" onClick={leaving.go}>
            {t("editor.leave")}
          </Button>
        </Group>
      </Modal>
    </Page>
  );
}

/** The keys of an editor, for those who have some. */
export function Keys({ keys }: { keys: readonly { key: string; does: string }[] }) {
  return (
    <Group gap={14} visibleFrom="sm" c="dimmed" fz="xs">
      {keys.map(({ key, does }) => (
        <span key={key}>
          <Kbd size="xs">{key}</Kbd> {does}
        </span>
      ))}
    </Group>
  );
}
