/** The stylizer against what PyTorch recorded (scripts/golden/stylize.py), on every device. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { backward, gradientOf, inference } from "../../src/engine/autograd.ts";
import { devices, setThreadCount } from "../../src/engine/device.ts";
import { add, mul, squareRoot } from "../../src/engine/ops/arithmetic.ts";
import { contiguous, toDevice } from "../../src/engine/ops/shape.ts";
import { scope } from "../../src/engine/scope.ts";
import { fromPlain, type Tensor, tensorOf } from "../../src/engine/tensor.ts";
import { viewOf } from "../../src/formats/array.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { adain, channelStatistics } from "../../src/stylize/adain.ts";
import { imagesOf } from "../../src/stylize/images.ts";
import { stylizerLoss } from "../../src/stylize/loss.ts";
import { makeStyleBank } from "../../src/stylize/make-bank.ts";
import { RestyleOptions, StylizerOptions } from "../../src/stylize/options.ts";
import { Restyler } from "../../src/stylize/restyle.ts";
import { assertClose } from "../numbers.ts";
import { noOracle, python } from "../oracle.ts";
import { filledStylizer, madeUpPictures } from "./stylizers.ts";

setThreadCount(1);

/** Largest difference to PyTorch's numbers, over the largest of these. */
const LIMIT = 1e-4;
/** Of gradients. Where ReLUs bend and channels are nearly flat rounding decides: for VGG-19 at 32 px PyTorch itself, in
 *  float32 and float64, differs by 7e-4. */
const GRADIENT_LIMIT = { compact: 1e-4, "vgg-19": 1e-2 } as const;

interface Step {
  size: number;
  scaling: "antialiased" | "plain";
  channels: 1 | 3;
}

function readRecording(path: string, device: string) {
  const { tensors, metadata } = readSafetensors(readFileSync(path), path);
  const stylizer = filledStylizer(StylizerOptions.parse(JSON.parse(metadata.options!)));
  stylizer.moveTo(device);
  return {
    stylizer,
    size: Number(metadata.size),
    strengths: JSON.parse(metadata.strengths!) as number[],
    steps: Object.entries(JSON.parse(metadata.steps!) as Record<string, Step>),
    recorded: (name: string) => viewOf(tensors.get(name)!) as Float32Array,
    recordedTensor: (name: string) => toDevice(fromPlain(tensors.get(name)!), device),
  };
}
type Recording = ReturnType<typeof readRecording>;

const images = ({ stylizer, strengths, size }: Recording, salt: number): Tensor =>
  imagesOf(
    madeUpPictures(strengths.length, 3, size, salt),
    { height: size, width: size, channels: 3 },
    stylizer.device,
  );

/** Each part on what the recording has before it, so that none hides behind another. */
function checkParts(recording: Recording): void {
  const { stylizer, strengths, recorded, recordedTensor } = recording;
  scope(() =>
    inference(() => {
      const style = channelStatistics(stylizer.encode(images(recording, 1001)));
      assertClose(style.mean, recorded("style.mean"), LIMIT, "means of the styles");
      assertClose(squareRoot(style.variance), recorded("style.deviation"), LIMIT, "deviations of the styles");
      assertClose(stylizer.encode(images(recording, 1000)), recorded("features"), LIMIT, "features");
      const strength = toDevice(tensorOf(strengths), stylizer.device);
      assertClose(adain(recordedTensor("features"), style, strength), recorded("adain"), LIMIT, "AdaIN");
      const features = contiguous(recordedTensor("adain"), "channels_last");
      assertClose(stylizer.decode(features), recorded("decoded"), LIMIT, "decoded");
    }),
  );
}

