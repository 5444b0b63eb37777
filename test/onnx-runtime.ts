/** onnxruntime, as the program that must take our files. */
import { InferenceSession, Tensor } from "onnxruntime-node";

export interface Numbers {
  numbers: Float32Array;
  shape: readonly number[];
}

/** Runs a model of one input and one output on each of the inputs. */
export async function runOnnx(model: Uint8Array, inputs: readonly Numbers[]): Promise<Numbers[]> {
  // Without its optimizations: what is checked is the graph that we wrote.
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, graphOptimizationLevel: "disabled" });
  const outputs: Numbers[] = [];
  for (const { numbers, shape } of inputs) {
    const result = await session.run({ [session.inputNames[0]!]: new Tensor("float32", numbers, shape) });
    const output = result[session.outputNames[0]!]!;
    outputs.push({ numbers: output.data as Float32Array, shape: output.dims });
  }
  await session.release();
  return outputs;
}
