/** An evaluation of C15 with easy numbers: 90 of 100 clean pictures right, 75 of 100 in every cell. */
import { severities } from "../../src/corrupt/define.ts";
import { suiteCorruptions } from "../../src/corrupt/suites.ts";
import { Evaluation } from "../../src/evaluate/evaluation.ts";

const c15 = suiteCorruptions("c15", { height: 32, width: 32, channels: 3 });
const accuracy = { value: 0.75, range: [0.7, 0.8] };

export const sampleEvaluation: Evaluation = Evaluation.parse({
  format: 1,
  patina: "0.1.0",
  model: { kind: "run", path: "runs/sample", name: "sample", digest: "abc", classes: ["cat", "dog"] },
  data: { name: "cifar10", part: "test", digest: "def", count: 100, total: 100, shape: [32, 32, 3] },
  computed: { device: "cpu", precision: "float32", program: "libtorch 2.6.0" },
  clean: { correct: 90, accuracy: 0.9, range: [0.825, 0.945], calibrationError: 0.05, reliability: [] },
  columns: [
    {
      origin: "official",
      notes: [],
      cells: c15.flatMap((corruption) =>
        severities.map((severity) => ({
          corruption,
          severity,
          count: 100,
          correct: 75,
          accuracy: 0.75,
          range: [0.657, 0.825],
          calibrationError: 0.1,
          digest: `${corruption} ${severity}`,
        })),
      ),
      corruptions: c15.map((corruption) => ({ corruption, accuracy, calibrationError: 0.1 })),
      suites: [{ suite: "c15", corruptions: [...c15], accuracy, calibrationError: 0.1 }],
      reliability: [],
    },
  ],
});
