import { Button, Group, Modal, type ModalProps, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "./ProblemAlert";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  text: ReactNode;
  confirmLabel: string;
  /** Runs when confirmed; its problem is shown in the dialog, which closes when it succeeded. */
  onConfirm: () => Promise<unknown>;
  danger?: boolean;
  size?: ModalProps["size"];
  children?: ReactNode;
}

export function ConfirmDialog({ opened, onClose, title, text, confirmLabel, onConfirm, danger = true, size = "md", children }: Props) {
  const { t } = useTranslation();
  const action = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  const close = () => {
    action.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={title} size={size} closeButtonProps={{ "aria-label": t("action.close") }}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {text}
        </Text>
        {children}
        <ProblemAlert error={action.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("action.cancel")}
          </Button>
          <Button color={danger ? "red" : undefined} loading={action.isPending} onClick={() => action.mutate()} data-autofocus>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
