/** One update of the weights. */
import { autocast, backward } from "../engine/autograd.ts";
import { toDevice } from "../engine/ops/shape.ts";
import { scope } from "../engine/scope.ts";
import { type Tensor, tensorFrom } from "../engine/tensor.ts";
import { clipFactor, gradientNorm } from "../nn/clipping.ts";
import { classificationLoss } from "../nn/loss.ts";
import type { ComputeDtype, Module } from "../nn/module.ts";
import type { Optimizer } from "../nn/optimizer.ts";
import type { Stream } from "../random/stream.ts";
import type { ImageMaker } from "./images.ts";
import type { LoadedBatch } from "./loader.ts";

/** All that a step works on and with; the same objects from the first step to the last. */
export interface Trainee {
  network: Module;
  parameters: ReadonlyMap<string, Tensor>;
  optimizer: Optimizer;
  maker: ImageMaker;
  device: string;
  precision: ComputeDtype;
  labelSmoothing: number;
  /** Longest that all gradients together may be; undefined for any length. */
  clipNorm: number | undefined;
}

/**
 * Forward, loss, backward, update, from one batch; its memory is released as soon as its pictures are on the device.
 * @param stream names this step: what is dropped depends on nothing else
 * @returns the mean loss of the batch before the update; not a number where training has come apart
 */
export function trainStep(trainee: Trainee, batch: LoadedBatch, learningRate: number, stream: Stream): number {
  const { network, parameters, optimizer, device } = trainee;
  network.setStream(stream);
  return scope(() => {
    const loss = forwardLoss(trainee, batch);
    backward(loss);
    const value = loss.item();
    const { clipNorm } = trainee;
    const gradientFactor = clipNorm === undefined ? 1 : clipFactor(gradientNorm(parameters.values()), clipNorm);
    if (Number.isFinite(value)) optimizer.step({ learningRate, gradientFactor });
    return value;
  });

  function forwardLoss({ maker, precision, labelSmoothing }: Trainee, loaded: LoadedBatch): Tensor {
    const images = maker.images(loaded.bytes, loaded.count);
    loaded.release();
    const classes = toDevice(tensorFrom(loaded.labels, [loaded.count]), device);
    // On CPUs the modules cast by themselves (`computeDtype`); elsewhere libtorch's autocast knows best what to cast.
    const scores = autocast(device, device === "cpu" ? "float32" : precision, () => network.forward(images));
    return classificationLoss(scores, classes, labelSmoothing);
  }
}
