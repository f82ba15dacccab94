import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { givenAnswers } from "./fake-answers.ts";
import { startFakeSonar, type FakeAnswer, type FakeSonar, type Routes } from "./fake-sonar.ts";
import { goodScanner, makeScratch, type ScanRun, type Scratch } from "./scan-in-scratch.ts";

async function scan(routes: Routes, look: (run: ScanRun, seen: { server: FakeSonar; scratch: Scratch }) => Promise<void> | void, more: { settings?: Readonly<Record<string, unknown>>; scanner?: string; env?: Readonly<Record<string, string>> } = {}): Promise<void> {
  await using server = await startFakeSonar({ ...givenAnswers, ...routes });
  await using scratch = await makeScratch(more.scanner);
  await look(await scratch.run({ own: false, host: server.host, ...more.settings }, more.env), { server, scratch });
}

describe("a scan on a server that was given", () => {
  it("asks as the one whose token it has, and changes nothing", async () => {
    await scan({}, async (run, { server, scratch }) => {
      expect(run).toMatchObject({ exitCode: 0, printed: "", record: { own: false, scanner: { exitCode: 0 } } });
      expect(await scratch.read("scanner.env")).toContain("SONAR_TOKEN=squ_given\n");
      expect(server.asked.every(({ method }) => method === "GET")).toBe(true);
      expect(server.asked.filter(({ path }) => path !== "api/system/status").every(({ authorization }) => authorization === "Bearer squ_given")).toBe(true);
    });
  });

  it("asks for the branch that was analysed, where there are branches", async () => {
    const branches = async (settings: Readonly<Record<string, unknown>>): Promise<Record<string, string | undefined>> => {
      let asked: Record<string, string | undefined> = {};
      await scan({}, (_run, { server }) => {
        asked = Object.fromEntries(server.asked.map(({ path, parameters }) => [path, parameters["branch"]]));
      }, { settings });
      return asked;
    };
    const named = ["api/issues/search", "api/hotspots/search", "api/measures/component", "api/project_analyses/search"];
    const withBranch = await branches({ branch: "feature/x" });
    expect(Object.keys(withBranch).filter((path) => withBranch[path] === "feature/x").toSorted()).toEqual(named.toSorted());
    expect(Object.values(await branches({})).every((branch) => branch === undefined)).toBe(true);
  });

  it("writes the token nowhere", async () => {
    await scan(
      { "GET api/issues/search": ({ authorization }) => ({ body: { paging: { total: 0 }, issues: [], echo: authorization } }) },
      async (run, { scratch }) => {
        expect(run.recordText + run.printed + (await scratch.read("scanner.argv")) + (await scratch.read("scanner.properties"))).not.toContain("squ_given");
      },
      { scanner: `${goodScanner}\necho "$SONAR_TOKEN"` },
    );
  });

  it.each<[string, string, FakeAnswer, unknown]>([
    ["500", "api/qualitygates/project_status", { status: 500, body: { errors: [{ msg: "oops" }] } }, { status: 500, body: { errors: [{ msg: "oops" }] } }],
    ["401", "api/ce/task", { status: 401 }, { status: 401 }],
    ["403", "api/ce/task", { status: 403, body: { errors: [{ msg: "Insufficient privileges" }] } }, { status: 403 }],
    ["404", "api/ce/task", { status: 404, body: { errors: [{ msg: "No activity found" }] } }, { status: 404 }],
    ["500 to a question for issues", "api/issues/search", { status: 500 }, { status: 500 }],
    ["a page", "api/system/status", { text: "<html>Sign in</html>" }, { status: 200, text: "<html>Sign in</html>" }],
    ["a redirect", "api/system/status", { status: 302, location: "https://login.example/" }, { status: 302, location: "https://login.example/" }],
    ["an end of the connection", "api/qualitygates/project_status", { instead: "drop" }, { error: expect.stringMatching(/other side closed|ECONNRESET/) as string }],
    ["nothing", "api/qualitygates/project_status", { instead: "hang" }, { error: "no answer within 3 s" }],
    ["more than it reads", "api/qualitygates/project_status", { instead: "flood" }, { error: "an answer of more than 64 MB" }],
  ])("stops at an answer of %s, and says which", async (_, path, answer, kept) => {
    const requestMs = answer.instead === "hang" ? 3000 : 20_000;
    await scan(
      { [`GET ${path}`]: () => answer },
      (run) => {
        const at = { "api/qualitygates/project_status": "gate", "api/ce/task": "task", "api/system/status": "status", "api/issues/search": "issues 1" }[path];
        expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at } } });
        expect(run.record.answers.find(({ what }) => what === at)).toMatchObject(kept as object);
      },
      { settings: { requestMs } },
    );
  });

  it("stops where nobody listens", async () => {
    await using scratch = await makeScratch();
    const server = await startFakeSonar({});
    await server[Symbol.asyncDispose]();
    const run = await scratch.run({ own: false, host: server.host });
    expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "status" }, answers: [{ what: "status", error: "ECONNREFUSED" }] } });
  });

  it.each(["FAILED", "CANCELED", "SOMETHING_NEW"])("stops at a task that is %s", async (status) => {
    await scan({ "GET api/ce/task": () => ({ body: { task: { status, analysisId: "analysis-1" } } }) }, (run) => { expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "task" } } }); });
  });

  it("asks again while the task is pending or in progress", async () => {
    const answers = ["PENDING", "IN_PROGRESS", "IN_PROGRESS", "SUCCESS"].map((status): FakeAnswer => ({ body: { task: { status, analysisId: "analysis-1" } } }));
    await scan({ "GET api/ce/task": () => answers.shift() ?? { status: 500 } }, (run, { server }) => {
      expect(run.exitCode).toBe(0);
      expect(server.of("api/qualitygates/project_status")).toMatchObject([{ parameters: { analysisId: "analysis-1" } }]);
    });
  });

  it("gives up a task that does not end in time", async () => {
    await scan({ "GET api/ce/task": () => ({ body: { task: { status: "PENDING" } } }) }, (run) => { expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "task" }, answers: [{ what: "status" }, { what: "task" }] } }); }, { settings: { timeoutMs: 1500 } });
  });

  it("kills a scanner that does not end in time, and whatever that has started", async () => {
    const sleeper = 'sh -c "echo started; exec sleep 1000"';
    await scan({}, (run) => { expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "scanner" }, scanner: { exitCode: null, log: "started\n" } } }); }, { scanner: sleeper, settings: { timeoutMs: 1000 } });
  });

  it("says when there is no scanner", async () => {
    await using server = await startFakeSonar(givenAnswers);
    await using scratch = await makeScratch();
    const run = await scratch.run({ own: false, host: server.host }, { PATH: "/nowhere" });
    expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "scanner" }, scanner: { exitCode: null, error: "ENOENT" } } });
  });

  it("does not believe a scanner that ends with 0 and leaves no report-task.txt", async () => {
    await scan({}, (run) => { expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "scanner" }, scanner: { exitCode: 0 } } }); }, { scanner: "exit 0" });
  });

  it("reads all pages of a list", async () => {
    const issues = Array.from({ length: 1201 }, (_, index) => ({ key: String(index) }));
    const page = ({ parameters }: { parameters: Readonly<Record<string, string>> }): FakeAnswer => {
      const [number, size] = [Number(parameters["p"]), Number(parameters["ps"])];
      return { body: { paging: { total: issues.length }, issues: issues.slice((number - 1) * size, number * size) } };
    };
    await scan({ "GET api/issues/search": page }, (run) => {
      const pages = run.record.answers.filter(({ what }) => what.startsWith("issues "));
      expect(pages.map(({ what, body }) => [what, (body as { issues: unknown[] }).issues.length])).toEqual([["issues 1", 500], ["issues 2", 500], ["issues 3", 201]]);
    });
  });

  it("reads no more of a list than the server gives", async () => {
    const full = { body: { paging: { total: 25_000 }, issues: Array.from({ length: 500 }, () => ({})) } };
    await scan({ "GET api/issues/search": () => full }, (run, { server }) => {
      expect(run.exitCode).toBe(0);
      expect(server.of("api/issues/search")).toHaveLength(20);
    });
  });

  it("goes on where the token may see the verdict and nothing else", async () => {
    const forbidden = (): FakeAnswer => ({ status: 403, body: { errors: [{ msg: "Insufficient privileges" }] } });
    await scan({ "GET api/issues/search": forbidden, "GET api/hotspots/search": forbidden, "GET api/measures/component": forbidden, "GET api/project_analyses/search": forbidden }, (run) => {
      expect(run.exitCode).toBe(0);
      expect(run.record.answers.find(({ what }) => what === "issues 1")).toMatchObject({ status: 403 });
    });
  });

  it("tells the scanner of a proxy, in a file that only the scan reads, and not where it is not for this host", async () => {
    const proxy = { HTTP_PROXY: "http://us%40er:p%40ss@proxy.example:3128" };
    await scan(
      {},
      async (_, { scratch }) => {
        expect(await scratch.read("scanner.properties")).toContain("sonar.scanner.proxyHost=proxy.example\nsonar.scanner.proxyPort=3128\nsonar.scanner.proxyUser=us@er\nsonar.scanner.proxyPassword=p@ss\n");
        expect(await scratch.modeOf("work/scan.properties")).toBe(0o600);
        expect(await scratch.read("scanner.argv")).not.toContain("p@ss");
      },
      { env: proxy },
    );
    await scan({}, async (_, { scratch }) => { expect(await scratch.read("scanner.properties")).not.toContain("proxy"); }, { env: { ...proxy, NO_PROXY: "localhost,127.0.0.1" } });
  });

  it("hands this machine's authorities to Java as a store", async () => {
    await using server = await startFakeSonar(givenAnswers);
    await using scratch = await makeScratch();
    // Real keytool is asked in its image's test; this one shows what it was given.
    await writeFile(join(scratch.folder, "keytool"), '#!/bin/sh\n[ "$1 $3 $6 $7" = "-importkeystore -srckeystore JKS -destkeystore" ] && cp "$4" "$8"\n', { mode: 0o755 });
    await writeFile(join(scratch.folder, "ca.pem"), `# three\n${rootCertificates.slice(0, 3).join("\n")}\n`);
    expect(await scratch.run({ own: false, host: server.host }, { NODE_EXTRA_CA_CERTS: join(scratch.folder, "ca.pem") })).toMatchObject({ exitCode: 0 });
    expect(await scratch.read("scanner.properties")).toContain(`sonar.scanner.truststorePath=${join(scratch.folder, "work/authorities.p12")}\n`);
    const store = await readFile(join(scratch.folder, "work/authorities.p12"));
    expect([store.readUInt32BE(0), store.readUInt32BE(4), store.readUInt32BE(8)]).toEqual([0xfeedfeed, 2, 3]);
  });

  it("says when this machine's authorities cannot be read", async () => {
    await using server = await startFakeSonar(givenAnswers);
    await using scratch = await makeScratch();
    const run = await scratch.run({ own: false, host: server.host }, { NODE_EXTRA_CA_CERTS: "/nowhere/ca.pem" });
    expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "scan.mjs", why: expect.stringContaining("ENOENT") as string } } });
  });
});
