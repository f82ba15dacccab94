import type { ImageBuild, Step } from "../../engine/engine.ts";
import type { RegistryAccess } from "./registry.ts";

export const digestPath = "/push/digest";
/** Read by Skopeo alone; a file, because everybody can see a command line. */
const authPath = "/run/secrets/registry-auth.json";
/** Where Skopeo, as root, keeps which compressed layer is which: without it, it would send every layer again to find out. */
const layerCache = "/var/lib/containers/cache";

/** Sends one image, from its archive, to a tag of a repository. Its result is never kept: the registry may have changed. */
export function pushStep(build: ImageBuild, to: { repository: string; tag: string }, { host, insecure, authFile }: RegistryAccess, timeoutMs: number): Step {
  return {
    name: `push/${build.service}`,
    image: { kind: "named", name: "skopeo" },
    files: [
      { from: "image", build, to: "/image.tar" },
      { from: "text", content: "", to: digestPath },
    ],
    workdir: "/push",
    commands: [
      {
        program: "skopeo",
        argv: [
          // The policy is about who signed an image; this one was made here.
          "skopeo", "--insecure-policy", "copy", "--quiet", "--retry-times", "2",
          "--dest-authfile", authPath, "--digestfile", digestPath,
          ...(insecure ? ["--dest-tls-verify=false"] : []),
          "docker-archive:/image.tar", `docker://${host}/${to.repository}:${to.tag}`,
        ],
        accept: [0],
        keep: [],
      },
    ],
    env: {},
    secrets: { [authPath]: authFile },
    caches: { [layerCache]: "skopeo" },
    outputs: [digestPath],
    timeoutMs,
    memoryMb: 512,
    network: "registries",
  };
}
