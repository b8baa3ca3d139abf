import { Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

import { Sheet } from "@/components/Page";

import classes from "./HomePage.module.css";

/** A part of the dashboard under its heading. */
export function Panel({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Sheet>
      <section aria-labelledby={id}>
        <div className={classes.head}>
          <Title order={2} id={id}>
            {title}
          </Title>
          {actions}
        </div>
        {children}
      </section>
    </Sheet>
  );
}
