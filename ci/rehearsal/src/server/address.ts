import type { Component } from "../parts.ts";

/** Where the rehearsal answers, for what has to name it to callers: `http://127.0.0.1:4610`. Set once it listens. `anyHost`: it is reached by names that it does not know. */
export const address: Component<{ url: string; anyHost: boolean }> = { name: "address", create: () => ({ url: "http://127.0.0.1", anyHost: false }) };
