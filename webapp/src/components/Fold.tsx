import { type ReactNode, useState } from "react";

import classes from "./Fold.module.css";

interface Props {
  title: string;
  /** Said beside the title while it is closed: what is inside. */
  hint?: ReactNode;
  /** Something inside needs to be seen: it cannot stay closed. */
  needed?: boolean;
  open?: boolean;
  children: ReactNode;
}

/** A part of a form that most people leave as it is. */
export function Fold({ title, hint, needed = false, open = false, children }: Props) {
  const [isOpen, setOpen] = useState(open);
  return (
    <details className={classes.fold} open={isOpen || needed} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.summary}>
        {title}
        {hint && <span className={classes.hint}>{hint}</span>}
      </summary>
      <div className={classes.inside}>{children}</div>
    </details>
  );
}
