/** The lines of an editor while somebody types them: plain values with a key of their own. */

export interface Keyed {
  /** Stays the same while lines are added, moved and removed around it. */
  key: number;
}

let lastKey = 0;
export const nextKey = () => ++lastKey;

/** Lines that were kept somewhere get keys of this page. */
export const rekeyed = <Line extends Keyed>(lines: readonly Line[]): Line[] => lines.map((line) => ({ ...line, key: nextKey() }));

export type Step<Line extends Keyed> =
  | { do: "set"; key: number; patch: Partial<Line> }
  | { do: "add"; lines: Line[]; before?: number }
  | { do: "remove"; key: number }
  | { do: "move"; key: number; by: 1 | -1 }
  | { do: "patch"; patches: ReadonlyMap<number, Partial<Line>>; more: Line[] };

/** `empty` stands in where the last line was removed. */
export function changed<Line extends Keyed>(lines: readonly Line[], step: Step<Line>, empty: () => Line): Line[] {
  switch (step.do) {
    case "set":
      return lines.map((line) => (line.key === step.key ? { ...line, ...step.patch } : line));
    case "add": {
      const place = step.before === undefined ? lines.length : lines.findIndex(({ key }) => key === step.before);
      return [...lines.slice(0, place), ...step.lines, ...lines.slice(place)];
    }
    case "remove": {
      const left = lines.filter(({ key }) => key !== step.key);
      return left.length ? left : [empty()];
    }
    case "move": {
      const from = lines.findIndex(({ key }) => key === step.key);
      const to = from + step.by;
      const moved = lines[from];
      if (!moved || to < 0 || to >= lines.length) return [...lines];
      const rest = lines.filter(({ key }) => key !== step.key);
      return [...rest.slice(0, to), moved, ...rest.slice(to)];
    }
    case "patch":
      return [...lines, ...step.more].map((line) => ({ ...line, ...step.patches.get(line.key) }));
  }
}

/** What a spreadsheet puts on the clipboard: rows of cells between tabs; cells with line breaks are in quotes. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  const endCell = () => {
    rows.at(-1)?.push(cell.trim());
    cell = "";
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text.charAt(at + 1) === '"') cell += text.charAt(++at);
      else isQuoted = false;
    } else if (letter === '"' && cell === "") isQuoted = true;
    else if (letter === "\t") endCell();
    else if (letter === "\n") {
      endCell();
      rows.push([]);
    } else if (letter !== "\r") cell += letter;
  }
  endCell();
  return rows.filter((cells) => cells.some((each) => each !== ""));
}

/** Several cells, and not just a long text. */
export const isTable = (text: string, isLongText: boolean) => text.includes("\t") || (!isLongText && text.trimEnd().includes("\n"));
