import { Button, Group, Modal, type ModalProps, Stack } from "@mantine/core";
import type { ReactNode, SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { ApiProblem } from "@/lib/api/problem";

import { ProblemAlert } from "./ProblemAlert";
import { useFocusBack } from "./useFocusBack";

interface Props {
  title: string;
  onClose: () => void;
  /** What `useProblemForm` gives. */
  form: { submit: (event?: SyntheticEvent) => Promise<void>; problem: ApiProblem | null; isSending: boolean };
  submitLabel: string;
  danger?: boolean;
  size?: ModalProps["size"];
  /** Beside the buttons, at the start. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A form in a dialog: its fields, what went wrong, and the two buttons. */
export function FormDialog({ title, onClose, form, submitLabel, danger = false, size = "md", aside, children }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ "aria-label": t("action.close") }}>
      <form onSubmit={(event) => void form.submit(event)} noValidate>
        <Stack>
          {children}
          <ProblemAlert error={form.problem} />
          <Group justify="flex-end" gap="xs">
            {aside && <div style={{ marginInlineEnd: "auto" }}>{aside}</div>}
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" {...(danger && { color: "red" })} loading={form.isSending}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
