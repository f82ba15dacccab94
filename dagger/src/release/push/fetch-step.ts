import type { Step } from "../../engine/engine.ts";
import type { RegistryAccess, RegistryImage } from "./registry.ts";

export const fetchedArchive = "/fetch/image.tar";
/** Read by Skopeo alone; a file, because everybody can see a command line. */
const authPath = "/run/secrets/registry-auth.json";
/** The archive's own manifest names its config. */
const verify = 'found=$(skopeo --insecure-policy inspect --raw "docker-archive:$1") || exit 1; case "$found" in *"\\"$2\\""*) ;; *) echo "the registry has sent another image than $2" >&2; exit 1 ;; esac';

/** Fetches one image by its digest, as the docker-archive that an engine makes of what it has built. */
export function fetchStep(service: string, { reference, image, timeoutMs }: { readonly reference: string; readonly image: RegistryImage; readonly timeoutMs: number }, { authFile, insecure }: RegistryAccess): Step {
  return {
    name: `fetch/${service}`,
    image: { kind: "named", name: "skopeo" },
    files: [{ from: "text", content: "", to: "/fetch/.keep" }],
    workdir: "/fetch",
    commands: [
      {
        program: "skopeo",
        argv: ["skopeo", "--insecure-policy", "copy", "--quiet", "--retry-times", "2", "--src-authfile", authPath, ...(insecure ? ["--src-tls-verify=false"] : []), `docker://${reference}`, `docker-archive:${fetchedArchive}`],
        accept: [0],
      },
      { program: "skopeo (is it that image)", argv: ["sh", "-c", verify, "sh", fetchedArchive, image.imageId], accept: [0] },
    ],
    env: {},
    secrets: { [authPath]: authFile },
    caches: {},
    outputs: [],
    timeoutMs,
    memoryMb: 512,
    network: "registries",
  };
}
