/** ONNX files as models to be measured, computed by onnxruntime on the CPU. */
import { basename, extname } from "node:path";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { readBounded, sha256 } from "../files.ts";
import { readOnnxMetadata } from "../formats/onnx-metadata.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import { stream } from "../random/stream.ts";
import type { MeasuredModel } from "./model.ts";

/** How pictures become what a file takes, where the file does not say it itself. */
export const OnnxInput = z.strictObject({
  range: z.literal([1, 255]).describe("white: bytes are divided by 255, or left as they are"),
  mean: z.array(z.number()).optional().describe("by channel; taken from the values"),
  deviation: z.array(z.number().positive()).optional().describe("by channel; the values are then divided by it"),
});
export type OnnxInput = z.infer<typeof OnnxInput>;

type Runtime = typeof import("onnxruntime-node");

/** The format's own limit. */
const SIZE_LIMIT = 2 ** 31 - 1;

const Classes = z.array(z.string()).min(2);
const Normalisation = z.looseObject({ where: z.literal("inside") });

/**
 * Opens a file. One that `patina export` wrote says its classes and normalises itself; of another the preparation of
 * pictures must be stated.
 * @throws PatinaError `file-missing` where the file or onnxruntime-node is not there; `file-damaged`, `file-foreign`;
 * `usage` where its input is not stated, or stated though the file says it.
 */
export async function openOnnxModel(path: string, input: OnnxInput | undefined): Promise<MeasuredModel> {
  const bytes = readBounded(path, SIZE_LIMIT);
  const metadata = readOnnxMetadata(bytes, path);
  const prepared = preparationOf(path, metadata, input);
  const runtime = await loadRuntime();
  const session = await openSession(runtime, bytes, path);
  try {
    const { shape, batch } = inputOf(session, path);
    checkChannels(path, shape, prepared);
    const classes = parsed(Classes, metadata.get("classes"));
    const classCount = classes?.length ?? classCountOf(session, path);
    const running: Running = { runtime, session, shape, prepared, classCount, batch, path };
    const gives = (await givesProbabilities(running)) ? "probabilities" : "scores";
    return {
      kind: "onnx",
      path,
      name: basename(path, extname(path)),
      digest: sha256(bytes),
      // Cells that were measured by another rule are not taken for these.
      preparation: JSON.stringify({ ...prepared, ...(gives === "scores" ? {} : { output: gives }) }),
      classes,
      classCount,
      shape,
      computed: {
        device: "cpu",
        precision: "float32",
        program: `onnxruntime ${runtime.env.versions.node ?? ""}`.trim(),
      },
      gives,
      scores: (pictures, count) => run(running, pictures, count),
      close: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new PatinaError(
      "file-missing",
      "To measure an ONNX file, onnxruntime-node is needed and is not here. Type: npm install onnxruntime-node",
      { cause },
    );
  }
}

/** From the bytes: a file then cannot name others that its digest would not cover. */
async function openSession({ InferenceSession }: Runtime, bytes: Uint8Array, path: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PatinaError(
      "file-foreign",
      `${path}: onnxruntime does not take it (${reason}). Name an ONNX file that holds its own weights.`,
      { cause },
    );
  }
}

/** Values in [0,1] where nothing else was said. */
function preparationOf(path: string, metadata: ReadonlyMap<string, string>, input: OnnxInput | undefined): OnnxInput {
  const isInside = parsed(Normalisation, metadata.get("normalisation")) !== undefined;
  if (isInside && input !== undefined)
    throw new PatinaError(
      "usage",
      `${path}: prepares pictures itself, and says so. Leave out --input-range and what goes with it.`,
    );
  if (isInside) return { range: 1 };
  if (input !== undefined) return input;
  throw new PatinaError(
    "usage",
    `${path}: does not say how pictures are to be prepared. State it: --input-range 1 for values in [0,1], or 255; and, where it was trained on normalised pictures, --input-mean and --input-deviation, a number a channel: 0.49,0.48,0.45`,
  );
}

/** The one input as [N,C,H,W]; N is the file's own where it is fixed. */
function inputOf(session: InferenceSession, path: string): { shape: PictureShape; batch: number | undefined } {
  const [input, ...others] = session.inputMetadata;
  const found = session.inputMetadata
    .map((value) => (value.isTensor ? `${value.name} ${value.type}[${value.shape}]` : `${value.name}, no tensor`))
    .join("; ");
  if (input?.isTensor && others.length === 0 && input.type === "float32") {
    const [batch, channels, height, width, ...more] = input.shape;
    if (more.length === 0 && (channels === 1 || channels === 3) && isSize(height) && isSize(width))
      return { shape: { height, width, channels }, batch: isSize(batch) ? batch : undefined };
  }
  throw new PatinaError(
    "file-foreign",
    `${path}: takes ${found || "nothing"}; one input float32[N,C,H,W] with 1 or 3 channels and a fixed height and width can be measured. Export it so.`,
  );
}

