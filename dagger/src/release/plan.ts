import type { Change } from "../report/release-schema.ts";
import type { TaskDefinitionBody } from "./have.ts";
import type { KeptImage } from "./keep-images.ts";

/** The frozen list of what will be done. `--plan` prints it; `apply` does only what it says. */
export interface Plan {
  readonly kind: "release" | "rollback";
  readonly commit: string;
  readonly tag: string;
  /** Of what has the traffic now; undefined when its revision bears no commit, as at the first release. */
  readonly fromCommit: string | undefined;
  readonly changes: readonly Change[];
  /** In the order in which they are done. Empty: what is wanted runs already. */
  readonly actions: readonly Action[];
  /** What a reader should know before it is done. */
  readonly notes: readonly string[];
}

export type Action =
  | { readonly kind: "register-task-definition"; readonly family: string; readonly body: TaskDefinitionBody; readonly tags: Readonly<Record<string, string>> }
  /** A revision that exists already, of the same commit and body. */
  | { readonly kind: "use-task-definition"; readonly arn: string }
  /** ECR lets no image of the revision go. */
  | { readonly kind: "keep-images"; readonly images: readonly KeptImage[] }
  | { readonly kind: "create-deployment"; readonly application: string; readonly deploymentGroup: string; readonly description: string }
  /** A deployment of the same commit runs already: it is followed. */
  | { readonly kind: "follow-deployment"; readonly deploymentId: string };
