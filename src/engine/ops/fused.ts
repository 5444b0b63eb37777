/**
 * Operators of our own for the CPU (native/fused/), where stock ones leave much time in dropout and batch norm
 * (engine.md 5). Each has a twin of stock operators: the same numbers, on every device.
 */
import { PatinaError } from "../../errors.ts";
import { operator } from "../operator.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { relu, silu } from "./activation.ts";
import { add_, greaterOrEqual, mul, mul_ } from "./arithmetic.ts";
import { arange } from "./create.ts";
import { batchNorm } from "./normalise.ts";
import { permute, reshape } from "./shape.ts";

type Activation = "silu" | "relu" | "none";
type NormArguments = [Tensor, Tensor, Tensor, Tensor, Tensor, boolean, number, number, number, number, Activation];

const normOperator = operator<NormArguments, Tensor>(
  "patina::dropout_batch_norm_act(Tensor input, Tensor weight, Tensor bias, Tensor(a!) running_mean, Tensor(b!) running_var, bool training, float momentum, float eps, float p, int key, str activation) -> Tensor",
);
const maskOperator = operator<[number[], number, number], Tensor>(
  "patina::dropout_mask(int[] size, float p, int key) -> Tensor",
);
const vectorsOperator = operator<[], string>("patina::vectors() -> str");
const statisticsOperator = operator<[], number[]>("patina::allocator_statistics() -> int[]");

export interface NormState {
  weight: Tensor; // [C] float32
  bias: Tensor; // [C] float32
  runningMean: Tensor; // [C] float32
  runningVar: Tensor; // [C] float32, unbiased
}

export interface DropoutBatchNormActOptions {
  /** Whether the batch's own statistics are used, and the running ones moved; without it nothing is dropped. */
  training: boolean;
  /** How far the running statistics move to those of the batch, in [0,1]. */
  momentum: number;
  epsilon: number;
  activation: Activation;
  /** Probability of dropping an element of the input, in [0,1). */
  probability: number;
  /** Names the mask, a whole number: the same key, shape and probability drop the same elements on every device. */
  key: number;
}

/**
 * Dropout of the input, batch norm over what is left (dropped elements count as 0), activation.
 * images [N,C,H,W] or [N,C] float32 or bfloat16 -> the same. On the CPU one operator that keeps only its input for the
 * gradient and gives the same bits for any number of threads; elsewhere its twin.
 * @throws PatinaError `torch` in training, for a single value a channel or a probability outside of [0,1)
 */
export function dropoutBatchNormAct(images: Tensor, state: NormState, options: DropoutBatchNormActOptions): Tensor {
  if (images.device !== "cpu" || !["float32", "bfloat16"].includes(images.dtype))
    return dropoutBatchNormActTwin(images, state, options);
  const { training, momentum, epsilon, probability, key, activation } = options;
  const { weight, bias, runningMean, runningVar } = state;
  return normOperator(
    ...([images, weight, bias, runningMean, runningVar] as const),
    ...([training, momentum, epsilon, probability, key, activation] as const),
  );
}

/** `dropoutBatchNormAct` of stock operators, on any device. */
export function dropoutBatchNormActTwin(images: Tensor, state: NormState, options: DropoutBatchNormActOptions): Tensor {
  const { training, momentum, epsilon, probability, key, activation } = options;
  const { shape } = images;
  if (training && images.elementCount === shape[1])
    // libtorch would answer with an infinite variance
    throw new PatinaError(
      "torch",
      `batch norm: [${shape}] has one value a channel, and training needs more. Give it a larger batch.`,
    );
  return scope(() => {
    const dropsAny = training && probability !== 0;
    const left = dropsAny
      ? keepWhere(dropoutMaskTwin(shape, probability, key, images.device), images, probability)
      : images;
    const { weight, bias, runningMean, runningVar } = state;
    const normal = batchNorm(left, weight, bias, runningMean, runningVar, training, momentum, epsilon, true);
    return activation === "silu" ? silu(normal) : activation === "relu" ? relu(normal) : normal;
  });
}

/**
 * The tensor with some elements 0 and the others multiplied by 1/(1 - probability). The same key, shape and probability
 * drop the same elements on every device; four dimensions count as [N,C,H,W] with channels last.
 * @throws PatinaError `torch` for a probability outside of [0,1)
 */
export function dropout(tensor: Tensor, probability: number, key: number): Tensor {
  const { shape, device } = tensor;
  return scope(() => {
    const mask =
      device === "cpu" ? dropoutMask(shape, probability, key) : dropoutMaskTwin(shape, probability, key, device);
    return keepWhere(mask, tensor, probability);
  });
}