const isSize = (size: number | string | undefined): size is number => typeof size === "number" && size > 0;

function classCountOf(session: InferenceSession, path: string): number {
  const [output] = session.outputMetadata;
  const count = output?.isTensor && output.shape.length === 2 ? output.shape[1] : undefined;
  if (isSize(count)) return count;
  const found = output?.isTensor ? `${output.name} ${output.type}[${output.shape}]` : "no tensor";
  throw new PatinaError(
    "file-foreign",
    `${path}: gives ${found} first; scores float32[N,K] with a fixed number K of classes are needed. Export it so.`,
  );
}

function checkChannels(path: string, { channels }: PictureShape, { mean, deviation }: OnnxInput): void {
  const wrong = [mean, deviation].find((numbers) => numbers !== undefined && numbers.length !== channels);
  if (wrong !== undefined)
    throw new PatinaError(
      "usage",
      `${path}: takes pictures of ${channels} channel${channels === 1 ? "" : "s"}, but ${wrong.join(",")} was stated. Give one number a channel.`,
    );
}

interface Running {
  runtime: Runtime;
  session: InferenceSession;
  shape: PictureShape;
  prepared: OnnxInput;
  classCount: number;
  batch: number | undefined;
  path: string;
}

/** Pictures by which it is known what a file gives. */
const PROBES = 8;

/**
 * Whether the numbers of each picture lie in [0,1] and sum to 1, for pictures of noise: a file that ends in softmax, which
 * is not taken of them once more (metrics.md 3). Of scores, eight sums within a thousandth of 1 are no accident.
 */
async function givesProbabilities(running: Running): Promise<boolean> {
  const draws = stream(0, "probe");
  const pictures = Uint8Array.from({ length: PROBES * byteCount(running.shape) }, () => draws.integer(0, 255));
  const scores = await run(running, pictures, PROBES);
  return Array.from({ length: PROBES }, (_, place) =>
    scores.subarray(place * running.classCount, (place + 1) * running.classCount),
  ).every((row) => row.every((score) => score >= 0 && score <= 1) && Math.abs(sumOf(row) - 1) < 1e-3);
}

const sumOf = (numbers: Float32Array): number => numbers.reduce((sum, number) => sum + number, 0);

/** A file with a batch of its own gets its pictures so, the last filled up with black ones. */
async function run(running: Running, bytes: Uint8Array, count: number): Promise<Float32Array> {
  const { session, shape, classCount, batch = count, path, runtime } = running;
  const pictureBytes = byteCount(shape);
  const scores = new Float32Array(count * classCount);
  for (let start = 0; start < count; start += batch) {
    const size = Math.min(batch, count - start);
    const images = new Float32Array(batch * pictureBytes);
    prepareInto(images, bytes.subarray(start * pictureBytes, (start + size) * pictureBytes), running);
    const { height, width, channels } = shape;
    const tensor = new runtime.Tensor("float32", images, [batch, channels, height, width]);
    const results = await session.run({ [session.inputNames[0]!]: tensor });
    const output: Tensor = results[session.outputNames[0]!]!;
    if (
      output.type !== "float32" ||
      output.dims.length !== 2 ||
      output.dims[0] !== batch ||
      output.dims[1] !== classCount
    )
      throw new PatinaError(
        "file-foreign",
        `${path}: gave ${output.type}[${output.dims}] for ${batch} pictures; float32[${batch},${classCount}] was expected. Export it so.`,
      );
    scores.set((output.data as Float32Array).subarray(0, size * classCount), start * classCount);
  }
  return scores;
}

/** [N,H,W,C] bytes to [N,C,H,W] float32. */
function prepareInto(target: Float32Array, bytes: Uint8Array, { shape, prepared }: Running): void {
  const { height, width, channels } = shape;
  const pixels = height * width;
  const { range, mean, deviation } = prepared;
  for (let channel = 0; channel < channels; channel++) {
    const table = Float32Array.from(
      { length: 256 },
      (_, byte) => ((byte * range) / 255 - (mean?.[channel] ?? 0)) / (deviation?.[channel] ?? 1),
    );
    for (let picture = 0, place = channel; place < bytes.length; picture++) {
      const start = (picture * channels + channel) * pixels;
      for (let pixel = 0; pixel < pixels; pixel++, place += channels) target[start + pixel] = table[bytes[place]!]!;
    }
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string | undefined): z.output<Schema> | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // another program's note of that name
  }
}
