/** The optimizers by their interface: against PyTorch, through a checkpoint, and where gradients are missing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gradientOf, setGradient } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { contiguous } from "../../src/engine/ops/shape.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { type Tensor, toPlain } from "../../src/engine/tensor.ts";
import { AdamW } from "../../src/nn/adamw.ts";
import { clipFactor, gradientNorm } from "../../src/nn/clipping.ts";
import { parameter } from "../../src/nn/module.ts";
import type { Optimizer } from "../../src/nn/optimizer.ts";
import { Sgd } from "../../src/nn/sgd.ts";
import { assertClose, normalTensor } from "../numbers.ts";
import { noOracle, oracle } from "../oracle.ts";

setThreadCount(1);

const shapes = { "conv.weight": [4, 3, 3, 3], "conv.bias": [4], "linear.weight": [5, 7] };
const paths = Object.keys(shapes) as (keyof typeof shapes)[];

const initial = (path: keyof typeof shapes) => normalTensor(`initial ${path}`, shapes[path]);
/** The gradient at a step: large at first, then small, so that clipping comes and goes. */
const gradient = (path: keyof typeof shapes, step: number) =>
  normalTensor(`gradient ${path} ${step}`, shapes[path], 1 / (1 + step));

function makeParameters(): Map<string, Tensor> {
  return scope(
    () =>
      new Map(
        paths.map((path) => {
          const tensor = initial(path);
          return [path, parameter(tensor.shape.length === 4 ? contiguous(tensor, "channels_last") : tensor)];
        }),
      ),
  );
}

/** Steps `from` to `to`, with the learning rate falling and gradients clipped to length 2 or not. */
function train(parameters: Map<string, Tensor>, optimizer: Optimizer, clips: boolean, from = 0, to = 20): void {
  for (let step = from; step < to; step++)
    scope(() => {
      for (const path of paths) setGradient(parameters.get(path)!, gradient(path, step));
      const gradientFactor = clips ? clipFactor(gradientNorm(parameters.values()), 2) : 1;
      optimizer.step({ learningRate: 0.1 / (1 + step / 10), gradientFactor });
    });
}

const sgd = (nesterov: boolean, weightDecay: number) => (parameters: Map<string, Tensor>) =>
  new Sgd(parameters, { momentum: 0.9, nesterov, weightDecay });
const adamw = (weightDecay: number) => (parameters: Map<string, Tensor>) =>
  new AdamW(parameters, { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay });

const cases = [true, false].flatMap((clips) => [
  ...[true, false].flatMap((nesterov) =>
    [0, 1e-2].map((weightDecay) => ({
      make: sgd(nesterov, weightDecay),
      clips,
      python: `torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=${nesterov ? "True" : "False"}, weight_decay=${weightDecay})`,
    })),
  ),
  ...[0, 5e-2].map((weightDecay) => ({
    make: adamw(weightDecay),
    clips,
    python: `torch.optim.AdamW(p, lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=${weightDecay})`,
  })),
]);

test("after 20 steps the weights are PyTorch's within 1e-6: SGD and AdamW, decay, Nesterov, clipping", {
  skip: noOracle,
}, () => {
  const paths = Object.keys(shapes) as (keyof typeof shapes)[];
  const numbers = (tensor: Tensor) => [...tensor.toFloat32Array()];
  const input = scope(() => ({
    shapes: Object.values(shapes),
    initial: paths.map((path) => numbers(initial(path))),
    gradients: Array.from({ length: 20 }, (_, step) => paths.map((path) => numbers(gradient(path, step)))),
    cases: cases.map(({ python, clips }) => ({ python, clips })),
  }));
  const script = `
import json, sys, torch
data = json.load(sys.stdin)
tensor = lambda numbers, shape: torch.tensor(numbers, dtype=torch.float32).reshape(shape)
for case in data["cases"]:
    p = [tensor(n, s).requires_grad_() for n, s in zip(data["initial"], data["shapes"])]
    optimizer = eval(case["python"])
    for step, gradients in enumerate(data["gradients"]):
        for group in optimizer.param_groups: group["lr"] = 0.1 / (1 + step / 10)
        for q, n, s in zip(p, gradients, data["shapes"]): q.grad = tensor(n, s)
        if case["clips"]: torch.nn.utils.clip_grad_norm_(p, 2.0)
        optimizer.step()
    print(json.dumps([q.detach().flatten().tolist() for q in p]))`;
  const answers = oracle(script, JSON.stringify(input)).trim().split("\n");
  for (const [index, { make, clips, python }] of cases.entries()) {
    const parameters = makeParameters();
    const optimizer = make(parameters);
    train(parameters, optimizer, clips);
    const expected = JSON.parse(answers[index]!) as number[][];
    for (const [place, tensor] of [...parameters.values()].entries())
      assertClose(tensor, expected[place]!, 1e-6, `${python}, clips: ${clips}, ${paths[place]}`);
    optimizer.dispose();
  }
});

