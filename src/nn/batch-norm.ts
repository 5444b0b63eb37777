import { noGrad } from "../engine/autograd.ts";
import { add_, zero_ } from "../engine/ops/arithmetic.ts";
import { full, ones, zeros } from "../engine/ops/create.ts";
import { dropoutBatchNormAct } from "../engine/ops/fused.ts";
import type { Tensor } from "../engine/tensor.ts";
import { activationToOnnx } from "./activation.ts";
import { buffer, Module, parameter } from "./module.ts";
import type { OnnxGraph } from "./onnx.ts";

export interface BatchNormOptions {
  epsilon?: number;
  /** How far the running statistics move to those of each batch, in [0,1]. */
  momentum?: number;
  /** What follows the normalisation. */
  activation?: "silu" | "relu" | "none";
  /** Probability with which each element of the input is dropped before the normalisation, in training. */
  dropout?: number;
}

/**
 * Batch norm over the channels of [N,C,H,W], with what stands around it in a pre-activation block in one pass:
 * dropout of the input, normalisation of what is left, activation. Statistics, scale and shift are float32.
 */
export class BatchNorm2d extends Module {
  readonly weight: Tensor; // [C]
  readonly bias: Tensor; // [C]
  readonly runningMean: Tensor; // [C]
  readonly runningVar: Tensor; // [C], unbiased
  readonly numBatchesTracked: Tensor; // [] int64
  readonly epsilon: number;
  readonly activation: "silu" | "relu" | "none";
  readonly dropout: number;
  private readonly momentum: number;
  // Batches since `resetStatistics`; undefined while the statistics move by momentum.
  private cumulativeBatches: number | undefined;

  constructor(channels: number, options: BatchNormOptions = {}) {
    super();
    this.weight = parameter(ones([channels]));
    this.bias = parameter(zeros([channels]));
    this.runningMean = buffer(zeros([channels]));
    this.runningVar = buffer(ones([channels]));
    this.numBatchesTracked = buffer(full([], 0, "int64"));
    this.epsilon = options.epsilon ?? 1e-5;
    this.momentum = options.momentum ?? 0.1;
    this.activation = options.activation ?? "none";
    this.dropout = options.dropout ?? 0;
  }

  forward(images: Tensor): Tensor {
    if (this.training) this.countBatch();
    return dropoutBatchNormAct(images, this, {
      training: this.training,
      momentum: this.cumulativeBatches === undefined ? this.momentum : 1 / this.cumulativeBatches,
      epsilon: this.epsilon,
      activation: this.activation,
      probability: this.training ? this.dropout : 0,
      key: this.training && this.dropout > 0 ? this.dropoutKey() : 0,
    });
  }

  override toOnnx(graph: OnnxGraph, images: string): string {
    const state = [this.weight, this.bias, this.runningMean, this.runningVar].map((tensor) => graph.weight(tensor));
    const normal = graph.node(this, "BatchNormalization", [images, ...state], { epsilon: { float: this.epsilon } });
    return this.activation === "none" ? normal : activationToOnnx(this.activation, graph, this, normal);
  }

  /** Forgets the running statistics; from now on they are plain means over the batches that follow (method.md 2, SWA). */
  resetStatistics(): void {
    noGrad(() => {
      zero_(this.runningMean);
      add_(zero_(this.runningVar), 1);
      zero_(this.numBatchesTracked);
    });
    this.cumulativeBatches = 0;
  }

  /** The statistics move by momentum again. */
  endCumulative(): void {
    this.cumulativeBatches = undefined;
  }

  protected override get drawsAtRandom(): boolean {
    return this.dropout > 0;
  }

  private countBatch(): void {
    if (this.cumulativeBatches !== undefined) this.cumulativeBatches++;
    noGrad(() => add_(this.numBatchesTracked, 1));
  }
}
