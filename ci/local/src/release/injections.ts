/** What `--inject` makes of the new version, once it has some of the traffic. */
export const injections = {
  /** Three of ten answers are errors. */
  errors: ["responses", "--to", "candidate", "--share", "0.3", "--status", "500", "--from-traffic", "10"],
  /** Half of the answers come two seconds late. */
  latency: ["responses", "--to", "candidate", "--share", "0.5", "--latency", "2s", "--from-traffic", "10"],
  /** Its tasks never get healthy. */
  unhealthy: ["unhealthy", "--to", "candidate"],
} as const satisfies Record<string, readonly string[]>;

export type Injection = keyof typeof injections;
export const injectionNames = Object.keys(injections) as Injection[];
