/** Where the result comes from: digests, versions, what it cost, and how to get it again. */
import { duration } from "../../duration.ts";
import { type Content, html, nameOf } from "../markup.ts";
import { count } from "../numbers.ts";
import { reproduction } from "../reproduction.ts";
import type { RunRecord } from "../run-record.ts";
import type { Section } from "../section.ts";
import { drawList } from "../table.ts";

export function provenanceSection(run: RunRecord): Section {
  const { manifest, evaluation, weightsDigest } = run;
  const cost = computeUsed(run);
  const entries: [Content, Content][] = [
    ["seed", String(manifest.seed)],
    ["training pictures", digest(manifest.data.train)],
    ["test pictures", digest(manifest.data.test)],
    ["held-out pictures", manifest.split.held === 0 ? "none" : digest(manifest.split.digest)],
    ["weights", weightsDigest === undefined ? "not there yet" : digest(weightsDigest)],
    ["Patina", manifest.patina],
    ["Node, libtorch", `${manifest.node}, ${manifest.libtorch}`],
    ["device", `${manifest.device}, ${manifest.threads} threads; ${manifest.processor}`],
    ...(manifest.commit === undefined
      ? []
      : [["git commit", html`<code>${manifest.commit}</code>`] as [Content, Content]]),
    ...(cost === undefined ? [] : [["training took", costText(cost)] as [Content, Content]]),
    ...(evaluation === undefined
      ? []
      : [
          [
            "measured by",
            `Patina ${evaluation.patina}, ${evaluation.computed.device}, ${evaluation.computed.precision}`,
          ] as [Content, Content],
        ]),
  ];
  const commands = reproduction(run);
  return {
    id: "provenance",
    title: "Where it comes from, and how to get it again",
    body: html`<div class="wide">${drawList(entries)}</div><p>On the same machine's processor, with the same versions and threads, this gives the same weights, bit by bit:</p><pre tabindex="0"><code>${commands.join("\n")}</code></pre><p class="small">The run: ${nameOf(run.path)}. Digests are sha256 of pictures and labels.</p>`,
  };
}

export interface Cost {
  readonly seconds: number;
  readonly pictures: number;
  /** Most that the process held at the end of an epoch, in bytes. */
  readonly bytes: number;
}

/** Time of all steps, of epochs that were carried out twice too; undefined where none ended yet. */
export function computeUsed({ timings }: Pick<RunRecord, "timings">): Cost | undefined {
  if (timings.length === 0) return undefined;
  return {
    seconds: timings.reduce((sum, { seconds }) => sum + seconds, 0),
    pictures: timings.reduce((sum, { pictures }) => sum + pictures, 0),
    bytes: Math.max(...timings.map(({ residentBytes = 0 }) => residentBytes)),
  };
}

export function costText({ seconds, pictures, bytes }: Cost): string {
  const rate = seconds === 0 ? "" : `, ${count(Math.round(pictures / seconds))} pictures a second`;
  const memory = bytes === 0 ? "" : `, ${(bytes / 1e9).toFixed(1)} GB of memory`;
  return `${duration(seconds)} in steps${rate}${memory}`;
}

const digest = (text: string) => html`<code class="digest">${text}</code>`;
