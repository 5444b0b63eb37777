/** A model card: what a network is for, what it was made of, what it is worth, and where it fails. Source: Mitchell et al. (2019). */
import type { Evaluation } from "../evaluate/evaluation.ts";
import { groupsOf } from "./groups.ts";
import { escapeMarkdown, markdownTable, suiteTable } from "./markdown.ts";
import { measuredOn, networkText, notesOf } from "./measured.ts";
import { worstCells } from "./mistakes.ts";
import { mixtureEntries } from "./mixture.ts";
import { count, percent, rangeText, words } from "./numbers.ts";
import { reproduction } from "./reproduction.ts";
import { chanceOf, endOf, type RunRecord } from "./run-record.ts";
import { computeUsed, costText } from "./sections/provenance.ts";
import { modelText } from "./sections/setup.ts";

/** The card of a run. What the run's files do not say (who may use it, what for) is left to its author, and marked so. */
export function drawCard(run: RunRecord): string {
  const { evaluation } = run;
  const parts: [string, string][] = [
    ["Intended use", intendedUse(run)],
    ["Training data", trainingData(run)],
    ["Training", training(run)],
    ["Results", results(run)],
    ["Limitations", limitations(evaluation)],
    ["How to get it again", again(run)],
  ];
  return `# ${escapeMarkdown(run.name)}\n\n${parts.map(([title, text]) => `## ${title}\n\n${text}`).join("\n")}`;
}

function intendedUse({ manifest, evaluation }: RunRecord): string {
  const classes = evaluation?.model.classes;
  const shape = evaluation?.data.shape;
  const what =
    classes === undefined
      ? "the classes of its data set"
      : `${classes.length} classes: ${classes.map(escapeMarkdown).join(", ")}`;
  const size =
    shape === undefined ? "" : ` Pictures of ${shape[0]}x${shape[1]} pixels, ${shape[2] === 1 ? "grey" : "in colour"}.`;
  return `Classifies pictures like those of ${escapeMarkdown(manifest.data.name)} into ${what}.${size} TODO: say who may use it for what, and what it must not be used for.\n`;
}

function trainingData({ manifest }: RunRecord): string {
  const { data, split, pool } = manifest;
  return markdownTable(
    ["", "value"],
    [
      ["data set", data.name],
      ["trained on", `${count(split.train)} pictures`],
      ["held out", `${count(split.held)} pictures`],
      ["sha256 of training pictures and labels", data.train],
      ["sha256 of test pictures and labels", data.test],
      ...(pool === undefined ? [] : [["sha256 of synthetic pictures and labels", pool.digest]]),
    ],
  );
}

function training(run: RunRecord): string {
  const { experiment, manifest, timings } = run;
  const { train } = experiment;
  const cost = computeUsed({ timings });
  return markdownTable(
    ["", "value"],
    [
      ["network", modelText(run)],
      ...mixtureEntries(experiment),
      ["epochs", `${train.epochs} in batches of ${train.batch}`],
      ["optimizer", `${train.optimizer.kind}, learning rate ${train.optimizer.learningRate}, ${train.schedule.kind}`],
      ["seed", String(manifest.seed)],
      ["made with", `Patina ${manifest.patina}, libtorch ${manifest.libtorch}, ${manifest.device}`],
      ...(cost === undefined ? [] : [["took", costText(cost)]]),
    ],
  );
}

function results(run: RunRecord): string {
  const chance = chanceOf(run);
  return `${chance === undefined ? "" : `${chance}\n\n`}${measuredResults(run)}`;
}

function measuredResults(run: RunRecord): string {
  const { evaluation } = run;
  if (evaluation === undefined) {
    const accuracy = endOf(run)?.testAccuracy;
    const clean =
      accuracy === undefined ? "It has not come to its end." : `Accuracy on clean test pictures: ${percent(accuracy)}.`;
    return `${clean} Not measured on corrupted pictures: \`patina evaluate RUN\`\n`;
  }
  const { clean } = evaluation;
  const cleanText = `Clean accuracy ${percent(clean.accuracy)} (${rangeText(clean.range)}), calibration error ${percent(clean.calibrationError)}.`;
  const measured = [networkText(run, evaluation), ...measuredOn(run, evaluation), "Intervals of 95 %."]
    .filter((sentence) => sentence !== undefined)
    .map(escapeMarkdown)
    .join(" ");
  const tables = groupsOf([run]).map(
    (group) => `\nCorrupted pictures, ${escapeMarkdown(group.title)}:\n\n${suiteTable([run], group)}`,
  );
  return `${cleanText} ${measured}\n${tables.join("")}`;
}

function limitations(evaluation: Evaluation | undefined): string {
  const worst = evaluation?.columns.flatMap((column) => worstCells(column).slice(0, 3)) ?? [];
  const notes = evaluation === undefined ? [] : notesOf(evaluation);
  const lines = [
    ...worst.map(
      ({ corruption, severity, accuracy }) =>
        `Only ${percent(accuracy)} right with ${words(corruption)} at severity ${severity}.`,
    ),
    ...(worst.length === 0
      ? []
      : [
          "Corruptions of a benchmark stand for harm by chance, not for harm on purpose: nothing here speaks of attacks.",
        ]),
    ...notes,
    "Results hold for pictures like those it was measured on. TODO: say what else is known.",
  ];
  return `${lines.map((line) => `- ${escapeMarkdown(line)}`).join("\n")}\n`;
}

function again(run: RunRecord): string {
  return `${reproduction(run)
    .map((line) => `    ${line.replaceAll("\n", " ")}`)
    .join("\n")}\n`;
}
