/**
 * Short notices of what was done. Where it can be taken back (by a reversal, by writing a deleted draft again), the
 * notice offers it: `toast.done(t("deleted"), { undo: () => createDocument(kind, former) })`.
 */
import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";

import { toProblem } from "./api/problem";
import { i18next } from "./i18n";

const UNDO_MS = 10_000;

interface Options {
  /** Takes it back; what it answers is of no interest. */
  undo?: () => Promise<unknown>;
  /** On the button; "Undo" where nothing is said. */
  undoLabel?: string;
}

export const toast = {
  done: (message: string, { undo, undoLabel }: Options = {}): void => {
    if (!undo) {
      notifications.show({ color: "ledger", message });
      return;
    }
    const id = notifications.show({ color: "ledger", autoClose: UNDO_MS, message: "" });
    const takeBack = () => {
      notifications.update({ id, loading: true, autoClose: false, message: i18next.t("toast.undoing") });
      undo().then(
        () => notifications.update({ id, loading: false, color: "ledger", autoClose: 4000, message: i18next.t("toast.undone") }),
        (error: unknown) => notifications.update({ id, loading: false, color: "red", autoClose: false, message: toProblem(error).message }),
      );
    };
    notifications.update({
      id,
      color: "ledger",
      autoClose: UNDO_MS,
      message: (
        <Group gap="sm" wrap="nowrap" justify="space-between">
          <span>{message}</span>
          <Button size="compact-sm" variant="default" onClick={takeBack}>
            {undoLabel ?? i18next.t("toast.undo")}
          </Button>
        </Group>
      ),
    });
  },

  failed: (error: unknown): void => {
    notifications.show({ color: "red", autoClose: 10_000, message: toProblem(error).message });
  },
};
