import { Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";

import classes from "./Page.module.css";

interface Props {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Narrow pages hold forms, wide ones tables. */
  narrow?: boolean;
  /** As wide as the window: reports with many columns. */
  wide?: boolean;
}

export function Page({ title, subtitle, actions, children, narrow = false, wide = false }: Props) {
  useDocumentTitle(title);
  const heading = useFocusOnArrival();
  return (
    <div className={classes.page} data-narrow={narrow || undefined} data-wide={wide || undefined}>
      <header className={classes.header}>
        <div className={classes.heading}>
          <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>{title}</Title>
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

/** What had the focus has gone with the page before: begin at the heading, not at the top of the document. */
function useFocusOnArrival() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const hasActed = "userActivation" in navigator && navigator.userActivation.hasBeenActive; // else the page has just been opened
    if (hasActed && document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
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