for (const [name, make] of Object.entries({ Sgd: sgd(true, 1e-2), AdamW: adamw(1e-2) })) {
  const plainOf = (parameters: Map<string, Tensor>) => [...parameters.values()].map(toPlain);

  test(`${name} goes on from its stored state to the same bytes`, () => {
    const whole = makeParameters();
    train(whole, make(whole), true);
    const first = makeParameters();
    const before = make(first);
    train(first, before, true, 0, 9);
    const stored = structuredClone(before.stateDict());
    const resumed = make(first);
    resumed.loadStateDict(stored);
    train(first, resumed, true, 9, 20);
    assert.deepEqual(plainOf(first), plainOf(whole));
  });

  test(`${name} leaves a parameter without gradient alone, with what it remembers of it`, () => {
    const parameters = makeParameters();
    const optimizer = make(parameters);
    train(parameters, optimizer, false, 0, 2);
    const [weight, state] = [plainOf(parameters)[1], optimizer.stateDict()];
    setGradient(
      parameters.get("linear.weight")!,
      scope(() => gradient("linear.weight", 2)),
    );
    optimizer.step({ learningRate: 0.1 });
    assert.deepEqual(plainOf(parameters)[1], weight);
    const remembered = [...optimizer.stateDict()].filter(([path]) => path.endsWith("conv.bias"));
    assert.ok(remembered.length > 0);
    for (const [path, plain] of remembered) assert.deepEqual(plain, state.get(path), path);
  });

  test(`${name} takes the gradients away, and leaks nothing`, () => {
    const live = handleCounts().live;
    const parameters = makeParameters();
    const optimizer = make(parameters);
    train(parameters, optimizer, true, 0, 3);
    for (const tensor of parameters.values()) assert.equal(gradientOf(tensor), null);
    optimizer.step({ learningRate: 0.1 }); // without any gradient: nothing to do
    optimizer.dispose();
    for (const tensor of parameters.values()) tensor.dispose();
    assert.equal(handleCounts().live, live);
  });

  test(`${name} refuses a state that lacks a tensor or has another shape, by its name`, () => {
    const parameters = makeParameters();
    const optimizer = make(parameters);
    const state = optimizer.stateDict();
    const [path] = [...state.keys()].filter((key) => key.endsWith("conv.bias"));
    const without = new Map([...state].filter(([key]) => key !== path));
    assert.throws(() => optimizer.loadStateDict(without), { code: "weights", message: /of conv\.bias is missing/ });
    const other = new Map(state).set(path!, { dtype: "float32", shape: [2], bytes: new Uint8Array(8) });
    assert.throws(() => optimizer.loadStateDict(other), {
      code: "weights",
      message: /is float32\[2\], not float32\[4\]/,
    });
  });
}

test("AdamW refuses a state of another optimizer", () => {
  const parameters = makeParameters();
  const state = sgd(true, 0)(parameters).stateDict();
  assert.throws(() => adamw(0)(parameters).loadStateDict(state), {
    code: "weights",
    message: /count of steps is missing/,
  });
});

test("the norm of gradients passes over parameters without one", () => {
  scope(() => {
    const parameters = makeParameters();
    assert.equal(gradientNorm(parameters.values()), 0);
    const arrived = gradient("conv.bias", 0);
    setGradient(parameters.get("conv.bias")!, arrived);
    assertClose([gradientNorm(parameters.values())], [Math.hypot(...arrived.toFloat32Array())], 1e-12);
  });
});

test("gradients longer than the limit are shortened to it, others left; as torch, by length + 1e-6", () => {
  assert.equal(clipFactor(0.5, 1), 1);
  assert.equal(clipFactor(0, 1), 1);
  assert.equal(clipFactor(4, 1), 1 / 4.000001);
  assert.equal(clipFactor(1, 1), 1 / 1.000001);
});
