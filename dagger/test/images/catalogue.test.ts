import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue, isImageName } from "../../src/images/catalogue.ts";

/** Whoever builds without the pipeline gets the base images of the pipeline. */
const services = join(import.meta.dirname, "../../../services");
const dockerfiles = globSync("*/Dockerfile", { cwd: services }).toSorted();

/** `NODE_IMAGE` is the catalogue's node. */
function catalogued(argument: string): string {
  const name = argument.replace(/_IMAGE$/, "").toLowerCase();
  return isImageName(name) ? catalogue[name].reference : `no image ${name} in the catalogue`;
}

function defaults(file: string, pattern: RegExp): { argument: string; reference: string }[] {
  return [...readFileSync(join(services, file), "utf8").matchAll(pattern)].map(([, argument = "", reference = ""]) => ({ argument, reference }));
}

describe("the default base images of the services", () => {
  it("are those of every service", () => {
    expect(dockerfiles).toEqual(["backend/Dockerfile", "database/Dockerfile", "frontend/Dockerfile", "proxy/Dockerfile"]);
  });

  it.each([
    ...dockerfiles.map((file) => [file, /^ARG (\w+_IMAGE)=(.*)$/gm] as const),
    ["compose.yaml", /^ *(\w+_IMAGE): *\$\{\1:-(.*)\}$/gm] as const,
  ])("are the catalogue's: %s", (file, pattern) => {
    const found = defaults(file, pattern);
    expect(found).not.toEqual([]);
    expect(found).toEqual(found.map(({ argument }) => ({ argument, reference: catalogued(argument) })));
  });

  it("all three are in compose.yaml", () => {
    const found = defaults("compose.yaml", /^ *(\w+_IMAGE): *\$\{\1:-(.*)\}$/gm).map(({ argument }) => argument);
    expect(found.toSorted()).toEqual(["NGINX_IMAGE", "NODE_IMAGE", "POSTGRES_IMAGE"]);
  });
});
