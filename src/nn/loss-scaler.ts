/** Scaling of the loss for training in float16, whose smallest numbers are too large for many gradients. */
import { z } from "zod";
import { mul } from "../engine/ops/arithmetic.ts";
import type { Tensor } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";

/** What a scaler remembers, for a checkpoint. */
export const LossScalerState = z.strictObject({
  scale: z.number().positive().describe("what the loss is multiplied by"),
  goodSteps: z.int().min(0).describe("steps with finite gradients since the scale last changed"),
});
export type LossScalerState = z.infer<typeof LossScalerState>;

// The defaults of torch.cuda.amp.GradScaler.
const FIRST_SCALE = 65536;
const GROWTH = 2;
const BACKOFF = 0.5;
const GROWTH_INTERVAL = 2000;
/** torch would halve on and skip every step for ever; gradients that overflow even here are not float16's fault. */
const LEAST_SCALE = 2 ** -16;

/**
 * Multiplies the loss, so that gradients are large enough for float16: twice as much after 2000 good steps, half as much
 * when a gradient overflows. Such a step is skipped. The gradients come out multiplied too: divide their length by `scale`,
 * and the optimizer's `gradientFactor`. Source: torch.cuda.amp.GradScaler; method.md 2.
 */
export class LossScaler {
  private state: LossScalerState = { scale: FIRST_SCALE, goodSteps: 0 };

  /** What the loss is multiplied by at present. */
  get scale(): number {
    return this.state.scale;
  }

  /** The loss [] to go backward from. */
  scaled(loss: Tensor): Tensor {
    return mul(loss, this.scale);
  }

  /**
   * Learns whether all gradients of the step were finite; the next one has the scale that follows.
   * @throws PatinaError `not-finite` where they overflow even with the loss divided by 65536
   */
  update(areFinite: boolean): void {
    const { scale, goodSteps } = this.state;
    if (!areFinite) {
      if (scale * BACKOFF < LEAST_SCALE)
        throw new PatinaError(
          "not-finite",
          `The gradients are not finite, even with the loss multiplied by ${scale}. ` +
            "Try a lower train.optimizer.learningRate, or another train.precision than float16.",
        );
      this.state = { scale: scale * BACKOFF, goodSteps: 0 };
    } else if (goodSteps + 1 < GROWTH_INTERVAL) {
      this.state = { scale, goodSteps: goodSteps + 1 };
    } else {
      const grown = scale * GROWTH;
      this.state = { scale: Number.isFinite(Math.fround(grown)) ? grown : scale, goodSteps: 0 }; // the loss is float32
    }
  }

  /** For a checkpoint. */
  toState(): LossScalerState {
    return this.state;
  }

  /** Goes on from a checkpoint. */
  loadState(state: LossScalerState): void {
    this.state = state;
  }
}
