import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { findContainerEngine } from "../../../ci/local/src/container-engine/find-engine.ts";
import { standInReference } from "../../src/images/catalogue.ts";
import type { GivenServer } from "./sonar-cases.ts";

/** A SonarQube of its own for the recorder, on this machine's network. */
export interface GivenSonar {
  readonly host: string;
  /** As its administrator. */
  readonly ask: (method: "GET" | "POST", path: string, parameters?: Readonly<Record<string, string>>) => Promise<{ status: number; text: string }>;
  /** Makes the project as the case wants it; returns the token to scan with. */
  readonly prepare: (project: string, wish: GivenServer) => Promise<string>;
  readonly stop: () => void;
}

const port = 19_000;
const name = "record-sonar-given";

export async function startGivenServer(): Promise<GivenSonar> {
  const { cli } = await findContainerEngine({ env: process.env, install: "yes", notify: () => undefined });
  const env = { SONAR_WEB_PORT: String(port), SONAR_SEARCH_PORT: String(port + 1), SONAR_EMBEDDEDDATABASE_PORT: String(port + 2), SONAR_WEB_JAVAADDITIONALOPTS: "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" };
  await cli.run(["rm", "--force", name], { accept: "any" });
  await cli.run(["run", "--detach", "--name", name, "--network", "host", ...Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]), standInReference("sonarqube")]);
  const host = `http://127.0.0.1:${String(port)}`;
  let auth = `Basic ${Buffer.from("admin:admin").toString("base64")}`;
  const ask: GivenSonar["ask"] = async (method, path, parameters = {}) => {
    const query = new URLSearchParams(parameters).toString();
    const response = await fetch(`${host}/${path}${method === "GET" ? `?${query}` : ""}`, { method, headers: { Authorization: auth }, ...(method === "POST" ? { body: new URLSearchParams(parameters) } : {}) });
    return { status: response.status, text: await response.text() };
  };
  const isUp = async (): Promise<boolean> => ask("GET", "api/system/status").then(({ text }) => text.includes('"UP"'), () => false);
  while (!(await isUp())) await pause(1000);
  const password = `Aa1!${randomBytes(16).toString("hex")}`;
  await ask("POST", "api/users/change_password", { login: "admin", previousPassword: "admin", password });
  auth = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
  const token = await makeToken(ask, "admin", {});
  auth = `Bearer ${token}`;
  // What every user may do when nothing is said.
  for (const permission of ["scan", "provisioning"]) await ask("POST", "api/permissions/remove_group", { groupName: "sonar-users", permission });
  for (const login of ["analyst", "nobody"]) await ask("POST", "api/users/create", { login, name: login, password: `Aa1!${randomBytes(16).toString("hex")}` });
  const tokens = { admin: token, analysis: await makeToken(ask, "analyst", { login: "analyst" }), powerless: await makeToken(ask, "nobody", { login: "nobody" }), wrong: "squ_0123456789012345678901234567890123456789" };
  return {
    host,
    ask,
    prepare: async (project, wish) => {
      await prepareProject(ask, project, wish);
      return tokens[wish.token];
    },
    stop: () => void execFileSync(cli.program, ["rm", "--force", name], { env: cli.env, stdio: "ignore" }),
  };
}

async function makeToken(ask: GivenSonar["ask"], tokenName: string, more: Readonly<Record<string, string>>): Promise<string> {
  const { text } = await ask("POST", "api/user_tokens/generate", { name: tokenName, type: "USER_TOKEN", ...more });
  return (JSON.parse(text) as { token: string }).token;
}

/** Private, and with a quality gate of the case's own. */
async function prepareProject(ask: GivenSonar["ask"], project: string, { conditions }: GivenServer): Promise<void> {
  await ask("POST", "api/projects/create", { project, name: project, visibility: "private" });
  for (const permission of ["user", "codeviewer"]) {
    await ask("POST", "api/permissions/remove_group", { projectKey: project, groupName: "sonar-users", permission });
    await ask("POST", "api/permissions/add_user", { projectKey: project, login: "admin", permission });
  }
  for (const login of ["admin", "analyst"]) await ask("POST", "api/permissions/add_user", { projectKey: project, login, permission: "scan" });
  if (conditions === undefined) return;
  await ask("POST", "api/qualitygates/create", { name: project });
  const { text } = await ask("GET", "api/qualitygates/show", { name: project });
  for (const { id } of (JSON.parse(text) as { conditions: { id: string }[] }).conditions) await ask("POST", "api/qualitygates/delete_condition", { id });
  for (const condition of conditions) await ask("POST", "api/qualitygates/create_condition", { gateName: project, ...condition });
  await ask("POST", "api/qualitygates/select", { gateName: project, projectKey: project });
}
