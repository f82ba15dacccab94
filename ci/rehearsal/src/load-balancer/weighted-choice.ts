/**
 * Smooth weighted round robin: the sequence repeats after the sum of the weights
 * (without their common divisor), so that any 100 in a row of weights that sum to
 * 100 are exactly the weights, and they are spread as evenly as can be.
 * Source: https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 */
export class WeightedChoice<Value> {
  readonly #choices: { readonly value: Value; readonly weight: number; current: number }[];
  readonly #sum: number;

  constructor(weighted: readonly { readonly value: Value; readonly weight: number }[]) {
    this.#choices = weighted.filter(({ weight }) => weight > 0).map(({ value, weight }) => ({ value, weight, current: 0 }));
    this.#sum = this.#choices.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Undefined when nothing has a weight. */
  next(): Value | undefined {
    let best = this.#choices[0];
    if (best === undefined) return undefined;
    for (const choice of this.#choices) {
      choice.current += choice.weight;
      if (choice.current > best.current) best = choice;
    }
    best.current -= this.#sum;
    return best.value;
  }
}
