/** `patina export`: a trained network for other programs. */
import { z } from "zod";
import { megabytes } from "../data/free-space.ts";
import { exportOnnx, type OnnxExport } from "../evaluate/export-onnx.ts";
import { defineCommand } from "./command.ts";

export default defineCommand({
  arguments: z.strictObject({
    run: z.string().describe("folder of a run that has come to its end"),
    file: z.string().describe("ONNX file to write; must not be there yet"),
  }),
  options: z.strictObject({
    json: z.boolean().default(false).describe("print what was written as JSON, with the names of the classes"),
  }),
  examples: ["patina export runs/robust-20260101-a1b2 robust.onnx"],
  async run({ run, file }, { json }, output) {
    const written = await exportOnnx(run, file);
    output.out(json ? `${JSON.stringify(written, null, 2)}\n` : describe(written));
  },
});

const CLASSES_SHOWN = 10;

function describe({ file, bytes, opset, input, output, classes }: OnnxExport): string {
  const more = classes.length > CLASSES_SHOWN ? ` and ${classes.length - CLASSES_SHOWN} more` : "";
  const names = classes.slice(0, CLASSES_SHOWN).join(", ") + more;
  return (
    `${file}: ${megabytes(bytes)}, ONNX opset ${opset}\n` +
    `  takes  ${input.name}  float32 [${input.shape}], values in [0,1]; normalised inside\n` +
    `  gives  ${output.name}  float32 [${output.shape}], one score a class: ${names}\n`
  );
}
