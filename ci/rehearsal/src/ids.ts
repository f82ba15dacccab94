import { randomBytes } from "node:crypto";

/** Where random bytes come from: passed in, so that a test knows every id. */
export type Randomness = (count: number) => Uint8Array;

export const machineRandomness: Randomness = (count) => randomBytes(count);

/** Ids in the forms that AWS gives them. */
export class Ids {
  readonly #randomness: Randomness;

  constructor(randomness: Randomness) {
    this.#randomness = randomness;
  }

  /** Lower-case hexadecimal digits: tasks (32), load balancers (16). */
  hex(length: number): string {
    return Buffer.from(this.#randomness(Math.ceil(length / 2))).toString("hex").slice(0, length);
  }

  /** Decimal digits, the first not 0: task sets (19). */
  digits(length: number): string {
    return this.#of("0123456789", length).replace(/^0/, "1");
  }

  /** `d-` and nine capitals or digits: deployments. */
  deployment(): string {
    return `d-${this.#of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 9)}`;
  }

  /** Capitals and digits of base 32: access keys. */
  key(length: number): string {
    return this.#of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length);
  }

  uuid(): string {
    const hex = this.hex(32);
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join("-");
  }

  #of(alphabet: string, length: number): string {
    return [...this.#randomness(length)].map((byte) => alphabet[byte % alphabet.length]).join("");
  }
}
