import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { execa } from "execa";
import { expect, it } from "vitest";
import { startRehearsal } from "../support/rehearsal.ts";
import { pathWith, refusing } from "../tasks/stand-in-program.ts";
import { main, rehearsal, rehearsalIn, scratchState, start, withoutContainers } from "./process.ts";

const isThere = async (path: string): Promise<boolean> => access(path).then(() => true, () => false);

const serve = (state: string, ...more: string[]) => execa(process.execPath, [main, "serve", "--port", "0", "--state", state, ...more], { reject: false, env: withoutContainers });

it("ends at Ctrl-C with all it had saved, and says by no file that it runs", async () => {
  const state = await scratchState();
  const serving = serve(state);
  await expect.poll(async () => isThere(join(state, "running.json")), { timeout: 60_000 }).toBe(true);
  serving.kill("SIGINT");
  expect((await serving).exitCode).toBe(0);
  expect([await isThere(join(state, "running.json")), await isThere(join(state, "world.json"))]).toEqual([false, true]);
});

it("ends by itself when nothing happens", async () => {
  const state = await scratchState();
  expect((await serve(state, "--idle-minutes", "0.01")).exitCode).toBe(0);
  expect(await isThere(join(state, "running.json"))).toBe(false);
});

/** What a state has in it, or the command line says, and what `start` answers: code, and all that it says. */
const refusals: readonly (readonly [string, (state: string) => Promise<readonly string[]> | readonly string[], 2 | 4, RegExp])[] = [
  ["a state that cannot be read", async (state) => { await writeFile(join(state, "world.json"), "{"); return []; }, 2, /^The saved state in \S+ cannot be used \(.*\)\. Nothing was changed\. Start with --fresh to begin anew, or name another folder with --state\.$/],
  ["a state's folder below a file", async (state) => { await writeFile(join(state, "file"), ""); return ["--state", join(state, "file", "inner")]; }, 4, /^The state's folder \S+\/file\/inner cannot be written \(ENOTDIR: .*\)\. Nothing was started\. Name another folder with --state, or let this user write there\.$/],
  ["a world that is no JSON", async (state) => world(state, "{"), 2, /^No world can be made: \S+\/cdk\.tf\.json is not JSON: .*\. Nothing was started\. Mend it, or name another with --world\.$/],
  ["a world that is no Terraform JSON", async (state) => world(state, "[]"), 2, /^No world can be made: \S+\/cdk\.tf\.json is not Terraform JSON: .*\. Nothing was started\. Mend/],
  ["a world that is not there", () => ["--world", "/elsewhere/cdk.tf.json"], 2, /^No world can be made: \/elsewhere\/cdk\.tf\.json is not there\. .* Nothing was started\./],
  ["a world that refers to nothing", async (state) => world(state, JSON.stringify({ resource: { aws_ecs_service: { web: { name: "web", cluster: "${aws_ecs_cluster.none.id}" } } } })), 2, /^No world can be made of \S+\/cdk\.tf\.json: .*aws_ecs_cluster\.none.*\. Nothing was started\. Mend/],
  ["an address that others can reach, said once", () => ["--host", "0.0.0.0"], 2, /^0\.0\.0\.0 can be reached from other machines, .* Nothing was started\. Leave --host out .* or say --beyond-this-machine .* as well\.$/],
  ["an address that this machine has not", () => ["--host", "192.0.2.1", "--beyond-this-machine"], 2, /^192\.0\.2\.1 is no address of this machine\. Nothing was started\. Leave --host out, or name one that it has\.$/],
];

it.each(refusals)("does not start, and says why in the words and with the code of what refuses it: %s", async (_what, arrange, exitCode, said) => {
  const state = await scratchState();
  const refused = await rehearsal("start", "--port", "0", "--state", state, ...(await arrange(state)));
  expect(refused).toMatchObject({ exitCode, stdout: "", stderr: expect.stringMatching(said) as string });
  expect((await rehearsal("status", "--state", state)).exitCode).toBe(2);
});

async function world(folder: string, text: string): Promise<readonly string[]> {
  const file = join(folder, "cdk.tf.json");
  await writeFile(file, text);
  return ["--world", file];
}

it("does not start on a port that is taken, and names it", async () => {
  const [state, other] = [await scratchState(), await scratchState()];
  const { port } = new URL((await start(state)).url);
  expect(await rehearsal("start", "--port", port, "--state", other)).toMatchObject({ exitCode: 2, stdout: "", stderr: `Something else listens on 127.0.0.1:${port}. Nothing was started. End it, or start the rehearsal with another --port.` });
});

it("does not start without a container engine, or with one that does not work: that is the machine's fault", async () => {
  const state = await scratchState();
  const none = await rehearsalIn({ PATH: await pathWith({}, { alone: true }) }, "start", "--port", "0", "--state", state);
  expect(none).toMatchObject({ exitCode: 4, stderr: "There is no podman and no docker on PATH, and tasks are containers. Nothing was started. Install one of them; `npm run pipeline` does so on Debian." });
  const silent = await rehearsalIn({ PATH: await pathWith({ docker: "echo 'Cannot connect to the Docker daemon. Is the docker daemon running?' >&2; exit 1" }) }, "start", "--engine", "docker", "--port", "0", "--state", state);
  expect(silent).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/^Docker is installed and does not answer \(Cannot connect .*\)\. Nothing was started\. Start Docker/) as string });
});

