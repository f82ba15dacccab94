import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownGate } from "../../../src/gates/sonar/own-server.ts";
import { ownAnswers, ownSettings } from "./fake-answers.ts";
import { startFakeSonar, type FakeSonar, type Routes } from "./fake-sonar.ts";
import { goodScanner, makeScratch, type Scratch, type ScanRun } from "./scan-in-scratch.ts";

interface OwnScan {
  readonly server: FakeSonar;
  readonly scratch: Scratch;
}

/** A scan on our own server; both are there for the test to look at. */
async function scan(routes: Routes, look: (run: ScanRun, seen: OwnScan) => Promise<void> | void, more: { settings?: Readonly<Record<string, unknown>>; scanner?: string; before?: (scratch: Scratch) => Promise<void> } = {}): Promise<void> {
  await using server = await startFakeSonar(routes);
  await using scratch = await makeScratch(more.scanner);
  await more.before?.(scratch);
  await look(await scratch.run({ ...ownSettings, host: server.host, ...more.settings }), { server, scratch });
}

const storePassword = async (scratch: Scratch, password: string): Promise<void> => {
  await mkdir(join(scratch.folder, "credentials"));
  await writeFile(join(scratch.folder, "credentials/admin-password"), password, { mode: 0o600 });
};

describe("a scan on our own server", () => {
  it("sets up a new one, scans, and writes down what it says", async () => {
    await scan(ownAnswers(), (run, { server }) => {
      expect(run).toMatchObject({ exitCode: 0, printed: "", record: { own: true, project: "notes", scanner: { exitCode: 0 }, reportTask: { ceTaskId: "task-1" } } });
      expect(run.record.stopped).toBeUndefined();
      expect(server.of("api/projects/create")).toMatchObject([{ parameters: { project: "notes", visibility: "private" } }]);
      expect(server.of("api/new_code_periods/set")).toMatchObject([{ parameters: { project: "notes", type: "NUMBER_OF_DAYS", value: "30" } }]);
    });
  });

  it("puts a password that only the scan knows in the place of the one that everybody knows", async () => {
    await scan(ownAnswers(), async (_, { server, scratch }) => {
      const password = await scratch.read("credentials/admin-password");
      expect(password).toMatch(/^Aa1![\w-]{32}$/);
      expect(await scratch.modeOf("credentials/admin-password")).toBe(0o600);
      expect(server.of("api/users/change_password")).toMatchObject([{ parameters: { previousPassword: "admin", password } }]);
    });
  });

  it("uses the stored password, when there is one, and never the known one", async () => {
    const basic = `Basic ${Buffer.from("admin:stored").toString("base64")}`;
    const routes = ownAnswers({ "GET api/authentication/validate": ({ authorization }) => ({ body: { valid: authorization === basic } }) });
    await scan(
      routes,
      (run, { server }) => {
        expect(run.exitCode).toBe(0);
        expect(new Set(server.asked.map(({ authorization }) => authorization))).toEqual(new Set([undefined, basic, "Bearer squ_ours"]));
      },
      { before: async (scratch) => storePassword(scratch, "stored") },
    );
  });

  it("goes on when another scan has changed the password first", async () => {
    let changed = false;
    const routes = ownAnswers({
      "GET api/authentication/validate": ({ authorization }) => ({ body: { valid: (authorization === `Basic ${Buffer.from("admin:stored").toString("base64")}`) === changed } }),
      "POST api/users/change_password": () => {
        changed = true;
        return { status: 401 };
      },
    });
    await scan(routes, (run) => { expect(run.exitCode).toBe(0); }, { before: async (scratch) => storePassword(scratch, "stored") });
  });

  it("stops when the server has a password that nobody kept", async () => {
    await scan(ownAnswers({ "GET api/authentication/validate": () => ({ body: { valid: false } }) }), (run, { server }) => {
      expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "password" } } });
      expect(server.of("api/user_tokens/generate")).toEqual([]);
    });
  });

  it("gives the scanner a token that may only analyse, in its environment, and takes both tokens back", async () => {
    await scan(ownAnswers(), async (_, { server, scratch }) => {
      expect(await scratch.read("scanner.env")).toContain("SONAR_TOKEN=sqa_scanner\n");
      expect(await scratch.read("scanner.argv")).not.toContain("sqa_scanner");
      const generated = server.of("api/user_tokens/generate").map(({ parameters }) => parameters);
      expect(generated).toMatchObject([{ type: "USER_TOKEN" }, { type: "GLOBAL_ANALYSIS_TOKEN" }]);
      const days = (Date.parse(generated[1]?.["expirationDate"] ?? "") - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(7);
      expect(days).toBeLessThan(10);
      expect(server.of("api/user_tokens/revoke").map(({ parameters }) => parameters["name"])).toEqual(generated.map(({ name }) => name).toReversed());
    });
  });

  it("writes no password and no token anywhere, whatever the server and the scanner print", async () => {
    const routes = ownAnswers({ "GET api/hotspots/search": (asked) => ({ body: { paging: { total: 0 }, hotspots: [], echo: asked.authorization } }) });
    await scan(
      routes,
      async (run, { scratch }) => {
        const password = await scratch.read("credentials/admin-password");
        for (const secret of [password, "squ_ours", "sqa_scanner"]) {
          expect(run.recordText).not.toContain(secret);
          expect(run.printed).not.toContain(secret);
          expect(await scratch.read("scanner.argv")).not.toContain(secret);
        }
        expect(run.record.scanner?.log).toContain("token is ***");
      },
      { scanner: `${goodScanner}\necho "token is $SONAR_TOKEN"` },
    );
  });

  it("writes no password down when the server says it back, in whichever form", async () => {
    const echo = ({ authorization = "" }: { authorization: string | undefined }) => ({ status: 500, body: { errors: [{ msg: `${authorization} is ${Buffer.from(authorization.replace("Basic ", ""), "base64").toString()}` }] } });
    await scan(ownAnswers({ "GET api/authentication/validate": echo }), async (run, { scratch }) => {
      expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "password" }, answers: [{ what: "status" }, { body: { errors: [{ msg: "Basic *** is admin:***" }] } }] } });
      const password = await scratch.read("credentials/admin-password");
      expect(run.recordText).not.toContain(password);
      expect(run.recordText).not.toContain(Buffer.from(`admin:${password}`).toString("base64"));
    });
  });

  it("waits while the server is starting", async () => {
    let asked = 0;
    const routes = ownAnswers({ "GET api/system/status": () => (++asked < 4 ? { status: 503, text: "<html>SonarQube is starting" } : asked < 7 ? { body: { status: "STARTING" } } : { body: { status: "UP" } }) });
    await scan(routes, (run) => {
      expect(run.exitCode).toBe(0);
      expect(asked).toBe(7);
    });
  });

  it("gives up a server that does not come up", async () => {
    await scan(ownAnswers({ "GET api/system/status": () => ({ body: { status: "DB_MIGRATION_NEEDED" } }) }), (run) => { expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "status" } } }); }, { settings: { startMs: 50 } });
  });

  it("makes the gate with our conditions and no other", async () => {
    await scan(ownAnswers(), (_, { server }) => {
      const made = server.of("api/qualitygates/create_condition").map(({ parameters }) => parameters["metric"]);
      expect(made).toEqual(["bugs", "vulnerabilities", "security_hotspots_reviewed", "coverage", "duplicated_lines_density", "new_duplicated_lines_density"]);
      expect(server.of("api/qualitygates/delete_condition").map(({ parameters }) => parameters["id"])).toEqual(["sonar-1"]);
      expect(server.of("api/qualitygates/select")).toMatchObject([{ parameters: { gateName: "gitops: coverage 80, duplication 3", projectKey: "notes" } }]);
    });
  });

  it("leaves a gate that is right as it is", async () => {
    const { conditions } = ownGate({ coverage: 80, duplication: 3, cognitiveComplexity: 15 });
    const routes = ownAnswers({ "GET api/qualitygates/show": () => ({ body: { conditions: conditions.map((condition) => ({ id: condition.metric, ...condition })) } }) });
    await scan(routes, (run, { server }) => {
      expect(run.exitCode).toBe(0);
      for (const path of ["create", "create_condition", "delete_condition"]) expect(server.of(`api/qualitygates/${path}`)).toEqual([]);
    });
  });

  it("stops when the gate does not become what it should be", async () => {
    await scan(ownAnswers({ "POST api/qualitygates/create_condition": () => ({ status: 400, body: { errors: [{ msg: "no" }] } }) }), async (run, { scratch }) => {
      expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "gate definition" } } });
      await expect(scratch.read("scanner.argv")).rejects.toThrow();
    });
  });

  it("makes no profile where the usual one has our limit of complexity", async () => {
    const routes = ownAnswers();
    await scan({ ...routes, "GET api/qualityprofiles/search": () => ({ body: { profiles: [{ key: "usual", name: "Sonar way", language: "ts", isBuiltIn: true }] } }) }, (_, { server }) => {
      expect(server.of("api/qualityprofiles/create")).toEqual([]);
      expect(server.of("api/qualityprofiles/add_project")).toEqual([]);
    });
  });

  it("makes a profile of the usual one where another limit is wanted, and gives it to the project when it is whole", async () => {
    await scan(
      ownAnswers(),
      (_, { server }) => {
        const changes = server.asked.filter(({ method, path }) => method === "POST" && path.startsWith("api/qualityprofiles/")).map(({ path, parameters }) => [path.replace("api/qualityprofiles/", ""), parameters]);
        expect(changes).toEqual([
          ["create", { language: "ts", name: "gitops: complexity 8" }],
          ["change_parent", { language: "ts", qualityProfile: "gitops: complexity 8", parentQualityProfile: "Sonar way" }],
          ["activate_rule", { key: "ours", rule: "typescript:S3776", params: "threshold=8" }],
          ["add_project", { language: "ts", qualityProfile: "gitops: complexity 8", project: "notes" }],
        ]);
      },
      { settings: { profile: "gitops: complexity 8", cognitiveComplexity: 8 } },
    );
  });

  it("goes back to the usual profile when its limit will do again", async () => {
    const usual = { key: "usual", name: "Sonar way", language: "ts", isBuiltIn: true };
    const former = { key: "former", name: "gitops: complexity 8", language: "ts", isBuiltIn: false };
    const routes = ownAnswers({ "GET api/qualityprofiles/search": ({ parameters }) => ({ body: { profiles: parameters["project"] === undefined ? [usual, former] : [former] } }) });
    await scan(routes, (_, { server }) => {
      expect(server.of("api/qualityprofiles/add_project")).toMatchObject([{ parameters: { language: "ts", qualityProfile: "Sonar way" } }]);
    });
  });

  it("asks the server while the scanner computes, so that it does not end as idle", async () => {
    const beat = 'while [ "$(cat "$SCRATCH/beats" 2>/dev/null)" != enough ]; do :; done';
    await using scratch = await makeScratch(`${beat}\n${goodScanner}`);
    let asked = 0;
    await using server = await startFakeSonar(
      ownAnswers({
        "GET api/system/status": () => {
          asked += 1;
          if (asked === 4) void writeFile(join(scratch.folder, "beats"), "enough");
          return { body: { status: "UP" } };
        },
      }),
    );
    expect(await scratch.run({ ...ownSettings, host: server.host, heartbeatMs: 5 })).toMatchObject({ exitCode: 0 });
    expect(asked).toBeGreaterThanOrEqual(4);
  });

  it("stops when another analysis has come in between, so that nobody keeps what it read", async () => {
    await scan(ownAnswers({ "GET api/project_analyses/search": () => ({ body: { analyses: [{ key: "analysis-2" }, { key: "analysis-1" }] } }) }), (run) => { expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "latest" } } }); });
  });

  it("takes its tokens back when the scanner fails, too", async () => {
    await scan(
      ownAnswers(),
      (run, { server }) => {
        expect(run).toMatchObject({ exitCode: 1, record: { stopped: { at: "scanner" }, scanner: { exitCode: 3, log: "10:00:00.000 ERROR no\n" } } });
        expect(server.of("api/user_tokens/revoke")).toHaveLength(2);
      },
      { scanner: "echo '10:00:00.000 ERROR no'; exit 3" },
    );
  });
});
