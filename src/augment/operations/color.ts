import { blendMagnitudes, differenceShares, fillShares, plainShares, toByte, valueShares } from "./blend.ts";
import { greyOf } from "./grey.ts";
import { defineOperation } from "./operation.ts";

/** Towards grey or away from it; a grey picture stays as it is. Source: method.md 5.2. */
export const color = defineOperation({
  name: "color",
  summary: "Makes colours paler or stronger",
  magnitudes: blendMagnitudes,
  applyInto(source, { channels }, magnitude, target, rule) {
    if (channels === 1) {
      target.set(source);
      return;
    }
    fillShares(1 + magnitude, rule);
    for (let i = 0; i < source.length; i += 3) {
      const red = source[i]!;
      const green = source[i + 1]!;
      const blue = source[i + 2]!;
      const grey = greyOf(red, green, blue, rule);
      if (rule === "tensor") {
        const plain = plainShares[grey]!;
        target[i] = toByte(Math.fround(valueShares[red]! + plain));
        target[i + 1] = toByte(Math.fround(valueShares[green]! + plain));
        target[i + 2] = toByte(Math.fround(valueShares[blue]! + plain));
      } else {
        target[i] = toByte(Math.fround(grey + differenceShares[255 + red - grey]!));
        target[i + 1] = toByte(Math.fround(grey + differenceShares[255 + green - grey]!));
        target[i + 2] = toByte(Math.fround(grey + differenceShares[255 + blue - grey]!));
      }
    }
  },
});