it("shows the end of its log where it breaks in a way that nobody foresaw", async () => {
  const state = await scratchState();
  const broken = { PATH: await pathWith({ podman: `${refusing("ps", "database is locked")}; exit 0` }) };
  const { exitCode, stderr } = await rehearsalIn(broken, "start", "--engine", "podman", "--port", "0", "--state", state);
  expect([exitCode, stderr]).toEqual([4, expect.stringMatching(/^The rehearsal did not start\. It said:\npodman does not say which \w+s it has: database is locked See \S+rehearsal\.log\.$/)]);
});

it("is reached from elsewhere where that is said twice, and tells of itself by loopback", async () => {
  const state = await scratchState();
  const { url } = await start(state, "--host", "0.0.0.0", "--beyond-this-machine");
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${url.replace("127.0.0.1", "127.0.0.2")}/_rehearsal/status`)).status).toBe(200);
});

it("tells others the name that they know it by, in image references too", async () => {
  const state = await scratchState();
  const { url } = await start(state, "--told-as", "http://rehearsal:4610", "--beyond-this-machine");
  expect(await (await fetch(`${url}/_rehearsal/status`)).json()).toMatchObject({ url: "http://rehearsal:4610" });
  for (const wrong of ["rehearsal:4610", "https://rehearsal", "http://rehearsal:4610/path"]) expect(await rehearsal("start", "--told-as", wrong)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("It must be an address such as http://rehearsal:4610.") as string });
});

it("is not another than the one that runs: each option that differs is named", async () => {
  const state = await scratchState();
  const { url } = await start(state, "--hook", "smoke=true", "--listen", "80=0", "--idle-minutes", "5");
  const { port } = new URL(url);
  const asked = ["--speed", "20", "--idle-minutes", "7", "--port", "9", "--host", "127.0.0.3", "--beyond-this-machine", "--told-as", "http://rehearsal:4610", "--engine", "docker", "--listen", "80=8080", "--hook", "smoke=false", "--hook", "late=true"];
  const { exitCode, stderr } = await rehearsalIn({ ...withoutContainers, REHEARSAL_SECRETS_FILE: "/secrets.json" }, "start", "--state", state, ...asked);
  expect([exitCode, stderr.split(/, (?=its |it was )/)]).toEqual([
    2,
    [
      `A rehearsal runs at ${url} with this state, and its speed is 1, not 20`,
      "its idle time in minutes is 5, not 7",
      `its port is ${port}, not 9`,
      "its host is 127.0.0.1, not 127.0.0.3",
      "it was not opened beyond this machine",
      "it was started without a name for others (http://rehearsal:4610 was asked for)",
      "its engine is podman, not docker",
      "it was started without a file of secrets (/secrets.json was asked for)",
      "its load balancer's port 80 is 0, not 8080",
      "its hook smoke is true, not false",
      "it was started without a hook late (true was asked for). Nothing was changed. Stop it first, or leave these options out.",
    ],
  ]);
  expect(await rehearsal("start", "--state", state, "--port", port, "--idle-minutes", "5", "--engine", "podman", "--hook", "smoke=true")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("already runs") as string });
});

it("leaves no file of an image behind, neither a killed one's nor its own", async () => {
  const state = await scratchState();
  await mkdir(join(state, "archives"));
  await writeFile(join(state, "archives", "left.tar"), "");
  await start(state);
  expect(await isThere(join(state, "archives"))).toBe(false);
  await mkdir(join(state, "archives"));
  await rehearsal("stop", "--state", state);
  expect(await isThere(join(state, "archives"))).toBe(false);
});

it("refuses a key of a real account, and names the variable to set", async () => {
  const { client } = await startRehearsal();
  const foreign = new STSClient({ ...client, credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" } });
  await expect(foreign.send(new GetCallerIdentityCommand())).rejects.toThrow(/AWS_ACCESS_KEY_ID/);
});

it.each([
  ["of a service that it has not, by a target", "dynamodb", { "x-amz-target": "DynamoDB_20120810.ListTables" }],
  ["of a service that it has not, by a path alone", "dynamodb", {}],
  ["of a name that every object has", "constructor", { "x-amz-target": "Constructor.Name" }],
  ["of another name that every object has", "__proto__", {}],
])("names the service: a request signed for one %s", async (_what, service, headers) => {
  const { rehearsal: { parts, url } } = await startRehearsal();
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIAREHEARSALONLY000/20260115/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(url, { method: "POST", headers: { authorization, "content-type": "application/x-amz-json-1.0", ...headers } });
  expect({ status: answer.status, text: await answer.text() }).toMatchObject({ status: 501, text: expect.stringContaining(`The rehearsal has no service ${service}`) as string });
  expect(parts.timeline.since().map(({ what }) => what)).toEqual(["refused"]);
});
