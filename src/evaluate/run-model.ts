/** Networks of runs as models to be measured: the final one, or that of a checkpoint. */
import { basename, join, resolve } from "node:path";
import type { DataSet } from "../data/data-set.ts";
import { inference } from "../engine/autograd.ts";
import { libtorchInfo, resolveDevice } from "../engine/device.ts";
import { toDevice } from "../engine/ops/shape.ts";
import { scope } from "../engine/scope.ts";
import { sha256File } from "../files.ts";
import { createModel, type ModelOptions } from "../models/registry.ts";
import { stream } from "../random/stream.ts";
import { BEST, partOf, readCheckpointOrBest } from "../run/checkpoint.ts";
import { ImageMaker } from "./images.ts";
import type { MeasuredModel } from "./model.ts";
import { loadTrainedNetwork, type TrainedNetwork, weightsOf } from "./trained-network.ts";

/** The network that a run ended with. @throws as `loadTrainedNetwork`; `unknown-name` for a device that is not there. */
export async function openRunModel(run: string, device: string): Promise<MeasuredModel> {
  const wanted = resolveDevice(device);
  const trained = await loadTrainedNetwork(run);
  const description = {
    kind: "run",
    path: run,
    name: basename(resolve(run)),
    digest: sha256File(weightsOf(run)),
  } as const;
  return modelOf(trained, description, wanted);
}

/**
 * The network of a checkpoint, as it was trained last: without averaging, for which batch norm is estimated at the end only.
 * @param name as `patina train --from` takes it, or "best"
 * @throws PatinaError as `readCheckpoint`; `weights`, `unknown-name`
 */
export function openCheckpointModel(
  run: string,
  name: string,
  { model, data }: { model: ModelOptions; data: DataSet },
  device: string,
): MeasuredModel {
  const wanted = resolveDevice(device);
  const folder = join(run, "checkpoints");
  const checkpoint = readCheckpointOrBest(folder, name);
  const tensors = name === BEST ? checkpoint.tensors : partOf("network", checkpoint);
  const { height, width, channels } = data.train;
  const { classes, mean, deviation } = data;
  const network = createModel(stream(0), model, { size: height, channels, classes: classes.length });
  try {
    network.loadStateDict(tensors, `checkpoint ${name}`);
  } catch (error) {
    network.dispose();
    throw error;
  }
  network.setTraining(false);
  const trained = { network, model, classes, shape: { height, width, channels }, normalisation: { mean, deviation } };
  const digest = sha256File(join(folder, `${name}.safetensors`));
  const description = { kind: "checkpoint", path: run, name: `${basename(resolve(run))}@${name}`, digest } as const;
  return modelOf(trained, description, wanted);
}

function modelOf(
  { network, classes, shape, normalisation }: TrainedNetwork,
  description: Pick<MeasuredModel, "kind" | "path" | "name" | "digest">,
  device: string,
): MeasuredModel {
  network.moveTo(device);
  const maker = new ImageMaker(shape, normalisation, device);
  return {
    ...description,
    preparation: "", // the normalisation lies with the weights
    classes,
    classCount: classes.length,
    shape,
    computed: { device, precision: "float32", program: `libtorch ${libtorchInfo().version}` },
    gives: "scores",
    async scores(bytes, count) {
      return scope(() =>
        inference(() => toDevice(network.forward(maker.images(bytes, count)), "cpu").toFloat32Array()),
      );
    },
    async close() {
      network.dispose();
      maker.dispose();
    },
  };
}
