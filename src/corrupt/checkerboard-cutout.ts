/** Greys random cells of a turned checkerboard. Source: corruptions-cbar.md 5. */
import { shorterSide, uniformBetween } from "./bar-rules.ts";
import { barStrengths, level } from "./bar-strengths.ts";
import { defineCorruption } from "./define.ts";

const GREY = 128;

export const checkerboardCutout = defineCorruption({
  name: "checkerboard_cutout",
  summary: "Greys random cells of a turned checkerboard",
  constants: barStrengths({ cifar: [1, 2, 3, 4, 5], imageNet: [2, 3, 4, 5, 6] }),
  /** A cell is `scale` pixels wide. `cells`: uniform numbers, [side, side]; the picture sees a sixteenth of them. */
  draw(stream, shape) {
    const side = shorterSide(shape);
    const angle = uniformBetween(stream, 0, 2 * Math.PI);
    const scale = Math.max(uniformBetween(stream, 0.1, 0.25) * side, 1);
    const cells = new Float64Array(Math.floor((4 * side) / scale) ** 2);
    stream.fillUniforms(cells);
    return { angle, scale, cells };
  },
  applyInto(source, { height, width, channels }, { angle, scale, cells }, strength, target) {
    const share = level(strength, 1);
    const side = Math.round(Math.sqrt(cells.length));
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    for (let y = 0, at = 0; y < height; y++) {
      const acrossY = cos * y;
      const alongY = -sin * y;
      for (let x = 0; x < width; x++) {
        const across = (acrossY + sin * x) / scale;
        const along = (alongY + cos * x) / scale;
        // The remainder is that of a floor, but the cell's number that of a cut: so are the original's cells.
        const isHole =
          ((across - 2 * Math.floor(across / 2)) | 0) === ((along - 2 * Math.floor(along / 2)) | 0) &&
          cells[wrapped(across | 0, side) * side + wrapped(along | 0, side)]! < share;
        for (let channel = 0; channel < channels; channel++, at++) target[at] = isHole ? GREY : source[at]!;
      }
    }
  },
});

/** Counts negative numbers from the end. Pictures 4 times as long as wide may see cells again. */
function wrapped(index: number, side: number): number {
  if (index >= 0 && index < side) return index;
  const rest = index % side;
  return rest < 0 ? rest + side : rest;
}
