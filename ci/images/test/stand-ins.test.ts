import { readFile, readdir } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { standInReference, type ImageName } from "../../../dagger/src/images/catalogue.ts";
import { canInstallPackages } from "../../local/src/container-engine/apt.ts";
import { findContainerEngine } from "../../local/src/container-engine/find-engine.ts";
import type { ContainerEngine } from "../../local/src/container-engine/engine.ts";
import { collectHostSettings } from "../src/host-settings.ts";
import { pullImage } from "../src/pull-image.ts";
import { debianReference } from "../src/recipes.ts";
import { ensureStandIn } from "../src/stand-in.ts";

const root = join(import.meta.dirname, "..", "..", "..");
/** Programs of each stand-in, and what they say of themselves. */
const programs: readonly (readonly [ImageName, string, RegExp])[] = [
  ["node", "node --version && npm --version && id -u node", /^v24\.21\.0\n11\.\d+\.\d+\n1000$/],
  ["gitleaks", "gitleaks version && command -v git timeout grep", /^8\.30\.1\n/],
  ["nginx", "nginx -v 2>&1 && id -u && command -v envsubst", /^nginx version: nginx\/1\.26\.\d+\n101\n/],
  ["python", "python --version && command -v pip && command -v python3 && python -c 'import site, ssl, sqlite3; print(site.getsitepackages()[0])'", /^Python 3\.13\.\d+\n\/usr\/local\/bin\/pip\n\/usr\/local\/bin\/python3\n\/usr\/local\/lib\/python3\.13\/site-packages$/],
  ["checkov", "checkov --version && command -v base64 && command -v timeout", /^3\.3\.30\n/],
  // Not Trivy: it is compiled for ten minutes, and `npm run test:trivy` uses it.
  ["syft", "/syft version -o json && command -v timeout", /"version": "1\.18\.1"/],
  ["hadolint", "hadolint --version && command -v timeout", /^Haskell Dockerfile Linter 2\.15\.1\n/],
  ["skopeo", "skopeo --version && command -v timeout", /^skopeo version 1\.18\.0\b/],
  ["podman", "podman --version && command -v crun catatonit nft && ls /usr/lib/podman/netavark", /^podman version 5\.4\.2\b/],
  ["sonarqube", "id -u && ls /opt/sonarqube/docker/entrypoint.sh /opt/sonarqube/lib/sonarqube.jar && touch /opt/sonarqube/data/a && command -v timeout && $JAVA_HOME/bin/java --version", /^1000\n\/opt\/sonarqube\/docker\/entrypoint\.sh\n\/opt\/sonarqube\/lib\/sonarqube\.jar\n.*timeout\nopenjdk 21\./],
  ["sonar-scanner", "sonar-scanner --version && node --version && command -v timeout && command -v keytool && echo $LANG", /SonarScanner CLI 8\.1\.0\.6389\n[^]*\nv24\.21\.0\n.*timeout\n.*keytool\nC\.UTF-8$/],
  ["postgres", "postgres --version && id -u postgres && ls -A $PGDATA", /^postgres \(PostgreSQL\) 17\..*\n999$/],
];

/** Real engine, real packages: minutes on a new machine, seconds after that. */
describe.runIf(await canInstallPackages(process.env))("a stand-in", { timeout: 600_000 }, () => {
  let engine: ContainerEngine;
  const run = async (reference: string, command: string) =>
    (await engine.cli.run(["run", "--rm", "--network", "none", "--entrypoint", "", reference, "sh", "-c", command])).stdout;

  beforeAll(async () => {
    const notify = () => undefined;
    engine = await findContainerEngine({ env: process.env, install: "yes", notify });
    const host = await collectHostSettings(process.env, root);
    const options = { containers: engine, host, env: process.env, notify };
    await Promise.all(programs.map(([name]) => ensureStandIn(name, options)));
  }, 600_000);

  test.each(programs)("for %s runs", async (name, command, answer) => {
    expect(await run(standInReference(name), command)).toMatch(answer);
  });

  test.each([debianReference, ...programs.map(([name]) => standInReference(name))])("%s trusts no authority of this machine", async (reference) => {
    const folder = "/usr/local/share/ca-certificates";
    const own = await Promise.all((await readdir(folder).catch((): string[] => [])).map((name) => readFile(join(folder, name), "utf8")));
    const trusted = await run(reference, "cat /etc/ssl/certs/ca-certificates.crt");
    expect(trusted).toContain("BEGIN CERTIFICATE");
    for (const certificate of own) expect(trusted).not.toContain(certificate.trim().split("\n")[1]);
  });

  test.each(programs)("for %s holds no setting of this machine", async (name) => {
    const { stdout } = await engine.cli.run(["image", "inspect", standInReference(name), "--format", "{{json .Config.Env}}"]);
    expect(stdout).not.toMatch(/proxy/i);
    expect(await run(standInReference(name), "ls -A /run/secrets /root/.npmrc /etc/apt/auth.conf.d 2>/dev/null || true")).not.toMatch(/ca|npmrc$|conf$/m);
  });

  test("is for a registry that says nothing, too: it is given up after the time to connect", async () => {
    const silent = createServer();
    await once(silent.listen(0, "127.0.0.1"), "listening");
    const address = silent.address();
    const reference = `127.0.0.1:${String(typeof address === "object" && address?.port)}/tool:1`;
    const outcome = await pullImage(reference, { cli: engine.cli, connectTimeoutMs: 300 });
    expect(outcome).toEqual({ kind: "unreachable", why: "no answer within 0.3 s" });
    silent.close();
  });

  test("leaves no folder behind", async () => {
    const ours = new RegExp(`^gitops-stand-in-.*-${String(process.pid)}-`);
    expect((await readdir(tmpdir())).filter((name) => ours.test(name))).toEqual([]);
  });
});
