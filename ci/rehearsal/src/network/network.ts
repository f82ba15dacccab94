import type { Component } from "../parts.ts";

/** Where a private address of the rehearsal leads on this machine. */
export type Endpoint =
  /** A port of this machine, behind which a container listens. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** A function of this process: tasks without containers, for tests. */
  | { readonly kind: "handler"; readonly handle: (request: Request) => Promise<Response> };

/** The VPC's addresses, as tasks and targets have them (`10.0.1.17`), and what is behind each. */
export class Network {
  readonly #endpoints = new Map<string, Endpoint>();

  /** Returns what takes it away again. */
  attach(address: string, port: number, endpoint: Endpoint): () => void {
    const key = `${address}:${String(port)}`;
    this.#endpoints.set(key, endpoint);
    return () => {
      if (this.#endpoints.get(key) === endpoint) this.#endpoints.delete(key);
    };
  }

  /** Undefined where nobody is, or nobody any more: a connection is refused. */
  resolve(address: string, port: number): Endpoint | undefined {
    return this.#endpoints.get(`${address}:${String(port)}`);
  }
}

export const network: Component<Network> = { name: "network", create: () => new Network() };
