import { Menu, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronsUpDown, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import type { Organization } from "@/lib/api/types";
import { session } from "@/lib/session";
import { urls } from "@/lib/urls";

import classes from "./OrganizationSwitcher.module.css";

interface Props {
  current: Organization;
  organizations: Organization[];
}

export function OrganizationSwitcher({ current, organizations }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: async (id: string) => {
      await navigate({ to: urls.home });
      await session.switchTo(id);
    },
    onError: (error) => notifications.show({ color: "red", title: t("switcher.failed"), message: <ProblemAlert error={error} /> }),
  });
  return (
    <Menu width={260} position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={t("switcher.label", { name: current.name })}>
          <Initial name={current.name} />
          <span className={classes.name} dir="auto">{current.name}</span>
          <ChevronsUpDown size={15} className={classes.arrows} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("switcher.organizations")}</Menu.Label>
        {organizations.map((organization) => (
          <Menu.Item
            key={organization.id}
            leftSection={<Initial name={organization.name} />}
            rightSection={organization.id === current.id ? <Check size={15} aria-label={t("switcher.current")} /> : null}
            onClick={() => organization.id !== current.id && change.mutate(organization.id)}
          >
            {organization.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Plus size={16} />} onClick={() => void navigate({ to: urls.setUp })}>
          {t("switcher.new")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Initial({ name }: { name: string }) {
  return <span className={classes.initial} data-initial={Array.from(name.trim())[0]?.toLocaleUpperCase()} aria-hidden />;
}
