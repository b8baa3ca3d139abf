import { ActionIcon, Menu } from "@mantine/core";
import { Plus } from "lucide-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";

import { MenuLink } from "@/components/links";
import { useAbilities } from "@/lib/organization";

import { useCommands } from "./commands";
import { CREATIONS } from "./destinations";
import classes from "./Finder.module.css";

const GROUPS = ["sales", "purchases", "books"] as const;

/** New things of every sort, from anywhere. */
export function QuickCreate() {
  const { t } = useTranslation();
  const may = useAbilities();
  const { create } = useCommands();
  const groups = GROUPS.map((group) => ({ group, creations: CREATIONS.filter((one) => one.group === group && may(one.needs)) })).filter(({ creations }) => creations.length);
  if (!groups.length) return null;
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <ActionIcon variant="filled" color="ledger" size={34} aria-label={t("create.label")}>
          <Plus size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {groups.map(({ group, creations }) => (
          <Fragment key={group}>
            <Menu.Label>{t(`navigation.section.${group}`)}</Menu.Label>
            {creations.map((creation) =>
              creation.place ? (
                <MenuLink key={creation.label} {...creation.place} rightSection={<Keys letter={creation.key} />}>
                  {t(`create.${creation.label}`)}
                </MenuLink>
              ) : (
                <Menu.Item key={creation.label} onClick={() => create(creation)} rightSection={<Keys letter={creation.key} />}>
                  {t(`create.${creation.label}`)}
                </Menu.Item>
              ),
            )}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Keys({ letter }: { letter: string | undefined }) {
  return letter ? <kbd className={classes.key} aria-hidden>{`n ${letter}`}</kbd> : null;
}
