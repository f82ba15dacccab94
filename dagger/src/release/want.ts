import type { AwsNames, ReleaseSettings } from "./release-settings.ts";
import type { TaskDefinitionBody } from "./have.ts";

/** What is asked for: one commit's images, in the task definition that the template gives for them. */
export interface Want {
  readonly project: string;
  readonly names: AwsNames;
  readonly settings: ReleaseSettings;
  /** 40 hex digits. */
  readonly commit: string;
  /** Tag of its images: `<sha7>`, or `<sha7>-dirty` in a rehearsal. */
  readonly tag: string;
  /** Service -> image by digest, `<host>/<repository>@sha256:…`. */
  readonly images: Readonly<Record<string, string>>;
  readonly taskDefinition: TaskDefinitionBody;
  /** Whose release it is, for the history: shown, never trusted. */
  readonly by: string;
  /** Why it is released against the rules, for the history. */
  readonly breakGlass?: string;
}

/** An AppSpec for ECS, ready for CreateDeployment: JSON text and its SHA-256 in hex. */
export interface AppSpec {
  readonly content: string;
  readonly sha256: string;
}
