import { Button, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { session } from "@/lib/session";

import { LogInForm } from "./LogInForm";

/** The log-in ran out while somebody works: the page behind stays as it is, and goes on after the password. */
export function LogInDialog({ email }: { email: string }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false} title={t("people.expired.title")}>
      <Stack>
        <Text size="sm">{t("people.expired.text")}</Text>
        <LogInForm email={email} />
        <Button variant="subtle" color="gray" onClick={session.forget}>
          {t("people.expired.leave")}
        </Button>
      </Stack>
    </Modal>
  );
}
