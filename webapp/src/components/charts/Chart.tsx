import { useElementSize } from "@mantine/hooks";
import { Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";

import { Amount } from "@/components/Amount";
import { direction } from "@/lib/i18n/languages";
import { locale } from "@/lib/locale";
import type { Place } from "@/lib/sources";

import classes from "./Chart.module.css";
import { everyNth, scaleOf, sizeOf, ticksOf } from "./scale";

export interface Series {
  name: string;
  /** One amount for each label. */
  values: readonly string[];
  form?: "bar" | "line";
  tone: "main" | "second" | "third" | "fourth";
}

interface Props {
  /** What it shows, also to those who do not see it. */
  title: string;
  /** What the labels are: "Month". */
  over: string;
  labels: readonly string[];
  series: readonly Series[];
  /** Where each label leads, by mouse, by Enter and from the table. */
  places?: readonly (Place | undefined)[] | undefined;
  height?: number;
}

const ABOVE = 10;
const BELOW = 26;
const AXIS = 52;
const WIDEST_BAR = 28;
const LETTER = 5.8; // of a label, on the average

const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });

/** Amounts over time as bars and lines. Whoever does not see it reads the same as a table. */
export function Chart({ title, over, labels, series, places, height = 220 }: Props) {
  const navigate = useNavigate();
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const values = series.flatMap((each) => each.values.map(sizeOf));
  const ticks = ticksOf(values);
  const bottom = height - BELOW;
  const y = scaleOf([ticks[0] ?? 0, ticks[ticks.length - 1] ?? 1], [bottom, ABOVE]);
  const isMirrored = direction === "rtl";
  const room = Math.max(width - AXIS, 0);
  const slot = room / Math.max(labels.length, 1);
  const x = (place: number) => (isMirrored ? room - place : AXIS + place);
  const middle = (index: number) => x((index + 0.5) * slot);
  const bars = series.filter(({ form }) => form !== "line");
  const lines = series.filter(({ form }) => form === "line");
  const bar = Math.min(WIDEST_BAR, (slot * 0.72) / Math.max(bars.length, 1));
  const widest = Math.max(...labels.map((label) => label.length), 1) * LETTER;
  const nth = everyNth(labels.length, room, widest + 12);
  const within = (place: number) => Math.min(Math.max(place, widest / 2), width - widest / 2);
  const goTo = (index: number | null) => {
    const place = index === null ? undefined : places?.[index];
    if (place) void navigate(place as Parameters<typeof navigate>[0]);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (event.key === "Enter") goTo(at);
    if (!step) return;
    event.preventDefault();
    setAt((now) => Math.min(labels.length - 1, Math.max(0, (now ?? (step > 0 ? -1 : labels.length)) + (isMirrored ? -step : step))));
  };
  return (
    <figure className={classes.figure} aria-label={title}>
      <Legend series={series} />
      <div className={classes.drawing} ref={ref} style={{ height }} onPointerLeave={() => setAt(null)}>
        {width > 0 && (
          <svg width={width} height={height} className={classes.svg} role="img" aria-label={title} tabIndex={0} onKeyDown={onKey} onBlur={() => setAt(null)}>
            {ticks.map((tick) => (
              <g key={tick}>
                <line x1={isMirrored ? 0 : AXIS} x2={isMirrored ? room : width} y1={y(tick)} y2={y(tick)} className={tick === 0 ? classes.zero : classes.grid} />
                <text x={isMirrored ? room + AXIS - 4 : AXIS - 8} y={y(tick)} dy="0.32em" className={classes.tick} textAnchor="end" direction="ltr">
                  {compact.format(tick)}
                </text>
              </g>
            ))}
            {at !== null && <rect x={middle(at) - slot / 2} width={slot} y={ABOVE} height={bottom - ABOVE} className={classes.chosen} />}
            {bars.map(({ name, values: amounts, tone }, place) =>
              amounts.map((amount, index) => {
                const size = sizeOf(amount);
                const top = Math.min(y(0), y(size));
                const shift = (place - (bars.length - 1) / 2) * bar;
                return <rect key={`${name} ${index}`} x={middle(index) + (isMirrored ? -shift : shift) - bar / 2} width={Math.max(bar - 2, 1)} y={top} height={Math.abs(y(size) - y(0))} rx={1.5} className={classes.bar} data-tone={tone} />;
              }),
            )}
            {lines.map(({ name, values: amounts, tone }) => (
              <g key={name} data-tone={tone} className={classes.line}>
                <polyline points={amounts.map((amount, index) => `${middle(index)},${y(sizeOf(amount))}`).join(" ")} />
                {amounts.length <= 24 && amounts.map((amount, index) => <circle key={index} cx={middle(index)} cy={y(sizeOf(amount))} r={2.5} />)}
              </g>
            ))}
            {labels.map(
              (label, index) =>
                index % nth === 0 && (
                  <text key={index} x={within(middle(index))} y={height - 8} className={classes.tick} textAnchor="middle">
                    {label}
                  </text>
                ),
            )}
            {labels.map((label, index) => (
              <rect key={label + String(index)} x={middle(index) - slot / 2} width={slot} y={0} height={height} className={classes.touch} onPointerEnter={() => setAt(index)} onPointerDown={() => setAt(index)} onClick={() => goTo(index)} data-leads={places?.[index] ? true : undefined} />
            ))}
          </svg>
        )}
        {at !== null && (
          <div className={classes.tip} style={tipPlace(middle(at), width)} aria-hidden>
            <strong>{labels[at]}</strong>
            {series.map(({ name, values: amounts, tone }) => (
              <div key={name} className={classes.tipRow}>
                <span className={classes.key} data-tone={tone} />
                <span>{name}</span>
                <Amount value={amounts[at] ?? "0"} />
              </div>
            ))}
          </div>
        )}
      </div>
      <AsTable title={title} over={over} labels={labels} series={series} places={places} />
    </figure>
  );
}

const TIP = 190;

/** Beside the pointer, and never beyond the drawing. */
const tipPlace = (x: number, width: number) => ({ left: Math.max(0, x + 16 + TIP > width ? x - TIP - 16 : x + 16), width: TIP });

export function Legend({ series }: { series: readonly Series[] }) {
  if (series.length < 2) return null;
  return (
    <div className={classes.legend} aria-hidden>
      {series.map(({ name, tone, form }) => (
        <span key={name} className={classes.legendItem}>
          <span className={classes.key} data-tone={tone} data-form={form} />
          {name}
        </span>
      ))}
    </div>
  );
}

function AsTable({ title, over, labels, series, places }: Pick<Props, "title" | "over" | "labels" | "series" | "places">) {
  return (
    <table className={classes.unseen}>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{over}</th>
          {series.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {labels.map((label, index) => {
          const place = places?.[index];
          return (
            <tr key={label + String(index)}>
              <th scope="row">
                {place ? (
                  <Link {...place} className={classes.unseenLink}>
                    {label}
                  </Link>
                ) : (
                  label
                )}
              </th>
              {series.map(({ name, values }) => (
                <td key={name}>
                  <Amount value={values[index] ?? "0"} />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
