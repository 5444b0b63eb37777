/** One update of the weights. */
import { autocast, backward } from "../engine/autograd.ts";
import { toDevice } from "../engine/ops/shape.ts";
import { scope } from "../engine/scope.ts";
import { type Tensor, tensorFrom } from "../engine/tensor.ts";
import type { ImageMaker } from "../evaluate/images.ts";
import { clipFactor, gradientNorm } from "../nn/clipping.ts";
import { classificationLoss } from "../nn/loss.ts";
import { LossScaler } from "../nn/loss-scaler.ts";
import type { ComputeDtype, Module } from "../nn/module.ts";
import { clearGradients, type Optimizer } from "../nn/optimizer.ts";
import type { Stream } from "../random/stream.ts";
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
  /** In float16 only; made when it is first asked for (`lossScalerOf`). */
  lossScaler?: LossScaler;
}

/** What scales the loss of a trainee; undefined in precisions that need none (engine.md 5.3). */
export function lossScalerOf(trainee: Trainee): LossScaler | undefined {
  if (trainee.precision !== "float16") return undefined;
  trainee.lossScaler ??= new LossScaler();
  return trainee.lossScaler;
}

/**
 * Forward, loss, backward, update, from one batch; its memory is released as soon as its pictures are on the device. In
 * float16 the update is left out where a gradient overflows: the next step scales the loss less.
 * @param stream names this step: what is dropped depends on nothing else
 * @returns the mean loss of the batch before the update; not a number where training has come apart
 */
export function trainStep(trainee: Trainee, batch: LoadedBatch, learningRate: number, stream: Stream): number {
  const { network, device } = trainee;
  network.setStream(stream);
  return scope(() => {
    const loss = forwardLoss(trainee, batch);
    backward(lossScalerOf(trainee)?.scaled(loss) ?? loss);
    const value = loss.item();
    if (Number.isFinite(value)) update(trainee, learningRate);
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

/** Changes the weights by the gradients that are there, and takes those away. */
function update(trainee: Trainee, learningRate: number): void {
  const { parameters, optimizer, clipNorm } = trainee;
  const scaler = lossScalerOf(trainee);
  const scale = scaler?.scale ?? 1;
  const isLengthAsked = clipNorm !== undefined || scaler !== undefined;
  const length = isLengthAsked ? gradientNorm(parameters.values()) / scale : 0;
  scaler?.update(Number.isFinite(length));
  if (scaler !== undefined && !Number.isFinite(length)) {
    clearGradients(parameters.values());
    return;
  }
  const clipping = clipNorm === undefined ? 1 : clipFactor(length, clipNorm);
  optimizer.step({ learningRate, gradientFactor: clipping / scale });
}
