import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { expect, it, onTestFinished } from "vitest";
import { probeFile, probeName } from "../../src/constructs/probe-hook/probe-hook.ts";
import { zipOf } from "../../src/constructs/probe-hook/zip.ts";
import { EnvironmentStack } from "../../src/stacks/environment-stack.ts";
import { environmentOf, environmentStack } from "../support/synth.ts";

const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "probe-"));
  onTestFinished(() => { rmSync(folder, { recursive: true }); });
  return folder;
};

it("is the function that gitops.json names, in the VPC, with its own role and log group", () => {
  const stack = environmentStack();
  expect(stack.one("aws_lambda_function")).toMatchObject({
    function_name: "CodeDeployHook_notes-probe",
    handler: "probe.handler",
    filename: "assets/probe.zip",
    timeout: 300,
    role: "${aws_iam_role.roles-probe-role.arn}",
    vpc_config: { security_group_ids: ["${aws_security_group.security-groups-probe.id}"] },
    logging_config: { log_group: "${aws_cloudwatch_log_group.probe-logs.name}" },
  });
  expect(stack.one("aws_cloudwatch_log_group", "probe-logs")).toMatchObject({ name: "/aws/lambda/CodeDeployHook_notes-probe", retention_in_days: 30 });
});

it("asks the test listener for what gitops.json expects of a new version", () => {
  const { variables } = environmentStack().one("aws_lambda_function")["environment"] as { variables: Record<string, string> };
  expect(variables["PROBE_URL"]).toBe("http://${aws_lb.load-balancer-balancer.dns_name}:8080");
  expect(JSON.parse(variables["PROBE_CHECKS"] ?? "")).toEqual(environmentOf().application.release.analysis.probes);
  expect(JSON.parse(variables["PROBE_CHECKS"] ?? "")).toContainEqual({ path: "/ready", status: 200 });
});

it.each<[string, object, string | undefined]>([
  ["an environment with the project's names", {}, "CodeDeployHook_notes-probe"],
  ["one with a prefix of its own", { environment: { prefix: "notes-two" } }, "CodeDeployHook_notes-two-probe"],
  ["one whose releases have no such hook", { release: { hooks: {} } }, undefined],
])("has a name of its own in %s", (_what, given, name) => {
  expect(probeName(environmentOf(given))).toBe(name);
  const stack = environmentStack(given);
  expect(Object.values(stack.all("aws_lambda_function")).map(({ function_name: found }) => found)).toEqual(name === undefined ? [] : [name]);
  if (name !== undefined) expect(JSON.stringify(stack.one("data.aws_iam_policy_document", "roles-code-deploy-may")["statement"])).toContain(`:function:${name}"`);
});

it("is written beside the stack as an archive that holds the program, the same at every synth", () => {
  const [first, second] = [temporary(), temporary()].map((outdir) => {
    const app = new App({ outdir });
    new EnvironmentStack(app, environmentOf());
    app.synth();
    return join(outdir, "stacks/lab/assets/probe.zip");
  });
  expect(readFileSync(first ?? "").equals(readFileSync(second ?? ""))).toBe(true);
  expect(readFileSync(first ?? "").includes(readFileSync(probeFile))).toBe(true);
  expect(createHash("sha256").update(readFileSync(first ?? "")).digest("base64")).toBe(environmentStack().one("aws_lambda_function")["source_code_hash"]);
});

const hasUnzip = spawnSync("unzip", ["-v"]).status === 0;

it.skipIf(!hasUnzip)("is an archive that other programs find whole, readable for everybody", () => {
  const file = join(temporary(), "one.zip");
  writeFileSync(file, zipOf("a.mjs", Buffer.from("export const one = 'ü';\n")));
  expect(execFileSync("unzip", ["-t", file], { encoding: "utf8" })).toContain("No errors detected");
  expect(execFileSync("unzip", ["-Z", file], { encoding: "utf8" })).toMatch(/-rw-r--r-- .* 80-Jan-01 00:00 a\.mjs/);
});
