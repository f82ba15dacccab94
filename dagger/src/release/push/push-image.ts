import type { BuiltImage, Engine, ImageBuild } from "../../engine/engine.ts";
import { StepError } from "../../engine/step-error.ts";
import { ReleaseError } from "../release-error.ts";
import { digestPath, pushStep } from "./push-step.ts";
import type { Registry, RegistryAccess, RegistryImage } from "./registry.ts";

export interface PushedImage {
  readonly service: string;
  readonly repository: string;
  readonly tag: string;
  /** What is deployed: `<host>/<repository>@sha256:…`. */
  readonly reference: string;
  readonly digest: string;
  /** Of its config. */
  readonly imageId: string;
  /** `adopted`: the commit's tag was there already, from another run or another CI server. */
  readonly how: "pushed" | "adopted";
  /** A fresh build of the commit is another image than the one that was adopted. */
  readonly differs: boolean;
}

export interface PushContext {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly access: RegistryAccess;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Puts an image into its repository under the commit's tag, or adopts the one
 * that has the tag: tags are immutable, and one commit is one image. Throws
 * ReleaseError PUSH_FAILED, and StepError when the engine itself failed.
 */
export async function pushImage(build: ImageBuild, built: BuiltImage, to: { repository: string; tag: string }, context: PushContext): Promise<PushedImage> {
  const { registry } = context;
  const there = await registry.find(to.repository, to.tag);
  if (there !== undefined) return pushed(built, to, there, "adopted", context);
  let sent: string;
  try {
    const result = await context.engine.run(pushStep(build, to, context.access, context.timeoutMs), context.signal);
    sent = (result.outputs.get(digestPath) ?? "").trim();
  } catch (error) {
    if (!(error instanceof StepError) || error.code !== "TOOL_FAILED") throw error;
    // Somebody else was quicker: an immutable tag takes one image only.
    const meanwhile = await registry.find(to.repository, to.tag);
    if (meanwhile !== undefined) return pushed(built, to, meanwhile, "adopted", context);
    throw new ReleaseError("PUSH_FAILED", `The image of ${built.service} could not be pushed to ${to.repository}:${to.tag}: ${lastLine(error)}. Nothing was deployed.`, "Run again; what has arrived is not sent twice.", error);
  }
  const arrived = await registry.find(to.repository, to.tag);
  if (arrived?.digest !== sent || arrived.imageId !== built.imageId) {
    throw new ReleaseError(
      "PUSH_FAILED",
      `The registry does not have what was sent to ${to.repository}:${to.tag}: ${arrived === undefined ? "the tag is not there" : `it has ${arrived.digest}, sent was ${sent}`}. Nothing was deployed.`,
      "Look who else pushes to this repository, then run again.",
    );
  }
  return pushed(built, to, arrived, "pushed", context);
}

function pushed({ service, imageId }: BuiltImage, { repository, tag }: { repository: string; tag: string }, image: RegistryImage, how: PushedImage["how"], { access }: PushContext): PushedImage {
  return { service, repository, tag, digest: image.digest, imageId: image.imageId, reference: `${access.host}/${repository}@${image.digest}`, how, differs: image.imageId !== imageId };
}

/** Skopeo says what went wrong last, at the end of a long chain. */
const lastLine = ({ log, message }: StepError): string => (log.trim() === "" ? message : (log.trim().split("\n").at(-1) ?? message)).replace(/^.*level=fatal msg=/, "").replace(/^"(.*)"$/, "$1").slice(0, 300);
