/** What an experiment makes its training pictures of, in words. */
import type { Experiment } from "../experiment/experiment.ts";
import type { Strength } from "../stylize/strength.ts";
import { isRestyled } from "../train/mixture.ts";
import type { OriginalOptions, StylizeOptions } from "../train/picture-options.ts";
import type { Scheduled } from "../train/scheduled.ts";

/** Names and values: augmentation; and where there are any, synthetic pictures, restyling and its stylizer. */
export function mixtureEntries(experiment: Experiment): [name: string, value: string][] {
  const { original, synthetic } = experiment;
  const entries: [string, string][] = [["augmentation", augmentText(original)]];
  if (synthetic !== undefined) {
    const share = scheduleText(synthetic.share, shareText);
    entries.push(["synthetic pictures", `${share} of every batch, from ${poolText(synthetic.pool)}`]);
    entries.push(["their augmentation", augmentText(synthetic)]);
  }
  if (isRestyled(experiment)) {
    entries.push(["restyling", restylingText(experiment)]);
    const { weights, styles, size } = experiment.stylizer;
    entries.push(["stylizer", `${fileText(weights)}${size === "native" ? "" : `, working at ${size} pixels`}`]);
    entries.push(["styles", fileText(styles)]);
  }
  return entries;
}

/** "flip, crop, trivial-augment; restyled ones: flip, crop" */
function augmentText({ flip, crop, augment, stylize, combine }: OriginalOptions): string {
  const always = [...(flip === 0 ? [] : ["flip"]), ...(crop === "none" ? [] : ["crop"])];
  const text = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));
  const isOr = combine === "or" && augment.length > 0 && isRestyled({ original: { stylize } });
  return `${text([...always, ...augment.map(({ kind }) => kind)])}${isOr ? `; restyled ones: ${text(always)}` : ""}`;
}

/** "30 % of originals at strength 1, 50 % of synthetic pictures at strength 0.1 to 1" */
function restylingText({ original, synthetic }: Experiment): string {
  const parts: [string, StylizeOptions | undefined][] = [
    ["originals", original.stylize],
    ["synthetic pictures", synthetic?.stylize],
  ];
  return parts
    .flatMap(([what, stylize]) =>
      stylize !== undefined && isRestyled({ original: { stylize } })
        ? `${scheduleText(stylize.probability, shareText)} of ${what} at strength ${scheduleText(stylize.strength, strengthText)}`
        : [],
    )
    .join(", ");
}

/** "own" is the one that comes with Patina. */
const fileText = (path: string): string => (path === "own" ? "Patina\u2019s own" : path);

const poolText = (pool: NonNullable<Experiment["synthetic"]>["pool"]): string =>
  typeof pool === "string" ? pool : pool.pictures;

/** "0.5", or "0.5 (0.2 from epoch 31)" */
function scheduleText<Value extends number | readonly number[]>(
  schedule: Scheduled<Value>,
  write: (value: Value) => string,
): string {
  if (typeof schedule === "number" || Array.isArray(schedule)) return write(schedule as Value);
  const { at } = schedule as { at: readonly (readonly [number, Value])[] };
  const [first, ...later] = at;
  const changes = later.map(([epoch, value]) => `${write(value)} from epoch ${epoch + 1}`);
  return `${write(first![1])}${changes.length === 0 ? "" : ` (${changes.join(", ")})`}`;
}

/** 0.4 is "40 %" */
export const shareText = (share: number): string => `${Number((100 * share).toFixed(1))}\u00a0%`;

const strengthText = (strength: Strength): string =>
  typeof strength === "number" ? String(strength) : strength.join(" to ");
