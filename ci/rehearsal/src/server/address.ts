import type { Component } from "../parts.ts";

/** Where the rehearsal answers, for what has to name it to callers: `http://127.0.0.1:4610`. Set once it listens. */
export const address: Component<{ url: string }> = { name: "address", create: () => ({ url: "http://127.0.0.1" }) };
