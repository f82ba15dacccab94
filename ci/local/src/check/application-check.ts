import { ApplicationContainers } from "./application-containers.ts";
import { applicationFacts, readyFact, type Fact } from "./application-facts.ts";
import { applicationImages } from "./application-images.ts";
import type { Check, CheckResult } from "./check.ts";
import { withEngine } from "./with-engine.ts";

/** The four images together, as they are deployed, from outside. */
export const applicationCheck: Check = {
  name: "application",
  lane: "containers",
  run: async (surroundings) =>
    withEngine(surroundings, async ({ engine, cli, services }) => {
      const { signal } = surroundings;
      const images = await applicationImages(engine, services, signal);
      const containers = new ApplicationContainers(cli);
      try {
        await containers.start(images, signal);
        return await judge(containers, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        return { passed: 0, failed: 1, skipped: 0, output: `The application could not be started: ${messageOf(error)}\n${await logsOf(containers)}` };
      } finally {
        // What it fails to remove is swept by a later run; what the check has found must not be lost over it.
        await containers.remove().catch(() => undefined);
      }
    }),
};

async function judge(containers: ApplicationContainers, signal: AbortSignal): Promise<CheckResult> {
  const application = { containers, address: await containers.address(), signal };
  const failures: string[] = [];
  const holds = async ({ name, check }: Fact): Promise<boolean> => {
    signal.throwIfAborted();
    try {
      await check(application);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`FAIL  ${name}: ${messageOf(error)}`);
      return false;
    }
  };
  if (!(await holds(readyFact))) failures.push(`Nothing else was checked: ${applicationFacts.map(({ name }) => name).join("; ")}.`);
  else for (const fact of applicationFacts) await holds(fact);
  const failed = failures.filter((line) => line.startsWith("FAIL ")).length;
  const passed = failures.length > failed ? 0 : 1 + applicationFacts.length - failed;
  return { passed, failed, skipped: 0, output: failed === 0 ? "" : [...failures, await logsOf(containers)].join("\n") };
}

/** Logs explain a failure; where there are none, the failure itself must still be told. */
async function logsOf(containers: ApplicationContainers): Promise<string> {
  return containers.logs().catch((error: unknown) => `The containers' logs could not be read: ${messageOf(error)}`);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