/**
 * Which elements dropout keeps: bool of the shape, on the CPU. Four dimensions count as [N,C,H,W] with channels last.
 * @throws PatinaError `torch` for a probability outside of [0,1)
 */
export function dropoutMask(shape: readonly number[], probability: number, key: number): Tensor {
  return maskOperator([...shape], probability, key);
}

const keepWhere = (mask: Tensor, tensor: Tensor, probability: number): Tensor =>
  whereNumber(mask, mul(tensor, 1 / (1 - probability)), 0);

const xor_ = operator<[Tensor, Tensor], Tensor>(
  "aten::bitwise_xor_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)",
);
const xorNumber_ = operator<[Tensor, number], Tensor>(
  "aten::bitwise_xor_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)",
);
const andNumber_ = operator<[Tensor, number], Tensor>(
  "aten::bitwise_and_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)",
);
const shiftRight = operator<[Tensor, number], Tensor>("aten::__rshift__.Scalar(Tensor self, Scalar other) -> Tensor");
const whereNumber = operator<[Tensor, Tensor, number], Tensor>(
  "aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor",
);

/**
 * `dropoutMask` of stock operators, on any device: a hash of each element's place (row-major, channels last) and of the
 * key, compared with the probability. Integers of 32 bits wrap around as the hash wants it. The hash is that of
 * https://github.com/skeeto/hash-prospector ("lowbias32") with the key between its rounds.
 * @throws PatinaError `torch` for a probability outside of [0,1)
 */
export function dropoutMaskTwin(shape: readonly number[], probability: number, key: number, device: string): Tensor {
  if (!(probability >= 0 && probability < 1))
    throw new PatinaError("torch", `the dropout probability is in [0, 1), not ${probability}. Lower it.`);
  const [offset, salt] = splitKey(key);
  return scope(() => {
    const count = shape.reduce((product, size) => product * size, 1);
    const hash = add_(arange(count, "int32", device), offset);
    xor_(hash, shiftRightUnsigned(hash, 16));
    mul_(hash, 0x7feb352d);
    xorNumber_(xor_(hash, shiftRightUnsigned(hash, 15)), salt);
    mul_(hash, 0x846ca68b | 0);
    const kept = greaterOrEqual(hash, Math.min(Math.round(probability * 2 ** 32), 2 ** 32 - 1) - 2 ** 31);
    const [n, c, h, w] = shape;
    return shape.length === 4 ? permute(reshape(kept, [n!, h!, w!, c!]), [0, 3, 1, 2]) : reshape(kept, shape);
  });
}

function shiftRightUnsigned(tensor: Tensor, bits: number): Tensor {
  return andNumber_(shiftRight(tensor, bits), 2 ** (32 - bits) - 1);
}

/** The two halves, as int32, of what SplitMix64 gives for the key: neighbouring keys have unrelated masks. */
function splitKey(key: number): [low: number, high: number] {
  const wrap = (value: bigint) => BigInt.asUintN(64, value);
  let hash = wrap(BigInt(key) + 0x9e3779b97f4a7c15n);
  hash = wrap((hash ^ (hash >> 30n)) * 0xbf58476d1ce4e5b9n);
  hash = wrap((hash ^ (hash >> 27n)) * 0x94d049bb133111ebn);
  hash ^= hash >> 31n;
  return [Number(BigInt.asIntN(32, hash)), Number(BigInt.asIntN(32, hash >> 32n))];
}

/** Which loops the fused operators run: "avx512", "avx2" or "portable". PATINA_VECTORS asks for lesser ones. */
export function fusedVectors(): string {
  return vectorsOperator();
}

export interface AllocatorStatistics {
  /** Whose memory tensors on the CPU take: "caching" is ours, "system" libtorch's own (PATINA_ALLOCATOR=system). */
  kind: "caching" | "system";
  /** Bytes of large blocks (64 KiB and more) in use, and free but kept for the next step. */
  used: number;
  kept: number;
  /** The most ever in use. */
  peak: number;
  /** Large blocks handed out from new memory, and from kept. */
  made: number;
  reused: number;
}

/** What the allocator of CPU tensors did so far. `trimMemory()` (device.ts) gives the kept blocks back. */
export function allocatorStatistics(): AllocatorStatistics {
  const [installed, used = 0, kept = 0, peak = 0, made = 0, reused = 0] = statisticsOperator();
  return { kind: installed === 1 ? "caching" : "system", used, kept, peak, made, reused };
}
