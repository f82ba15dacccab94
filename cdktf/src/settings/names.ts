import type { Application } from "./application.ts";

/** AWS's limits of a name's length, in characters. */
export const nameLimits = {
  loadBalancer: 32,
  targetGroup: 32,
  role: 64,
  policy: 128,
  cluster: 255,
  service: 255,
  family: 255,
  application: 100,
  deploymentGroup: 100,
  alarm: 255,
  bucket: 63,
  database: 63,
  function: 64,
  securityGroup: 255,
  topic: 256,
} as const;
export type Kind = keyof typeof nameLimits;

/**
 * Makes names of one kind for one environment: `<prefix>-<what>`. What is too long
 * for AWS is noted, and told with the settings' other faults.
 */
export class Names {
  readonly prefix: string;
  readonly #problems = new Set<string>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** A sentence for each name that was asked for and is too long. */
  get problems(): readonly string[] {
    return [...this.#problems];
  }

  of(kind: Kind, what: string): string {
    const name = what === "" ? this.prefix : `${this.prefix}-${what}`;
    const most = nameLimits[kind];
    if (name.length > most) this.#problems.add(`${name} would be ${name.length} characters, and AWS takes ${most} for a ${kind}: a prefix of at most ${most - what.length - 1} characters would do`);
    return name;
  }
}

/** The names by which a release finds its service; gitops.json may give others. */
export const releaseNames = (names: Names, { release }: Application) => ({
  cluster: release.cluster ?? names.of("cluster", "cluster"),
  service: release.service ?? names.of("service", "service"),
  family: release.family ?? names.of("family", "task"),
  application: release.application ?? names.of("application", ""),
  deploymentGroup: release.deploymentGroup ?? names.of("deploymentGroup", "dg"),
  executionRole: release.executionRole ?? names.of("role", "execution"),
  taskRole: release.taskRole ?? names.of("role", "task"),
});

export type ReleaseNames = ReturnType<typeof releaseNames>;