async function checkSteps({ stylizer, size, strengths, steps, recorded }: Recording): Promise<void> {
  const count = strengths.length;
  const styleBytes = madeUpPictures(count, 3, size, 1001);
  const pictureBytes = styleBytes.length / count;
  const styles = strengths.map((_, index) => ({
    name: `style ${index}`,
    digest: "0".repeat(64),
    picture: {
      height: size,
      width: size,
      channels: 3 as const,
      bytes: styleBytes.subarray(index * pictureBytes, (index + 1) * pictureBytes),
    },
  }));
  const bank = await makeStyleBank(stylizer, styles, { size, crop: "centre", source: "made up" });
  for (const [name, { size: working, scaling, channels }] of steps) {
    const compat = scaling === "plain" ? "reference" : "none";
    const options = RestyleOptions.parse({ size: working === size ? "native" : working, compat });
    const restyler = new Restyler(stylizer, bank, options);
    const shape = { height: size, width: size, channels };
    const draws = { styles: strengths.map((_, index) => index), strengths };
    const bytes = madeUpPictures(count, channels, size, 1002);
    const expected = recorded(`step/${name}`);
    scope(() =>
      inference(() => {
        const restyled = restyler.restyleImages(imagesOf(bytes, shape, stylizer.device), draws);
        assertClose(restyled, expected, LIMIT, name);
      }),
    );
    const restyled = restyler.restyle(bytes, shape, draws);
    const area = size * size;
    for (const [index, value] of expected.entries()) {
      const [picture, channel, pixel] = [
        Math.floor(index / (channels * area)),
        Math.floor(index / area) % channels,
        index % area,
      ];
      const byte = restyled[(picture * area + pixel) * channels + channel]!;
      assert.ok(Math.abs(byte - 255 * value) <= 0.5 + 255 * LIMIT, `${name}: ${byte} for ${255 * value} at ${index}`);
    }
    restyler.dispose();
  }
}

function checkLosses(recording: Recording): void {
  const { stylizer, recorded } = recording;
  scope(() => {
    const [contents, styles] = [images(recording, 1000), images(recording, 1001)];
    const { content, style, smooth } = stylizerLoss(stylizer, contents, styles);
    assertClose(content, recorded("loss.content"), LIMIT, "content loss");
    assertClose(style, recorded("loss.style"), LIMIT, "style loss");
    assertClose(smooth, recorded("loss.smooth"), LIMIT, "steps of colour");
    const cut = stylizerLoss(stylizer, contents, styles, { top: 1, left: 2 });
    assertClose(cut.content, recorded("loss.cut.content"), LIMIT, "content loss of a part");
    assertClose(cut.style, recorded("loss.cut.style"), LIMIT, "style loss of a part");
    backward(add(content, mul(style, 10)));
    const lastWeight = [...stylizer.decoder.namedParameters().values()].at(-2)!;
    assertClose(
      gradientOf(lastWeight)!,
      recorded("loss.gradient"),
      GRADIENT_LIMIT[stylizer.options.kind],
      "gradient of the last convolution",
    );
  });
}

for (const device of devices()) {
  for (const name of ["compact-32", "compact-64", "vgg-19-32"]) {
    const path = join(import.meta.dirname, `../golden/stylize/${name}.safetensors`);
    const recording = readRecording(path, device);
    test(`${name} on ${device}: encoder, statistics, AdaIN and decoder are PyTorch's to 1e-4`, () =>
      checkParts(recording));
    test(`${name} on ${device}: so are restyled pictures (${recording.steps.map(([step]) => step).join(", ")}), and their bytes are these rounded`, () =>
      checkSteps(recording));
    test(`${name} on ${device}: so are the losses and a gradient of the decoder`, () => checkLosses(recording));
  }

  test(`on ${device} so is all of that for VGG-19 at 64 and 224 px, and for our own net at 32 px restyled at 224`, {
    skip: noOracle,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "patina-golden-"));
    after(() => rmSync(folder, { recursive: true }));
    execFileSync(python!, [join(import.meta.dirname, "../../scripts/golden/stylize.py"), folder, "live"]);
    for (const name of ["compact-32-at-224", "vgg-19-64", "vgg-19-224"]) {
      const live = readRecording(join(folder, `${name}.safetensors`), device);
      checkParts(live);
      await checkSteps(live);
      if (live.size <= 64) checkLosses(live);
      live.stylizer.dispose();
    }
  });
}
