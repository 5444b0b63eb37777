/** The page of a stylizer in training: losses, how good it is, and the latest sheet of pictures. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readLines } from "../run/journal.ts";
import { drawLines, figure, type Series } from "./chart.ts";
import { drawSectionsPage } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { count } from "./numbers.ts";
import type { Section } from "./section.ts";
import { drawTable } from "./table.ts";

/** Lines as training writes them (stylize/training/take-steps.ts): losses, or what was measured. */
const Line = z.looseObject({ part: z.enum(["encoder", "decoder"]), step: z.int() });
type Line = z.infer<typeof Line>;

const atSizes = <T extends z.ZodType>(value: T) => z.record(z.string(), z.object({ native: value, enlarged: value }));

const Measured = z.looseObject({
  rebuilt: atSizes(z.number()),
  styleDistance: atSizes(z.object({ own: z.number(), random: z.number() })),
});

/** Points of a curve: more would not be seen. */
const POINTS = 200;

/**
 * @param folder of `patina stylizer train`
 * @param version Patina's
 * @throws PatinaError `file-damaged` where its journal is no journal
 */
export async function drawStylizerPage(folder: string, version: string): Promise<string> {
  const lines = readLines(join(folder, "journal.jsonl"), Line, "the journal of a stylizer");
  const sections = [
    picturesSection(folder),
    await qualitySection(lines),
    await lossSection(lines, "encoder", { classes: "telling classes", rebuild: "rebuilt pixels, squared error" }),
    await lossSection(lines, "decoder", {
      content: "content",
      style: "style",
      rebuild: "rebuilt pixels, squared error",
      smooth: "steps of colour, squared",
    }),
  ].filter((section) => section !== undefined);
  const last = lines.at(-1);
  const lead =
    last === undefined
      ? html`<p class="lead">Nothing has been trained yet.</p>`
      : html`<p class="lead">The ${last.part} has made ${count(last.step)} steps.</p>`;
  return drawSectionsPage({ kind: "stylizer", name: folder, lead, sections, version });
}

function picturesSection(folder: string): Section | undefined {
  const sheets = readdirSync(folder).filter((name) => /^pictures-\d+\.png$/.test(name));
  const latest = sheets.sort().at(-1);
  if (latest === undefined) return undefined;
  const source = `data:image/png;base64,${readFileSync(join(folder, latest)).toString("base64")}`;
  const step = Number(/\d+/.exec(latest)![0]);
  return {
    id: "pictures",
    title: `Pictures after ${count(step)} steps of the decoder`,
    body: html`<p>Styles along the top, test pictures down the left; beside each the picture as it is rebuilt, then in each style at full strength.</p>
<div class="scroll" tabindex="0" role="region" aria-label="pictures"><img src="${source}" alt="Test pictures in eight styles"></div>`,
  };
}

async function qualitySection(lines: readonly Line[]): Promise<Section | undefined> {
  const measured = lines.flatMap((line) => {
    const { data } = Measured.safeParse(line);
    return data === undefined ? [] : [{ step: line.step, ...data }];
  });
  const last = measured.at(-1);
  if (last === undefined) return undefined;
  const names = Object.keys(last.rebuilt);
  const series = names.map(
    (name): Series => ({ name, points: measured.map(({ step, rebuilt }) => [step, rebuilt[name]!.enlarged]) }),
  );
  const table = drawTable({
    caption: "Test pictures at the last step",
    head: ["data set", "restyled at", "rebuilt", "distance to own style", "to another"],
    rows: names.flatMap((name) =>
      (["native", "enlarged"] as const).map((size) => {
        const { own, random } = last.styleDistance[name]![size];
        const at = size === "native" ? "own size" : "size of the training";
        return [name, at, `${last.rebuilt[name]![size].toFixed(1)} dB`, own.toFixed(2), random.toFixed(2)];
      }),
    ),
  });
  const chart = await drawLines({
    description: "Peak signal-to-noise ratio of rebuilt test pictures over the steps of the decoder",
    x: { title: "step" },
    y: { title: "dB", format: ".1f" },
    series,
  });
  return {
    id: "quality",
    title: "How good it is",
    body: html`<div class="charts">${figure({ title: "Rebuilt test pictures", chart, table })}</div>`,
  };
}

async function lossSection(
  lines: readonly Line[],
  part: Line["part"],
  names: Readonly<Record<string, string>>,
): Promise<Section | undefined> {
  const own = lines.filter((line) => line.part === part && Object.keys(names).some((key) => key in line));
  if (own.length === 0) return undefined;
  const charts = Object.entries(names).map(([key, name]) => lossChart(part, name, key, own));
  return {
    id: part,
    title: `Losses of the ${part}`,
    body: html`<div class="charts">${await Promise.all(charts)}</div>`,
  };
}

async function lossChart(part: string, title: string, key: string, lines: readonly Line[]): Promise<Markup> {
  const every = Math.ceil(lines.length / POINTS);
  const points = lines
    .filter((_, index) => index % every === every - 1 || index === lines.length - 1)
    .map((line): [number, number] => [line.step, Number(line[key])]);
  const [first, last] = [points[0]![1], points.at(-1)![1]];
  const description = `${title} over the steps of the ${part}: from ${first.toPrecision(3)} to ${last.toPrecision(3)}`;
  const shown = points.filter((_, index) => index % Math.ceil(points.length / 10) === 0 || index === points.length - 1);
  return figure({
    title,
    chart: await drawLines({
      description,
      x: { title: "step" },
      y: { title: "loss", format: ".3~g" },
      series: [{ name: title, points }],
    }),
    table: drawTable({
      caption: `${title} by step`,
      head: ["step", "loss"],
      rows: shown.map(([step, value]) => [count(step), value.toPrecision(4)]),
    }),
  });
}
