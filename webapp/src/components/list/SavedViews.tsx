import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput, Tooltip } from "@mantine/core";
import { Bookmark, BookmarkPlus, Check, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { usePreference } from "@/lib/preferences";

import type { ListState } from "./ListPage";
import { isSameView, type View, viewOf } from "./views";

interface Props {
  list: string;
  state: ListState;
  onState: (next: ListState) => void;
}

/** Filters, search and order under a name, to come back to. */
export function SavedViews({ list, state, onState }: Props) {
  const { t } = useTranslation();
  const [views, setViews] = usePreference<View[]>(`views.${list}`, []);
  const [isNaming, setNaming] = useState(false);
  const now = viewOf(state);
  const current = views.find((view) => isSameView(view.state, now));
  const hasState = Object.keys(now).length > 0;
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Tooltip label={t("list.views")}>
            <ActionIcon size="lg" aria-label={t("list.views")} color={current ? "ledger" : "gray"}>
              <Bookmark size={17} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length > 0 && <Menu.Label>{t("list.views")}</Menu.Label>}
          {views.map((view) => (
            <Menu.Item key={view.name} leftSection={view === current ? <Check size={15} aria-label={t("list.viewNow")} /> : <span style={{ width: 15 }} />} onClick={() => onState(view.state)}>
              {view.name}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          {current ? (
            <Menu.Item leftSection={<Trash2 size={15} />} onClick={() => setViews(views.filter((view) => view !== current))}>
              {t("list.forgetView", { name: current.name })}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<BookmarkPlus size={15} />} disabled={!hasState} onClick={() => setNaming(true)}>
              {hasState ? t("list.saveView") : t("list.nothingToSave")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isNaming && (
        <NameDialog
          taken={views.map(({ name }) => name)}
          onClose={() => setNaming(false)}
          onName={(name) => {
            setViews([...views.filter((view) => view.name !== name), { name, state: now }]);
            setNaming(false);
          }}
        />
      )}
    </>
  );
}

function NameDialog({ taken, onName, onClose }: { taken: readonly string[]; onName: (name: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const wanted = name.trim();
  return (
    <Modal opened onClose={onClose} title={t("list.saveView")} closeButtonProps={{ "aria-label": t("action.close") }} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted) onName(wanted);
        }}
      >
        <Stack>
          <TextInput label={t("list.viewName")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={60} data-autofocus description={taken.includes(wanted) ? t("list.viewTaken") : undefined} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" disabled={!wanted}>
              {t("action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
