import { ActionIcon, UnstyledButton } from "@mantine/core";
import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useCommands } from "./commands";
import classes from "./Finder.module.css";

const KEYS = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘K" : "Ctrl K";

/** What looks like a search field opens the palette. Compact on phones: the glass only. */
export function Finder({ compact = false }: { compact?: boolean }) {
  const { t } = useTranslation();
  const { openPalette } = useCommands();
  if (compact)
    return (
      <ActionIcon size="lg" onClick={openPalette} aria-label={t("finder.label")}>
        <Search size={19} />
      </ActionIcon>
    );
  return (
    <UnstyledButton className={classes.finder} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
      <Search size={15} aria-hidden />
      <span className={classes.words}>{t("finder.label")}</span>
      <kbd className={classes.key} aria-hidden>{KEYS}</kbd>
    </UnstyledButton>
  );
}
