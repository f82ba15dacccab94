import { expect, it } from "vitest";
import { container, task } from "./container-specs.ts";
import { containerMachine } from "./container-test-machine.ts";
import { byEachEngine } from "./engines.ts";
import { pathWith, refusing } from "./stand-in-program.ts";

const about = `const { readFileSync, writeFileSync } = require("fs");
const write = (path) => { try { writeFileSync(path, ""); return "written"; } catch ({ code }) { return code; } };
console.log(JSON.stringify({ user: process.getuid(), folder: process.cwd(), arguments: process.argv.slice(1), root: write("/x"), tmp: write("/tmp/x"), hosts: readFileSync("/etc/hosts", "utf8") }));`;

byEachEngine("what a container gets of its definition", (provided) => {
  it("has its user, folder, entry point and command, and no file system to write to where it is to have none", async () => {
    const { start, image } = containerMachine(await provided());
    const { recorder } = start(
      task(
        container("plain", image, "", { entryPoint: ["node", "-e", about], command: ["one", "two words"] }),
        container("own", image, about, { user: "1000:1000", workingDirectory: "/usr", essential: false }),
        container("closed", image, "", { essential: false, command: ["node", "-e", about], readonlyRootFilesystem: true, entryPoint: [] }),
      ),
    );
    await recorder.end();
    const said = Object.fromEntries(recorder.lines.map((line) => [line.slice(0, line.indexOf(":")), JSON.parse(line.slice(line.indexOf(":") + 1)) as unknown]));
    const hosts = "127.0.0.1 localhost\n";
    expect(said).toEqual({
      plain: { user: 0, folder: "/", arguments: ["one", "two words"], root: "written", tmp: "written", hosts },
      own: { user: 1000, folder: "/usr", arguments: [], root: "EACCES", tmp: "written", hosts },
      closed: { user: 0, folder: "/", arguments: [], root: "EROFS", tmp: "EROFS", hosts },
    });
  });

  it("goes without a limit of memory, and without a first process, where the engine refuses them, and says so once", async () => {
    const engine = await provided();
    const { program } = engine.engine;
    const lines = [refusing("--memory", "Error: OCI runtime error: the requested cgroup controller is not available"), refusing("--init", "Error: container-init binary not found on the host")];
    const { start, image, notices, cli, options } = containerMachine(engine, { env: { ...engine.engine.cli.env, PATH: await pathWith({ [program]: lines.join("\n") }) } });
    const started = [0, 1].map(() => start(task(container("web", image, "setInterval(() => undefined, 1000)", { initProcessEnabled: true }))));
    await Promise.all(started.map(async ({ recorder }) => recorder.event("web RUNNING")));
    const { stdout } = await cli.run(["ps", "--filter", `label=gitops.rehearsal=${options.rehearsalId}`, "--filter", "name=-web", "--format", "{{.ID}}"]);
    const limits = await cli.run(["inspect", "--format", "{{.HostConfig.Memory}} {{.HostConfig.Init}}", ...stdout.trim().split("\n")]);
    expect(limits.stdout.trim().split("\n")).toEqual(["0 false", "0 false"].map((text) => (program === "docker" ? text.replace("false", "<nil>") : text)));
    expect(notices.toSorted().map((text) => /with (\w+)/.exec(text)?.[1])).toEqual(["init", "memoryLimit"]);
  });
});
