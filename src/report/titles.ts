/** What suites, origins and pictures are called, and how corruptions are grouped. */
import { corruptionGroups } from "../corrupt/suites.ts";
import type { Column, Evaluation, SuiteResult } from "../evaluate/evaluation.ts";
import { count } from "./numbers.ts";

export const suiteTitles: Readonly<Record<SuiteResult["suite"], string>> = {
  c15: "C15 (the 15 of most tables)",
  c: "C (all 19)",
  "c-bar": "C-bar (ten others)",
  "without-pixel-noise": "C and C-bar, no pixel noise",
};

/** In a few letters, for tiles and charts. */
export const shortSuiteTitles: Readonly<Record<SuiteResult["suite"], string>> = {
  c15: "C15",
  c: "C",
  "c-bar": "C-bar",
  "without-pixel-noise": "no pixel noise",
};

/** In the order of the page: the figure that most tables give comes first. */
export function sortSuites<Suite extends Pick<SuiteResult, "suite">>(suites: readonly Suite[]): Suite[] {
  const order = Object.keys(suiteTitles);
  return suites.toSorted((a, b) => order.indexOf(a.suite) - order.indexOf(b.suite));
}

/** The suite that stands for the others where one number is asked for: the first of the page's order. */
export function mainSuite(column: Column | undefined): SuiteResult | undefined {
  return column === undefined ? undefined : sortSuites(column.suites)[0];
}

/** "official" for files that others published; "made here" for those that this suite version makes. */
export function originText(origin: string): string {
  if (origin === "official") return "official files";
  const [, version] = /^generated@(.+)$/.exec(origin) ?? [];
  return version === undefined ? origin : `made by Patina, suite version ${version}`;
}

/** "1,000 of 10,000 test pictures of cifar10" */
export function picturesText({ name, part, count: measured, total }: Evaluation["data"]): string {
  const number = measured < total ? `${count(measured)} of ${count(total)}` : `all ${count(total)}`;
  return `${number} ${part === "held" ? "held-out" : part} pictures of ${name}`;
}

export interface CorruptionGroup {
  readonly title: string;
  readonly corruptions: readonly string[];
}

/** Those measured, by kind; what is in no kind of C15 is the rest of C, or of C-bar. */
export function groupCorruptions({ cells, suites }: Column): CorruptionGroup[] {
  const measured = new Set(cells.map(({ corruption }) => corruption));
  const bar = new Set(suites.find(({ suite }) => suite === "c-bar")?.corruptions);
  const grouped: [string, readonly string[]][] = [...Object.entries(corruptionGroups), ["C-bar", [...bar]]];
  const placed = new Set(grouped.flatMap(([, names]) => names));
  return [
    ...grouped.slice(0, -1),
    ["others", [...measured].filter((name) => !placed.has(name))] as const,
    grouped.at(-1)!,
  ]
    .map(([title, names]) => ({ title, corruptions: names.filter((name) => measured.has(name)) }))
    .filter(({ corruptions }) => corruptions.length > 0);
}
