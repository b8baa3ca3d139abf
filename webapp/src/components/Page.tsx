import { Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

import classes from "./Page.module.css";

interface Props {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Narrow pages hold forms, wide ones tables. */
  narrow?: boolean;
}

export function Page({ title, subtitle, actions, children, narrow = false }: Props) {
  useDocumentTitle(title);
  return (
    <div className={classes.page} data-narrow={narrow || undefined}>
      <header className={classes.header}>
        <div className={classes.heading}>
          <Title order={1}>{title}</Title>
          {subtitle && (
            <Text size="sm" c="dimmed" component="div">
              {subtitle}
            </Text>
          )}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A white sheet that tables and forms lie on. */
export function Sheet({ children, padded = false }: { children: ReactNode; padded?: boolean }) {
  return (
    <div className={classes.sheet} data-padded={padded || undefined}>
      {children}
    </div>
  );
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Ledger`;
  }, [title]);
}
