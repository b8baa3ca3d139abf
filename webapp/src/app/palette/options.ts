/** What the palette offers for what was typed. */
import type { LinkProps } from "@tanstack/react-router";

export type Group = "recent" | "found" | "create" | "go" | "do";

export interface Option {
  id: string;
  group: Group;
  title: string;
  /** What sort of thing it is, or which contact it is of. */
  detail?: string;
  /** At the end of its line: a date, keys. */
  aside?: string;
  amount?: { value: string; currency: string };
  state?: string;
  icon: string;
  place?: Pick<LinkProps, "to" | "params" | "search">;
  href?: string;
  run?: () => void;
}

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Options in which every typed word begins a word, in the order that was given; beginnings of the title first. */
export function matching(options: readonly Option[], typed: string): Option[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (!words.length) return [...options];
  const ranked = options.flatMap((option) => {
    const text = plain(option.title);
    const starts = text.split(/[\s(/-]+/);
    if (!words.every((word) => starts.some((start) => start.startsWith(word)))) return [];
    return [{ option, rank: text.startsWith(words[0] ?? "") ? 0 : 1 }];
  });
  return ranked.sort((one, other) => one.rank - other.rank).map(({ option }) => option);
}
