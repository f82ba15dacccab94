import { chmod, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findOnPath } from "../../src/container-engine/find-on-path.ts";
import { leftBy } from "../support/left-behind.ts";
import { containerEngine, provide, testService, unending } from "../support/local-engine.ts";
import { scratchFolder, scratchRepository, type CleanUp } from "../support/scratch.ts";
import { flat, reportOf, runPipeline, startPipeline, type Started } from "../support/pipeline.ts";
import { fewGates, plantedToken, removeTinyImages, tinyConfig, tinyFiles } from "../support/tiny.ts";

/** A tool or the engine breaks in the middle of a run: never a pass, and it says why. */

const image = `localhost/gitops-test/gitleaks-${testService()}:1`;

/** Gitleaks' stand-in for bad days: what it does stands in the tree's file `mood`. */
const moody = `#!/bin/sh
real=/opt/real-gitleaks
[ "$1" = version ] && exec $real version
report=; before=
for word; do [ "$before" = -r ] && report=$word; before=$word; done
case $(cat /tree/mood) in
  blind) echo '[]' >"$report"; echo '8:46AM ERR [git] fatal: detected dubious ownership in repository' >&2; echo '8:46AM INF 0 commits scanned.' >&2 ;;
  nothing) echo '[]' >"$report"; echo 'INF 0 commits scanned.' >&2 ;;
  half) $real "$@"; code=$?; head -c 40 "$report" >/tmp/half; cat /tmp/half >"$report"; exit $code ;;
  silent) rm -f "$report"; echo 'INF 3 commits scanned.' >&2 ;;
  hungry) exec tail /dev/zero ;;
  hanging) trap '' TERM; while :; do sleep 1; done ;;
  crashing) echo 'panic: runtime error' >&2; exit 2 ;;
  *) exec $real "$@" ;;
esac
`;

/** A repository with a planted secret: whatever the tool says, a pass would be wrong. */
async function moodyRepository(mood: string, cleanUp?: CleanUp): Promise<string> {
  const config = { ...tinyConfig, gates: { ...fewGates, secrets: { timeoutMinutes: 1 } } };
  return scratchRepository(tinyFiles({ mood, "web/settings.js": `const t = "${plantedToken}";\n` }, config), "repository", cleanUp);
}

const secretsOnly = ["--only", "secrets", "--image", `gitleaks=${image}`];

/** A minute is the shortest time that a gate can be given: it passes beside the other tests. */
let hanging: { readonly root: string; readonly run: Started };

beforeAll(async () => {
  const removals: (() => Promise<void>)[] = [];
  const cleanUp: CleanUp = (remove) => { removals.unshift(remove); };
  const { cli } = await containerEngine();
  const { reference } = await provide("gitleaks", unending);
  const folder = await mkdtemp(join(tmpdir(), "gitops-test-moody-"));
  await writeFile(join(folder, "gitleaks"), moody);
  await writeFile(join(folder, "Dockerfile"), `FROM ${reference}\nUSER 0\nCOPY gitleaks /tmp/moody\nRUN real=$(command -v gitleaks) && mv "$real" /opt/real-gitleaks && mv /tmp/moody "$real" && chmod 755 "$real"\n`);
  await cli.run(["build", "--tag", image, folder]);
  await rm(folder, { recursive: true });
  const root = await moodyRepository("hanging", cleanUp);
  hanging = { root, run: startPipeline(root, secretsOnly, { cleanUp }) };
  return async () => {
    for (const remove of removals) await remove();
    await removeTinyImages();
    await cli.run(["image", "rm", "--force", image], { accept: "any" });
  };
});

