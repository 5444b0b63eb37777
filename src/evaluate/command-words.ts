/** Options of an evaluation as they are typed after `patina evaluate MODEL`. */
import type { EvaluateOptions } from "./options.ts";

type Choice = Pick<
  EvaluateOptions,
  "checkpoint" | "dataSet" | "part" | "official" | "suites" | "only" | "severities" | "subset"
>;

/** The options that say which network, which pictures and which corruptions, each with a space before it. */
export function wordsOf(options: Choice): string {
  const { checkpoint, dataSet, part, official, suites, only, severities, subset } = options;
  const words = [
    ...(checkpoint === undefined ? [] : ["--checkpoint", checkpoint]),
    ...(dataSet === undefined ? [] : ["--data-set", dataSet]),
    ...(part === "held" ? ["--on", "held"] : []),
    ...(official === undefined ? [] : ["--official", official]),
    ...(suites ?? []).flatMap((suite) => ["--suite", suite]),
    ...(only ?? []).flatMap((name) => ["--only", name]),
    ...(severities ?? []).flatMap((severity) => ["--severity", String(severity)]),
    ...(subset === undefined ? [] : ["--subset", String(subset)]),
  ];
  return words.map((word) => ` ${shellWord(word)}`).join("");
}

/** Quoted where a shell would take it for something else. */
export function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
