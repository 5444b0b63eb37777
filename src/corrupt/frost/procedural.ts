import { createPicture } from "../../pictures/picture.ts";
import type { FrostTextures } from "./textures.ts";

let made: FrostTextures | undefined;
export function proceduralFrost(): FrostTextures {
  made ??= {
    name: "procedural",
    pictures: [
      [600, 900],
      [315, 560],
      [315, 560],
      [350, 527],
      [495, 660],
    ].map(([height, width]) => createPicture({ height: height!, width: width!, channels: 3 })),
  };
  return made;
}
