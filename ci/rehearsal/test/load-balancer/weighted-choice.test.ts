import fc from "fast-check";
import { expect, it } from "vitest";
import { WeightedChoice } from "../../src/load-balancer/weighted-choice.ts";

it("gives any 100 consecutive requests exactly by weights that sum to 100", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 500 }), (blue, start) => {
      const choice = new WeightedChoice([{ value: "blue", weight: blue }, { value: "green", weight: 100 - blue }]);
      const sequence = Array.from({ length: start + 100 }, () => choice.next());
      expect(sequence.slice(start).filter((value) => value === "blue")).toHaveLength(blue);
    }),
  );
});

it("gives as many in a row as all weights together exactly by any weights", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 5 }), fc.nat(300), (weights, start) => {
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const choice = new WeightedChoice(weights.map((weight, value) => ({ value, weight })));
      const sequence = Array.from({ length: start + sum }, () => choice.next());
      expect(weights.map((_weight, value) => sequence.slice(start).filter((chosen) => chosen === value).length)).toEqual(sum === 0 ? weights.map(() => 0) : weights);
    }),
    { numRuns: 30 },
  );
});
