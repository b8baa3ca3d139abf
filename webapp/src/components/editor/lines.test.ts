import { describe, expect, it } from "vitest";

import { cellsOf, changed, isTable, type Keyed } from "./lines";

interface Line extends Keyed {
  text: string;
}

const line = (key: number): Line => ({ key, text: `line ${key}` });
const empty = () => line(99);
const THREE = [line(1), line(2), line(3)];
const keys = (lines: Line[]) => lines.map(({ key }) => key);

describe("lines", () => {
  it("move, are removed and added where they are wanted", () => {
    expect(keys(changed(THREE, { do: "move", key: 3, by: -1 }, empty))).toEqual([1, 3, 2]);
    expect(keys(changed(THREE, { do: "move", key: 1, by: -1 }, empty))).toEqual([1, 2, 3]);
    expect(keys(changed(THREE, { do: "remove", key: 2 }, empty))).toEqual([1, 3]);
    expect(keys(changed([line(1)], { do: "remove", key: 1 }, empty))).toEqual([99]);
    expect(keys(changed(THREE, { do: "add", lines: [line(7)], before: 2 }, empty))).toEqual([1, 7, 2, 3]);
    expect(keys(changed(THREE, { do: "add", lines: [line(7)] }, empty))).toEqual([1, 2, 3, 7]);
  });

  it("are written by pasting, and new ones take what is left over", () => {
    const patches = new Map([
      [3, { text: "third" }],
      [9, { text: "fourth" }],
    ]);
    expect(changed(THREE, { do: "patch", patches, more: [line(9)] }, empty).map(({ text }) => text)).toEqual(["line 1", "line 2", "third", "fourth"]);
  });
});

describe("what a spreadsheet puts on the clipboard", () => {
  it("is rows of cells; quoted cells may have line breaks, tabs and quotes", () => {
    expect(cellsOf('Coffee\t2\t9.50\r\n"Two\nlines"\t1\t"5"" pipe"\r\n')).toEqual([
      ["Coffee", "2", "9.50"],
      ["Two\nlines", "1", '5" pipe'],
    ]);
  });

  it("keeps empty cells, and leaves empty rows out", () => {
    expect(cellsOf("a\t\tb\n\n\tc")).toEqual([
      ["a", "", "b"],
      ["", "c"],
    ]);
  });

  it("is told from a text that is only long", () => {
    expect(isTable("one\ttwo", true)).toBe(true);
    expect(isTable("one\ntwo", false)).toBe(true);
    expect(isTable("one\ntwo", true)).toBe(false);
    expect(isTable("one\n", false)).toBe(false);
  });
});
