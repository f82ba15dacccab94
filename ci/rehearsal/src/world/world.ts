import { z } from "zod";

/**
 * What exists, as data: one slice per concern, each a plain JSON value that its
 * own folder defines and changes. The world itself knows nothing of them, so that
 * a service is loaded only when it is asked for.
 */
export interface Slice<Data> {
  readonly name: string;
  readonly schema: z.ZodType<Data>;
  readonly empty: () => Data;
}

const savedSchema = z.object({ format: z.literal(1), account: z.string(), region: z.string(), slices: z.record(z.string(), z.unknown()) });

export class World {
  readonly account: string;
  readonly region: string;
  readonly #slices = new Map<string, unknown>();
  readonly #unread: Record<string, unknown>;
  readonly #listeners = new Set<() => void>();

  constructor({ account = "123456789012", region = "eu-west-1", slices = {} }: { readonly account?: string; readonly region?: string; readonly slices?: Record<string, unknown> } = {}) {
    this.account = account;
    this.region = region;
    this.#unread = slices;
  }

  /** Throws ZodError when what was saved is of another form. */
  static restore(saved: unknown): World {
    const { account, region, slices } = savedSchema.parse(saved);
    return new World({ account, region, slices });
  }

  /** The data itself, to be read and changed; call `changed()` after a change that no API call made. */
  slice<Data>({ name, schema, empty }: Slice<Data>): Data {
    const known = this.#slices.get(name);
    if (known !== undefined) return known as Data;
    const saved = this.#unread[name];
    const data = saved === undefined ? empty() : schema.parse(saved);
    this.#slices.set(name, data);
    return data;
  }

  /** Says that something is different now, so that it is saved. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All of it, to be saved as JSON. */
  toJSON(): z.infer<typeof savedSchema> {
    return { format: 1, account: this.account, region: this.region, slices: { ...this.#unread, ...Object.fromEntries(this.#slices) } };
  }

  /** `arn:aws:<service>:<region>:<account>:<rest>` */
  arn(service: string, rest: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${rest}`;
  }
}
