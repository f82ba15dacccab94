import { describe } from "vitest";
import type { ContainerEngine } from "../../../local/src/container-engine/engine.ts";
import { findContainerEngine } from "../../../local/src/container-engine/find-engine.ts";
import { collectHostSettings } from "../../../images/src/host-settings.ts";
import { provideImage } from "../../../images/src/provide-image.ts";

interface TestEngine {
  readonly name: "podman" | "docker";
  readonly engine: ContainerEngine | undefined;
  /** Why it is not there. */
  readonly why: string;
}

async function find(name: TestEngine["name"]): Promise<TestEngine> {
  try {
    return { name, engine: await findContainerEngine({ env: process.env, notify: () => undefined, install: "no", wanted: name }), why: "" };
  } catch (error) {
    return { name, engine: undefined, why: error instanceof Error ? error.message : String(error) };
  }
}

const engines = await Promise.all([find("podman"), find("docker")]);

/**
 * The same tests by Podman and by Docker, with the real engines of this machine.
 * Podman has to be there; Docker's are skipped, and say why, where no daemon answers.
 */
export function byEachEngine(title: string, define: (engine: () => Promise<Provided>) => void): void {
  for (const { name, engine, why } of engines) {
    const isSkipped = name === "docker" && engine === undefined;
    describe.skipIf(isSkipped)(`${title}, by ${name}${isSkipped ? ` (not run: ${why})` : ""}`, { timeout: 60_000 }, () => {
      define(async () => (engine === undefined ? Promise.reject(new Error(why)) : provide(engine)));
    });
  }
}

export interface Provided {
  readonly engine: ContainerEngine;
  /** Has Node and a shell. */
  readonly image: string;
}

const provided = new Map<ContainerEngine, Promise<Provided>>();

async function provide(engine: ContainerEngine): Promise<Provided> {
  const found =
    provided.get(engine) ??
    (async () => {
      const host = await collectHostSettings(process.env, process.cwd());
      const { reference } = await provideImage("node", { containers: engine, host, env: process.env, notify: () => undefined });
      return { engine, image: reference };
    })();
  provided.set(engine, found);
  return found;
}
