import { formatAmount, isNegative, isZero } from "@/lib/money";
import { locale } from "@/lib/locale";

import classes from "./Amount.module.css";

interface Props {
  value: string;
  /** Leave the place empty for zero, as in the columns of a journal. */
  blankZero?: boolean;
}

/** A money amount: exact, in the person's notation, with figures of equal width. */
export function Amount({ value, blankZero = false }: Props) {
  if (blankZero && isZero(value)) return null;
  return (
    <bdi className={classes.amount} data-negative={isNegative(value) || undefined}>
      {formatAmount(value, locale)}
    </bdi>
  );
}
