import { Amount } from "@/components/Amount";

import classes from "./RankedBars.module.css";
import { sizeOf } from "./scale";

interface Props {
  title: string;
  /** What the names are, and what the amounts. */
  heads: readonly [string, string];
  bars: readonly { name: string; amount: string }[];
}

/** Amounts by size, each with its name: a table whose bars only underline it. */
export function RankedBars({ title, heads, bars }: Props) {
  const most = Math.max(...bars.map(({ amount }) => Math.abs(sizeOf(amount))), 0);
  return (
    <table className={classes.bars} aria-label={title}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars.map(({ name, amount }, index) => (
          <tr key={index}>
            <th scope="row" title={name}>
              {name}
            </th>
            <td>
              <span className={classes.track} aria-hidden>
                {most > 0 && <span className={classes.bar} data-negative={sizeOf(amount) < 0 || undefined} style={{ width: `${(Math.abs(sizeOf(amount)) / most) * 100}%` }} />}
              </span>
              <Amount value={amount} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
