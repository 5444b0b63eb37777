/** A trained network as a file that other programs run: docs/export.md. */
import { checkNewFile, writeAtomically } from "../files.ts";
import { encodeOnnx, type OnnxValue, OPSET } from "../formats/onnx.ts";
import { OnnxGraph } from "../nn/onnx.ts";
import { version } from "../version.ts";
import { loadTrainedNetwork, type TrainedNetwork } from "./trained-network.ts";

/** What was written. */
export interface OnnxExport {
  file: string;
  bytes: number;
  opset: number;
  /** float32 in [0,1], [N,C,H,W]; N is the caller's choice. */
  input: OnnxValue;
  /** One score a class, not normalised: [N,K]. */
  output: OnnxValue;
  /** Names of the classes, in the order of the scores. */
  classes: readonly string[];
}

/**
 * Writes the network of a finished run to an ONNX file. It takes pictures in [0,1] and normalises them itself.
 * @param run the run's folder
 * @throws PatinaError `file-exists` where something is at that path already; what `loadTrainedNetwork` and writing throw.
 */
export async function exportOnnx(run: string, file: string): Promise<OnnxExport> {
  checkNewFile(file);
  const trained = await loadTrainedNetwork(run);
  try {
    const { classes, shape } = trained;
    const input = { name: "images", shape: ["N", shape.channels, shape.height, shape.width] };
    const output = { name: "scores", shape: ["N", classes.length] };
    const bytes = encodeTrained(trained, input, output);
    writeAtomically(file, bytes);
    return { file, bytes: bytes.length, opset: OPSET, input, output, classes };
  } finally {
    trained.network.dispose();
  }
}

function encodeTrained(trained: TrainedNetwork, input: OnnxValue, output: OnnxValue): Uint8Array {
  const { network, model, classes, shape, normalisation } = trained;
  const { mean, deviation } = normalisation;
  const graph = new OnnxGraph(network);
  const perChannel = [1, shape.channels, 1, 1];
  const centred = graph.node(network, "Sub", [input.name, graph.constant("normalisation.mean", mean, perChannel)]);
  const divisor = graph.constant("normalisation.deviation", deviation, perChannel);
  const scores = network.toOnnx(graph, graph.node(network, "Div", [centred, divisor]));
  const last = { name: output.name, operator: "Identity", inputs: [scores], attributes: {} }; // for the name alone
  return encodeOnnx({
    name: model.kind,
    producer: { name: "patina", version },
    description:
      `${input.name}: pictures, float32 [${input.shape}], values in [0,1]; they are normalised inside. ` +
      `${output.name}: float32 [${output.shape}], one score a class, before softmax.`,
    metadata: {
      classes: JSON.stringify(classes),
      model: JSON.stringify(model),
      normalisation: JSON.stringify({ where: "inside", mean, deviation }),
    },
    input,
    output,
    nodes: [...graph.nodes, last],
    initializers: graph.initializers,
  });
}
