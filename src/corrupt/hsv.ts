/** Changes saturation and value of colours, and keeps their hue. Source: corruptions-c.md 2.8. */
import { toByte } from "./to-byte.ts";
import { unitOf } from "./unit.ts";

export interface HsvChange {
  /** The new saturation is factor * saturation + offset, cut to [0,1]. */
  readonly saturationFactor: number;
  readonly saturationOffset: number;
  /** Added to the value; the sum is cut to [0,1]. */
  readonly valueOffset: number;
}

/** There and back in float64, in the original's order of operations. Both hold [pixels,3] bytes. */
export function changeHsvInto(source: Uint8Array, target: Uint8Array, change: HsvChange): void {
  const { saturationFactor, saturationOffset, valueOffset } = change;
  for (let i = 0; i < source.length; i += 3) {
    const red = source[i]!;
    const green = source[i + 1]!;
    const blue = source[i + 2]!;
    const largest = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
    const smallest = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
    const oldValue = unitOf[largest]!;
    const value = Math.min(oldValue + valueOffset, 1);
    if (largest === smallest) {
      // Hue 0, so that a grey becomes red where saturation is added.
      target[i] = toByte(value);
      target[i + 1] = target[i + 2] = toByte(value * (1 - cut(saturationOffset)));
      continue;
    }
    const range = oldValue - unitOf[smallest]!;
    const saturation = cut(saturationFactor * (range / oldValue) + saturationOffset);
    const turn = hueOf(unitOf[red]!, unitOf[green]!, unitOf[blue]!, range, largest === blue, largest === green) / 6;
    const hue = 6 * (turn < 0 ? turn + 1 : turn);
    const sector = hue | 0;
    const share = hue - sector;
    const full = (value * 255) | 0;
    const low = (value * (1 - saturation) * 255) | 0;
    const between = (value * (1 - (sector & 1 ? share : 1 - share) * saturation) * 255) | 0;
    switch (sector) {
      case 1:
        target[i] = between;
        target[i + 1] = full;
        target[i + 2] = low;
        break;
      case 2:
        target[i] = low;
        target[i + 1] = full;
        target[i + 2] = between;
        break;
      case 3:
        target[i] = low;
        target[i + 1] = between;
        target[i + 2] = full;
        break;
      case 4:
        target[i] = between;
        target[i + 1] = low;
        target[i + 2] = full;
        break;
      case 5:
        target[i] = full;
        target[i + 1] = low;
        target[i + 2] = between;
        break;
      default: // 0
        target[i] = full;
        target[i + 1] = between;
        target[i + 2] = low;
    }
  }
}

/** In sixths of a turn, from -1 to 5. Blue wins ties over green, green over red. */
function hueOf(red: number, green: number, blue: number, range: number, isBlue: boolean, isGreen: boolean): number {
  if (isBlue) return 4 + (red - green) / range;
  if (isGreen) return 2 + (blue - red) / range;
  return (green - blue) / range;
}

function cut(value: number): number {
  return value <= 0 ? 0 : value >= 1 ? 1 : value;
}
