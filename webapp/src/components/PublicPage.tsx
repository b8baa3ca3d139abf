import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

import { Logo } from "./Logo";
import { useDocumentTitle } from "./Page";
import classes from "./PublicPage.module.css";

interface Props {
  title: string;
  subtitle?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
  wide?: boolean;
}

/** The card in the middle: pages before (or outside) an organization. */
export function PublicPage({ title, subtitle, children, below, wide = false }: Props) {
  useDocumentTitle(title);
  return (
    <main className={classes.page}>
      <div className={classes.column} data-wide={wide || undefined}>
        <div className={classes.logo}>
          <Logo />
        </div>
        <div className={classes.card}>
          <Stack gap="lg">
            <div>
              <Title order={1}>{title}</Title>
              {subtitle && (
                <Text size="sm" c="dimmed" mt={4} component="div">
                  {subtitle}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </div>
        {below && (
          <Text size="sm" c="dimmed" ta="center" component="div">
            {below}
          </Text>
        )}
      </div>
    </main>
  );
}
