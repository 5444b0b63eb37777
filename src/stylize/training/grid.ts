/** A sheet of contents and styles: how a stylizer looks. */

import { inference } from "../../engine/autograd.ts";
import { ones } from "../../engine/ops/create.ts";
import { indexSelect } from "../../engine/ops/shape.ts";
import { scope } from "../../engine/scope.ts";
import { tensorFrom } from "../../engine/tensor.ts";
import { encodePng } from "../../pictures/codec.ts";
import { createPicture, type Picture } from "../../pictures/picture.ts";
import { drawSheet } from "../../pictures/sheet.ts";
import { adain, channelStatistics } from "../adain.ts";
import { bytesOf, imagesOf } from "../images.ts";
import type { Stylizer } from "../stylizer.ts";

/**
 * Styles along the top, contents down the left, each picture restyled at full strength where they meet; beside each
 * content its reconstruction (strength 0).
 * @param contents [M,size,size,3] uint8
 * @param styles [N,size,size,3] uint8
 * @returns the sheet as PNG
 */
export async function drawStyleGrid(
  stylizer: Stylizer,
  { contents, styles, size }: { contents: Uint8Array; styles: Uint8Array; size: number },
): Promise<Uint8Array> {
  const shape = { height: size, width: size, channels: 3 } as const;
  const pictureBytes = size * size * 3;
  const picturesOf = (bytes: Uint8Array): Picture[] =>
    Array.from({ length: bytes.length / pictureBytes }, (_, place) =>
      createPicture(shape, bytes.subarray(place * pictureBytes, (place + 1) * pictureBytes)),
    );
  const stylePictures = picturesOf(styles);
  const rows = picturesOf(contents).map((content) => {
    const restyled = scope(() =>
      inference(() => {
        const own = channelStatistics(stylizer.encode(imagesOf(styles, shape, stylizer.device)));
        const features = stylizer.encode(imagesOf(content.bytes, shape, stylizer.device));
        const index = tensorFrom(new BigInt64Array(stylePictures.length), [stylePictures.length]);
        const repeated = indexSelect(features, 0, index);
        const output = stylizer.decode(adain(repeated, own, ones([stylePictures.length])));
        return [bytesOf(stylizer.decode(features)), bytesOf(output)] as const;
      }),
    );
    return [content, ...picturesOf(restyled[0]), ...picturesOf(restyled[1])];
  });
  const blank = createPicture(shape);
  blank.bytes.fill(255);
  const sheet = drawSheet([blank, blank, ...stylePictures, ...rows.flat()], {
    columns: stylePictures.length + 2,
    scale: Math.max(1, Math.round(96 / size)),
  });
  return encodePng(sheet);
}
