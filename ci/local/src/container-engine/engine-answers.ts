import { z } from "zod";

/**
 * What the daemons say of themselves, as far as we look. Docker 20 to 29 and
 * Podman 3.4 to 5 have these fields.
 */
export const dockerVersion = z.object({
  Client: z.object({ Version: z.string() }).loose().optional(),
  Server: z
    .object({
      Version: z.string(),
      Components: z.array(z.object({ Name: z.string() }).loose()).nullish(),
    })
    .loose()
    .nullish(),
});

export const dockerInfo = z.object({
  Name: z.string().default(""),
  ServerVersion: z.string(),
  KernelVersion: z.string().default(""),
  OperatingSystem: z.string().default(""),
  Architecture: z.string(),
  NCPU: z.number(),
  MemTotal: z.number(),
  Driver: z.string(),
  SecurityOptions: z.array(z.string()).nullish(),
  MemoryLimit: z.boolean().default(false),
  PidsLimit: z.boolean().default(false),
  CpuCfsQuota: z.boolean().default(false),
});

export const podmanInfo = z.object({
  host: z.object({
    arch: z.string(),
    cpus: z.number(),
    memTotal: z.number(),
    hostname: z.string().default(""),
    kernel: z.string().default(""),
    cgroupControllers: z.array(z.string()).nullish(),
    serviceIsRemote: z.boolean().default(false),
    security: z.object({ rootless: z.boolean() }).loose(),
  }),
  store: z.object({ graphDriverName: z.string() }),
  version: z.object({ Version: z.string() }),
});

/** The names of processors that npm, Go and Docker platforms use. */
export function architectureOf(name: string): "x64" | "arm64" | undefined {
  if (name === "x86_64" || name === "amd64") return "x64";
  return name === "aarch64" || name === "arm64" ? "arm64" : undefined;
}
