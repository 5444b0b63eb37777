/** Eight scenes drawn by rule, to try stylizers on and to show: photographs of data sets may not be shown everywhere. */
import { createPicture, type Picture } from "../pictures/picture.ts";
import { resizeBox } from "../pictures/resize.ts";
import { stream } from "../random/stream.ts";

type Colour = readonly [red: number, green: number, blue: number];
/** The colour at a place, x from the left and y from above in [0,1]. */
type Scene = (x: number, y: number) => Colour;

const mix = (a: Colour, b: Colour, share: number): Colour =>
  [0, 1, 2].map((at) => a[at]! + (b[at]! - a[at]!) * Math.min(1, Math.max(0, share))) as unknown as Colour;
const inDisk = (x: number, y: number, cx: number, cy: number, rx: number, ry = rx) =>
  ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
const inBox = (x: number, y: number, left: number, top: number, right: number, bottom: number) =>
  x > left && x < right && y > top && y < bottom;
const sky = (y: number): Colour => mix([90, 150, 225], [215, 230, 245], y * 1.4);

const ship: Scene = (x, y) => {
  if (inBox(x, y, 0.49, 0.15, 0.52, 0.6)) return [70, 50, 40];
  if (x > 0.53 && x < 0.53 + (y - 0.15) * 0.7 && y < 0.55) return mix([250, 248, 240], [215, 210, 205], x * 1.2);
  if (x < 0.48 && x > 0.48 - (y - 0.25) * 0.8 && y > 0.25 && y < 0.55) return [200, 70, 60];
  if (y > 0.6 && y < 0.72 && x > 0.15 + (y - 0.6) && x < 0.88 - (y - 0.6))
    return mix([120, 60, 35], [70, 35, 25], (y - 0.6) * 8);
  return y > 0.66 ? mix([30, 90, 140], [15, 45, 90], (y - 0.66) * 3 + 0.15 * Math.sin(40 * x + 60 * y)) : sky(y);
};
const house: Scene = (x, y) => {
  if (inBox(x, y, 0.3, 0.48, 0.7, 0.8)) {
    if (inBox(x, y, 0.45, 0.6, 0.55, 0.8)) return [85, 50, 35];
    return inBox(x, y, 0.34, 0.55, 0.42, 0.65) || inBox(x, y, 0.58, 0.55, 0.66, 0.65)
      ? [150, 195, 230]
      : [225, 205, 170];
  }
  if (y > 0.26 && y <= 0.48 && Math.abs(x - 0.5) < (y - 0.26) * 1.1) return [165, 60, 45];
  if (y > 0.76 + 0.04 * Math.sin(7 * x)) return mix([95, 160, 70], [45, 95, 40], (y - 0.76) * 4);
  return inDisk(x, y, 0.83, 0.17, 0.09) ? [252, 228, 120] : sky(y);
};
const car: Scene = (x, y) => {
  if (inDisk(x, y, 0.28, 0.7, 0.09) || inDisk(x, y, 0.72, 0.7, 0.09))
    return inDisk(x, y, 0.28, 0.7, 0.045) || inDisk(x, y, 0.72, 0.7, 0.045) ? [190, 190, 195] : [25, 25, 28];
  if (inBox(x, y, 0.1, 0.5, 0.92, 0.69)) return mix([215, 40, 45], [130, 15, 25], (y - 0.5) * 5);
  if (y > 0.34 && y <= 0.5 && x > 0.42 - (y - 0.34) && x < 0.66 + (y - 0.34))
    return inBox(x, y, 0.52, 0.3, 0.545, 0.5) || y < 0.37 ? [190, 30, 40] : [165, 200, 215];
  return y > 0.68 ? mix([110, 110, 115], [70, 70, 75], (y - 0.68) * 3) : mix([205, 190, 165], [180, 205, 220], 1 - y);
};
const tree: Scene = (x, y) => {
  if (inDisk(x, y, 0.5, 0.36, 0.28, 0.26) || inDisk(x, y, 0.33, 0.44, 0.17) || inDisk(x, y, 0.67, 0.45, 0.18))
    return mix([55, 130, 50], [150, 190, 80], 0.5 + 0.5 * Math.sin(25 * x) * Math.cos(28 * y));
  if (inBox(x, y, 0.46, 0.55, 0.55, 0.86)) return mix([95, 65, 40], [60, 40, 25], (x - 0.46) * 11);
  return y > 0.8 ? [125, 165, 75] : mix([250, 195, 130], [150, 190, 230], 1 - y);
};
const cat: Scene = (x, y) => {
  const isFace = inDisk(x, y, 0.5, 0.56, 0.3, 0.27);
  const isEar = (cx: number) => y > 0.16 && y < 0.45 && Math.abs(x - cx) < (y - 0.16) * 0.42;
  if (!isFace && !isEar(0.3) && !isEar(0.7)) return mix([70, 95, 85], [130, 150, 120], x + 0.3 * Math.sin(9 * y));
  for (const cx of [0.39, 0.61]) {
    if (inDisk(x, y, cx, 0.5, 0.018, 0.045)) return [15, 15, 15];
    if (inDisk(x, y, cx, 0.5, 0.06, 0.05)) return [180, 205, 80];
  }
  if (inDisk(x, y, 0.5, 0.64, 0.035, 0.022)) return [215, 120, 120];
  if (inDisk(x, y, 0.5, 0.7, 0.13, 0.09)) return [245, 235, 220];
  return mix([220, 140, 60], [165, 90, 35], 0.5 + 0.5 * Math.sin(40 * Math.hypot(x - 0.5, y - 0.9)));
};
const flower: Scene = (x, y) => {
  const [dx, dy] = [x - 0.5, y - 0.42];
  const radius = Math.hypot(dx, dy);
  if (radius < 0.09) return [235, 180, 40];
  if (radius < 0.2 + 0.12 * Math.cos(8 * Math.atan2(dy, dx))) return mix([235, 90, 150], [250, 200, 220], radius * 3);
  if (inBox(x, y, 0.48, 0.5, 0.52, 1) || inDisk(x, y, 0.62, 0.78, 0.12, 0.05)) return [50, 120, 50];
  return mix([60, 100, 60], [25, 55, 45], y + 0.3 * Math.sin(11 * x));
};
const mountain: Scene = (x, y) => {
  const ridge = 0.3 + 0.55 * Math.abs(x - 0.45) + 0.04 * Math.sin(23 * x);
  if (y > 0.74) return mix([60, 110, 130], [140, 175, 190], 0.5 + 0.5 * Math.sin(50 * y));
  if (y > ridge)
    return y < ridge + 0.14 - 0.1 * Math.sin(31 * x) ? [240, 243, 248] : mix([110, 100, 105], [65, 75, 70], y);
  return mix([235, 150, 120], [95, 110, 175], 1 - y * 1.6);
};
const bird: Scene = (x, y) => {
  if (inDisk(x, y, 0.69, 0.35, 0.015)) return [10, 10, 10];
  if (x > 0.76 && x < 0.86 && Math.abs(y - 0.38) < (0.86 - x) * 0.35) return [240, 165, 40];
  if (inDisk(x, y, 0.67, 0.37, 0.11)) return [40, 110, 200];
  if (inDisk(x, y, 0.44, 0.5, 0.16, 0.09)) return [25, 70, 150];
  if (inDisk(x, y, 0.5, 0.52, 0.25, 0.16)) return y > 0.54 ? [225, 140, 90] : [55, 130, 215];
  if (x > 0.1 && x < 0.32 && Math.abs(y - 0.56 - 0.2 * (0.3 - x)) < 0.05) return [30, 85, 165];
  if (y > 0.72 && y < 0.78 + 0.02 * Math.sin(20 * x)) return [105, 75, 50];
  return mix([205, 220, 200], [150, 185, 150], y + 0.2 * Math.sin(7 * x));
};

const scenes = { ship, house, car, tree, cat, flower, mountain, bird } satisfies Record<string, Scene>;
export type SceneName = keyof typeof scenes;
export const sceneNames = Object.keys(scenes) as SceneName[];

/** A scene at a size, sampled finely, with a little grain as photographs have. */
export function drawScene(name: SceneName, size: number): Picture {
  const fine = size * 4;
  const picture = createPicture({ height: fine, width: fine, channels: 3 });
  const draws = stream(0, "scene", name);
  const scene = scenes[name];
  for (let row = 0; row < fine; row++)
    for (let column = 0; column < fine; column++) {
      const grain = 24 * (draws.uniform() - 0.5);
      const colour = scene((column + 0.5) / fine, (row + 0.5) / fine).map((value) => value + grain);
      picture.bytes.set(
        colour.map((value) => Math.min(255, Math.max(0, Math.round(value)))),
        (row * fine + column) * 3,
      );
    }
  return resizeBox(picture, { height: size, width: size });
}
