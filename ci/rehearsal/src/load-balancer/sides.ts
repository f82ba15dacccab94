import type { Component } from "../parts.ts";

export type Side = "current" | "candidate";

/** Which side of a deployment the task with an address is on; set by whoever starts tasks, asked by whoever injects faults. */
export const sides: Component<{ of: (address: string) => Side | undefined }> = { name: "sides", create: () => ({ of: () => undefined }) };
