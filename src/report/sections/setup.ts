/** What was trained, and on what. */
import { describeValues } from "../../experiment/describe.ts";
import { html, nameOf } from "../markup.ts";
import { mixtureEntries } from "../mixture.ts";
import { count } from "../numbers.ts";
import type { RunRecord } from "../run-record.ts";
import type { Section } from "../section.ts";
import { drawList, drawTable } from "../table.ts";

export function setupSection(run: RunRecord): Section {
  const { experiment, manifest, evaluation } = run;
  const { train } = experiment;
  const { split, data } = manifest;
  const classes = evaluation?.model.classes;
  const held = split.held === 0 ? "" : `, ${count(split.held)} held out`;
  const entries = [
    ["network", modelText(run)],
    ["trained on", html`${nameOf(data.name)}: ${count(split.train)} pictures${held}`],
    ...(classes === undefined ? [] : [["classes", html`${classes.length}: ${nameOf(someOf(classes))}`] as const]),
    ...mixtureEntries(experiment),
    ["epochs", `${count(train.epochs)} in batches of ${count(train.batch)}`],
    ["optimizer", `${train.optimizer.kind}, learning rate ${train.optimizer.learningRate}, ${train.schedule.kind}`],
    [
      "averaging",
      train.averaging === "none"
        ? "none"
        : `weights of the last ${Math.round((1 - train.averaging.from) * 100)} % of the epochs`,
    ],
    ["seed", String(train.seed)],
  ] as const;
  const values = drawTable({
    caption: "Every value of the experiment",
    head: ["value", "is", "what it is"],
    rows: describeValues(experiment).map(({ path, value, description }) => [
      html`<code>${path}</code>`,
      html`<code>${value}</code>`,
      description,
    ]),
    isText: true,
  });
  return {
    id: "setup",
    title: "What was trained",
    body: html`${drawList(entries)}<details><summary>Every value of the experiment</summary>${values}</details>`,
  };
}

/** "wide-resnet, depth 28, width 4" */
export function modelText({ experiment: { model } }: RunRecord): string {
  const { kind, ...options } = model;
  const shown = Object.entries(options).filter(([, value]) => typeof value === "number" && value !== 0);
  return [kind, ...shown.map(([key, value]) => `${key} ${value}`)].join(", ");
}

const CLASSES_SHOWN = 12;

function someOf(classes: readonly string[]): string {
  const more = classes.length > CLASSES_SHOWN ? `, and ${classes.length - CLASSES_SHOWN} more` : "";
  return classes.slice(0, CLASSES_SHOWN).join(", ") + more;
}
