import { serviceBuild } from "../../../../dagger/src/images/service-build.ts";
import type { LocalEngine } from "../engine/local-engine.ts";
import { allDone } from "../run/all-done.ts";
import type { Role } from "./application-containers.ts";
import { databaseBuild } from "./database-check.ts";
import { serviceOf, type Services } from "./with-engine.ts";

const timeoutMs = 15 * 60_000;

/** The four images of the application, as the pipeline builds them, by the names that the container engine has for them. */
export async function applicationImages(engine: LocalEngine, services: Services, signal: AbortSignal): Promise<Record<Role, string>> {
  const build = async (name: string): Promise<string> => {
    const service = serviceOf(name, services);
    return (await engine.build(serviceBuild(name, service, { target: service.target, timeoutMs }), signal)).reference;
  };
  const [database, backend, frontend, proxy] = await allDone([engine.build(databaseBuild, signal), build("backend"), build("frontend"), build("proxy")]);
  return { database: database.reference, backend, frontend, proxy };
}
