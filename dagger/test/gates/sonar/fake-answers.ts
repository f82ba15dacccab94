import { ownGate } from "../../../src/gates/sonar/own-server.ts";
import type { Asked, FakeAnswer, Routes } from "./fake-sonar.ts";

/** Good answers of a server, as short as the scan allows. */

const limits = { coverage: 80, duplication: 3, cognitiveComplexity: 15 };
const condition = (metric: string, status: "OK" | "ERROR" = "OK"): unknown => ({ status, metricKey: metric, comparator: "LT", errorThreshold: "80", actualValue: "90" });
const page = (key: string, items: readonly unknown[] = []): FakeAnswer => ({ body: { paging: { total: items.length }, [key]: items } });

/** What any server is asked. */
export const givenAnswers: Routes = {
  "GET api/system/status": () => ({ body: { status: "UP", version: "25.12.0.117093" } }),
  "GET api/ce/task": () => ({ body: { task: { status: "SUCCESS", analysisId: "analysis-1", componentKey: "notes" } } }),
  "GET api/qualitygates/project_status": () => ({ body: { projectStatus: { status: "OK", conditions: [condition("coverage")] } } }),
  "GET api/issues/search": () => page("issues"),
  "GET api/hotspots/search": () => page("hotspots"),
  "GET api/measures/component": () => ({ body: { component: { measures: [{ metric: "files", value: "2" }] } } }),
  "GET api/project_analyses/search": () => ({ body: { analyses: [{ key: "analysis-1" }] } }),
};

/** Settings of a scan on our own server. */
export const ownSettings = { own: true, gate: ownGate(limits), profile: "gitops: complexity 15", cognitiveComplexity: 15, newCodeDays: 30, startMs: 10_000, heartbeatMs: 10_000 };

const rule = { key: "typescript:S3776", lang: "ts", params: [{ key: "threshold" }] };

/** Our own server, new, with what it remembers. */
export function ownAnswers(more: Routes = {}): Routes {
  let password = "admin";
  const conditions: { id: string; metric: string; op: string; error: string }[] = [];
  let hasGate = false;
  const isAdmin = ({ authorization }: Asked): boolean => authorization === `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
  return {
    ...givenAnswers,
    "GET api/authentication/validate": (asked) => ({ body: { valid: isAdmin(asked) } }),
    "POST api/users/change_password": (asked) => {
      if (!isAdmin(asked)) return { status: 401 };
      password = asked.parameters["password"] ?? "";
      return { status: 204 };
    },
    "POST api/user_tokens/generate": ({ parameters }) => ({ body: { token: parameters["type"] === "USER_TOKEN" ? "squ_ours" : "sqa_scanner" } }),
    "POST api/user_tokens/revoke": () => ({ status: 204 }),
    "GET api/qualitygates/show": () => (hasGate ? { body: { conditions } } : { status: 404, body: { errors: [{ msg: "No quality gate has been found" }] } }),
    "POST api/qualitygates/create": () => {
      hasGate = true;
      // A new one begins with conditions of Sonar's own.
      conditions.push({ id: "sonar-1", metric: "new_violations", op: "GT", error: "0" }, { id: "sonar-2", metric: "new_coverage", op: "LT", error: "80" });
      return { body: {} };
    },
    "POST api/qualitygates/delete_condition": ({ parameters }) => {
      conditions.splice(conditions.findIndex(({ id }) => id === parameters["id"]), 1);
      return { status: 204 };
    },
    "POST api/qualitygates/create_condition": ({ parameters: { metric = "", op = "", error = "" } }) => {
      conditions.push({ id: metric, metric, op, error });
      return { body: {} };
    },
    "POST api/qualitygates/select": () => ({ status: 204 }),
    "GET api/projects/search": () => ({ body: { components: [] } }),
    "POST api/projects/create": () => ({ body: {} }),
    "POST api/new_code_periods/set": () => ({ status: 200 }),
    "GET api/rules/search": () => ({ body: { rules: [rule], actives: { [rule.key]: [{ qProfile: "usual", params: [{ key: "threshold", value: "15" }] }] } } }),
    "GET api/qualityprofiles/search": () => ({ body: { profiles: [{ key: "usual", name: "Sonar way", language: "ts", isBuiltIn: true }] } }),
    "POST api/qualityprofiles/create": () => ({ body: { profile: { key: "ours" } } }),
    "POST api/qualityprofiles/change_parent": () => ({ status: 204 }),
    "POST api/qualityprofiles/activate_rule": () => ({ status: 204 }),
    "POST api/qualityprofiles/add_project": () => ({ status: 204 }),
    "GET api/measures/component_tree": () => page("components"),
    ...more,
  };
}