describe("Gitleaks", () => {
  it("that works finds the planted secret, so that what follows proves something", async () => {
    const root = await moodyRepository("good");
    expect((await runPipeline(root, secretsOnly)).exitCode).toBe(1);
  });

  it.each([
    ["blind", "reads nothing, and reports no leak with exit code 0", /gitleaks could not look at everything: .*dubious ownership/],
    ["nothing", "scans no commit", /gitleaks scanned no commit: it could not read the history\./],
    ["half", "leaves half a report", /gitleaks left a report that is cut off or not JSON \(40 characters\)\./],
    ["silent", "leaves no report", /Step secrets ended without writing \/report\/history\.json\./],
    ["crashing", "crashes", /gitleaks in step secrets ended with exit code 2, which is none of its verdicts\./],
    ["hungry", "is killed for its memory", /gitleaks in step secrets was killed \(exit code 137\), most likely for going over 2048 MB\./],
  ])("when it is %s (it %s) leaves its gate unavailable and its log among the raw reports", async (mood, _, reason) => {
    const root = await moodyRepository(mood);
    const { exitCode, stdout, stderr } = await runPipeline(root, secretsOnly);
    const report = await reportOf(root);
    expect({ exitCode, stderr, verdict: report?.verdict, exitCodeInReport: report?.exitCode }).toEqual({ exitCode: 4, stderr: "", verdict: "unavailable", exitCodeInReport: 4 });
    expect(report?.gates[0]?.reason).toMatch(reason);
    expect(flat(stdout)).toContain("Not a pass: secrets could not be checked.");
    const raw = join(root, "out/raw/secrets");
    const logs = await Promise.all((await readdir(raw).catch(() => [])).map(async (name) => readFile(join(raw, name), "utf8")));
    if (mood !== "hungry") expect(logs.join("")).not.toBe("");
    expect(logs.join("")).not.toContain(plantedToken);
  });
});

describe("the container engine", () => {
  /** The real Podman, until a run starts a container; from then on it is dead, until told to live again. */
  async function mortalPodman(): Promise<{ env: Record<string, string>; revive: () => Promise<void> }> {
    const folder = await scratchFolder();
    const real = (await findOnPath("podman", process.env)) ?? "";
    const dead = join(folder, "dead");
    const script = `#!/bin/sh\n[ "$1" = start ] && touch ${dead}\nif [ -e ${dead} ]; then echo 'Error: unable to connect to Podman' >&2; exit 125; fi\nexec ${real} "$@"\n`;
    await writeFile(join(folder, "podman"), script);
    await chmod(join(folder, "podman"), 0o755);
    return { env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` }, revive: async () => writeFile(join(folder, "podman"), `#!/bin/sh\nexec ${real} "$@"\n`) };
  }

  it("that dies in the middle ends the run with exit code 4 and no pass; what it could not remove goes at the next start", async (context) => {
    if ((await containerEngine()).program !== "podman") context.skip();
    const { env, revive } = await mortalPodman();
    const root = await moodyRepository("good");
    const first = startPipeline(root, ["--only", "secrets", "--engine", "podman"], { env });
    const { exitCode, stdout } = await first.ended;
    expect(exitCode).toBe(4);
    const report = await reportOf(root);
    expect(report?.verdict).toBe("unavailable");
    expect(report?.gates[0]?.reason).toMatch(/^podman does not answer any more\.|could not reach its daemon/);
    expect(stdout).not.toContain("defect");

    await revive();
    const second = await runPipeline(root, ["--only", "secrets", "--engine", "podman"], { env });
    expect(second.exitCode).toBe(1);
    expect(await leftBy(first.pid)).toEqual([]);
  });
});

describe("a disk", () => {
  it.runIf(process.platform === "linux")("that is full when the report is written ends the run with exit code 4, and no report is left that says otherwise", async () => {
    const root = await scratchRepository(tinyFiles({ "out/.gitignore": "# Reports of the release pipeline.\n*\n" }));
    // What a file becomes on its way; every write to this device finds no room.
    await symlink("/dev/full", join(root, "out/report.json.part"));
    const { exitCode, stdout, stderr } = await runPipeline(root, ["--only", "images", "--json"]);
    expect(exitCode).toBe(4);
    expect(stdout).toBe("");
    expect(stderr).toContain(`The report cannot be written to ${root}/out: the disk is full. The run came to its end, but there is no report of it; do not read this as a pass. Make room, or name another folder with --out.\n`);
    expect(await reportOf(root)).toBeUndefined();
  });
});

describe("Gitleaks, at last,", () => {
  it("when it hangs is stopped at its time, and its gate is unavailable", { timeout: 200_000 }, async () => {
    const { exitCode } = await hanging.run.ended;
    expect(exitCode).toBe(4);
    expect((await reportOf(hanging.root))?.gates[0]).toMatchObject({ verdict: "unavailable", reason: "gitleaks in step secrets was stopped after 60 s." });
  });
});
