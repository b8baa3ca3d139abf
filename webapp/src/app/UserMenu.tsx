import { ActionIcon, Menu, type MantineColorScheme, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { notifications } from "@mantine/notifications";
import { Check, CircleUserRound, Keyboard, Languages, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { choose, language, LANGUAGES } from "@/lib/i18n/languages";
import { session, useSession } from "@/lib/session";
import { urls } from "@/lib/urls";

import classes from "./UserMenu.module.css";

const SCHEMES = [
  ["auto", Monitor],
  ["light", Sun],
  ["dark", Moon],
] as const satisfies readonly (readonly [MantineColorScheme, typeof Sun])[];

/** Compact on phones: the picture only. */
export function UserMenu({ compact = false, onHelp }: { compact?: boolean; onHelp?: () => void }) {
  const { t } = useTranslation();
  const now = useSession();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useMutation({
    mutationFn: session.logOut,
    onError: (error) => notifications.show({ color: "red", title: t("userMenu.failed"), message: <ProblemAlert error={error} /> }),
  });
  if (!("user" in now)) return null;
  const name = now.user.full_name || now.user.email;
  return (
    <Menu width={236} position={compact ? "bottom-end" : "top-start"}>
      <Menu.Target>
        {compact ? (
          <ActionIcon size="lg" aria-label={t("userMenu.label", { name })}>
            <CircleUserRound size={20} />
          </ActionIcon>
        ) : (
          <UnstyledButton className={classes.target} aria-label={t("userMenu.label", { name })}>
            <CircleUserRound size={18} strokeWidth={1.6} aria-hidden />
            <span className={classes.name}>{name}</span>
          </UnstyledButton>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{now.user.email}</Menu.Label>
        <Menu.Item leftSection={<UserRound size={16} />} onClick={() => void navigate({ to: urls.settings, hash: "profile" })}>
          {t("userMenu.profile")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("userMenu.appearance")}</Menu.Label>
        {SCHEMES.map(([scheme, Icon]) => (
          <Menu.Item
            key={scheme}
            closeMenuOnClick={false}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === scheme ? <Check size={15} aria-label={t("userMenu.chosen")} /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`userMenu.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t("userMenu.language")}</Menu.Label>
        {LANGUAGES.map(({ value, label }) => (
          <Menu.Item key={value} lang={value} leftSection={<Languages size={16} />} rightSection={language === value ? <Check size={15} aria-label={t("userMenu.chosen")} /> : null} onClick={() => choose(value)}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {onHelp && (
          <Menu.Item leftSection={<Keyboard size={16} />} rightSection={<kbd aria-hidden>?</kbd>} onClick={onHelp}>
            {t("userMenu.shortcuts")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<LogOut size={16} />} onClick={() => leave.mutate()}>
          {t("userMenu.logOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
