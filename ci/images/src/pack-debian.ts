import { join } from "node:path";
import { execa } from "execa";
import { installPackages } from "../../local/src/container-engine/apt.ts";
import { findOnPath } from "../../local/src/container-engine/find-on-path.ts";
import { debianSources, sourcesList } from "./debian-mirror.ts";
import type { PackContext } from "./recipes.ts";

/**
 * A root file system of Debian from Debian's packages alone. What differs from
 * mmdebstrap's plain result makes it what the published slim images are: no
 * documentation, no translations, no package caches, and nothing of this machine
 * (mmdebstrap copies its name and its name servers).
 */
export async function packDebian(context: PackContext): Promise<void> {
  const { env, folder, signal } = context;
  const release = context.args["RELEASE"] ?? "";
  if ((await findOnPath("mmdebstrap", env)) === undefined) {
    await installPackages(["mmdebstrap", "debian-archive-keyring"], { env, signal });
  }
  const sources = sourcesList(await debianSources(), release);
  const args = [...options(folder, context.aptConfFile), release, join(folder, "root.tar")];
  await execa("mmdebstrap", [...args, ...(sources.length > 0 ? ["-"] : [])], {
    ...(sources.length > 0 ? { input: `${sources.join("\n")}\n` } : { stdin: "ignore" }),
    extendEnv: false,
    env: { ...env, LC_ALL: "C.UTF-8" },
    ...(signal && { cancelSignal: signal }),
  });
}

function options(folder: string, aptConfFile: string): string[] {
  return [
    // It reads none of this machine's apt settings by itself, and would leave these
    // in 99mmdebstrap: removed below.
    `--aptopt=${aptConfFile}`,
    "--variant=minbase",
    "--include=ca-certificates",
    ...["man", "locale", "doc", "info", "lintian"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    "--dpkgopt=force-unsafe-io",
    `--customize-hook=copy-in "${join(folder, "stand-in.apt.conf")}" /etc/apt/apt.conf.d/`,
    '--customize-hook=rm -f "$1/etc/hostname" "$1/etc/resolv.conf" "$1/etc/apt/apt.conf.d/99mmdebstrap"',
    '--customize-hook=rm -rf "$1"/var/log/*.log "$1"/var/log/apt "$1"/var/cache/ldconfig/aux-cache',
  ];
}
