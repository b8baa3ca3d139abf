import { Modal, SimpleGrid, Switch, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { CREATIONS, DESTINATIONS } from "@/app/destinations";
import { useFocusBack } from "@/components/useFocusBack";
import { useAbilities } from "@/lib/organization";
import { areShortcutsOn, switchShortcuts } from "@/lib/shortcuts";

import classes from "./ShortcutsHelp.module.css";

const ANYWHERE = [
  ["search", "Ctrl K"],
  ["help", "?"],
  ["close", "Esc"],
] as const;
const LISTS = [
  ["find", "/"],
  ["down", "j"],
  ["up", "k"],
  ["openRow", "Enter"],
  ["chooseRow", "x"],
] as const;
const EDITORS = [
  ["save", "Ctrl S"],
  ["post", "Ctrl Enter"],
  ["addLine", "Enter"],
  ["moveCells", "↑ ↓"],
  ["paste", "Ctrl V"],
] as const;

/** Every key there is, by where it works. */
export function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["shell", "common"]);
  const may = useAbilities();
  useFocusBack();
  const [isOn, setOn] = useState(areShortcutsOn);
  return (
    <Modal opened onClose={onClose} title={t("help.title")} size={760} closeButtonProps={{ "aria-label": t("action.close", { ns: "common" }) }}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        <div>
          <Part title={t("help.anywhere")}>{ANYWHERE.map(([name, keys]) => <Row key={name} words={t(`help.${name}`)} keys={keys} />)}</Part>
          <Part title={t("help.lists")}>{LISTS.map(([name, keys]) => <Row key={name} words={t(`help.${name}`)} keys={keys} />)}</Part>
          <Part title={t("help.editors")}>{EDITORS.map(([name, keys]) => <Row key={name} words={t(`help.${name}`)} keys={keys} />)}</Part>
        </div>
        <div>
          <Part title={t("help.goTo")}>
            {DESTINATIONS.filter(({ key, needs }) => key && (!needs || may(needs))).map(({ label, key }) => (
              <Row key={label} words={t(`navigation.${label}`, { ns: "common" })} keys={`g ${key}`} />
            ))}
          </Part>
          <Part title={t("help.create")}>
            {CREATIONS.filter(({ key, needs }) => key && may(needs)).map(({ label, key }) => (
              <Row key={label} words={t(`palette.new.${label}`)} keys={`n ${key}`} />
            ))}
          </Part>
        </div>
      </SimpleGrid>
      <Switch
        mt="lg"
        label={t("help.switch")}
        description={t("help.switchText")}
        checked={isOn}
        onChange={(event) => {
          switchShortcuts(event.currentTarget.checked);
          setOn(event.currentTarget.checked);
        }}
      />
    </Modal>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <Title order={3}>{title}</Title>
      <dl className={classes.rows}>{children}</dl>
    </section>
  );
}

function Row({ words, keys }: { words: string; keys: string }) {
  return (
    <div className={classes.row}>
      <dt>{words}</dt>
      <dd>
        {keys.split(" ").map((key) => (
          <kbd key={key} className={classes.key}>
            {key}
          </kbd>
        ))}
      </dd>
    </div>
  );
}
