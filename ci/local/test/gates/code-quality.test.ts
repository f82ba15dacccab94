import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../../../dagger/src/config.ts";
import { codeQuality } from "../../../../dagger/src/gates/code-quality.ts";
import { evidenceOfFailure, type Evidence, type SonarAccess } from "../../../../dagger/src/gates/gate.ts";
import { decideGate, type GateDecision } from "../../../../dagger/src/gates/policy.ts";
import { hostSettings, openEngine, provide, unending, type Overrides } from "../support/local-engine.ts";
import { scratchFolder, scratchRepository, type Files } from "../support/scratch.ts";

/** The gate with the real scanner; its own server is the one of this machine, with a project of this test's own. */

const config = parseConfig(JSON.stringify({ project: "code-quality-test", services: { web: { path: "web" } }, gates: { "code-quality": { coverage: 0 } } }));
const files = (body: string): Files => ({ "web/src/same.ts": `export function same(a: boolean, b: boolean): boolean {\n  return ${body};\n}\n` });

interface Seen {
  readonly evidence: Evidence;
  readonly decision: GateDecision;
}

async function look(tree: Files, options: { sonar?: SonarAccess; engine?: Overrides } = {}): Promise<Seen> {
  const { engine } = await openEngine(await scratchRepository(tree), options.engine);
  const context = { config, engine, repository: { commit: "0".repeat(40), dirty: false, shallow: false, onOrigin: [] }, timeoutMs: 600_000, signal: unending, now: 0, ...(options.sonar === undefined ? {} : { sonar: options.sonar }) };
  const evidence = await codeQuality.look(context).catch(evidenceOfFailure);
  return { evidence, decision: decideGate(evidence, codeQuality.blocksAt) };
}

beforeAll(async () => {
  await Promise.all([provide("sonarqube", unending), provide("sonar-scanner", unending)]);
}, 900_000);

describe("the code-quality gate on our own server, with the real one", { timeout: 900_000 }, () => {
  it("fails on a bug, passes when it is mended, and knows the result the next time", async () => {
    const home = await scratchFolder("cache");
    const failed = await look(files("a && a"), { engine: { home } });
    expect(failed.decision).toEqual({ verdict: "failed" });
    expect(failed.evidence.findings.map(({ severity, where, rule }) => `${severity} ${where} ${rule}`)).toEqual(["high web/src/same.ts:2 typescript:S1764"]);

    const mended = await look(files("a && b"), { engine: { home } });
    expect(mended.decision).toEqual({ verdict: "passed" });
    expect(mended.evidence).toMatchObject({ cached: false, lookedAt: { count: 1, unit: "files" }, gaps: [] });

    expect((await look(files("a && b"), { engine: { home } })).evidence).toMatchObject({ cached: true, findings: [] });
  });
});

describe("the code-quality gate on a server that was given, with the real scanner", { timeout: 300_000 }, () => {
  it("is unavailable where nobody answers, and keeps nothing of it", async () => {
    const home = await scratchFolder("cache");
    const sonar = { host: "http://127.0.0.1:9", token: "squ_given" };
    const first = await look(files("a && b"), { sonar, engine: { home } });
    expect(first.decision).toMatchObject({ verdict: "unavailable", reason: expect.stringMatching(/^The server http:\/\/127\.0\.0\.1:9 did not answer when asked GET api\/system\/status/) as string });
    expect(JSON.stringify([...first.evidence.raw])).not.toContain("squ_given");
    expect((await look(files("a && b"), { sonar, engine: { home } })).evidence.cached).toBe(false);
  });

  it("reaches one behind an authority of this machine's own, from Node and from Java", async () => {
    const { certificate, key } = await ownAuthority();
    // It knows nobody: the scanner's question after the handshake is all that is wanted.
    const asked: string[] = [];
    const server = createServer({ cert: await readFile(certificate), key: await readFile(key) }, (request, response) => {
      asked.push(`${request.headers["user-agent"]?.includes("Scanner") === true ? "Java" : "Node"} ${request.url ?? ""}`);
      if (request.url?.startsWith("/api/system/status") === true) response.end('{"status":"UP","version":"25.12.0.117093"}');
      else response.writeHead(401).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const sonar = { host: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`, token: "squ_given" };
    const { decision } = await look(files("a && b"), { sonar, engine: { host: { ...(await hostSettings()), caFile: certificate } } });
    expect(decision.reason).toMatch(/^sonar-scanner ended with 1: .*HTTP 401 Unauthorized/);
    expect(asked.slice(0, 2)).toEqual(["Node /api/system/status", "Java /api/v2/analysis/version"]);
  });
});

/** A certificate for the loopback that nothing but itself vouches for. */
async function ownAuthority(): Promise<{ certificate: string; key: string }> {
  const folder = await scratchFolder("authority");
  const [certificate, key] = [join(folder, "ca.pem"), join(folder, "key.pem")];
  await execa("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=code-quality-test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]);
  return { certificate, key };
}
