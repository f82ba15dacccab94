import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { always, databaseManifest, digestOf, serve, type Answer } from "../../support/registry.ts";

const script = fileURLToPath(new URL("../../../src/gates/trivy/probe-database.mjs", import.meta.url));

/** Runs the script as its step does, and returns its exit code and what it printed. */
async function ask(reference: string): Promise<{ code: number; answer: unknown; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, reference], { env: { NODE_USE_ENV_PROXY: "1" } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), answer: JSON.parse(stdout === "" ? "null" : stdout), stderr });
    });
  });
}

const askFor = async (answer: Answer, reference = "mirror/trivy-db:2"): Promise<{ code: number; answer: unknown; host: string }> => {
  const host = await serve(answer);
  const { code, answer: said, stderr } = await ask(`${host}/${reference}`);
  expect(stderr).toBe("");
  return { code, answer: said, host };
};

const manifest = databaseManifest();

describe("the question for the vulnerability database", () => {
  it("is answered with the manifest's digest and date", async () => {
    const asked: unknown[] = [];
    const { code, answer } = await askFor((request, response) => {
      asked.push([request.method, request.url, request.headers.accept]);
      always(200, manifest)(request, response);
    });
    expect({ code, answer }).toEqual({ code: 0, answer: { digest: digestOf(manifest), created: "2026-11-23T06:20:00Z" } });
    expect(asked).toEqual([["GET", "/v2/mirror/trivy-db/manifests/2", "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"]]);
  });

  it("asks for the newest where no tag is named, and for exactly the digest that is", async () => {
    const asked: unknown[] = [];
    const answer: Answer = (request, response) => {
      asked.push(request.url);
      always(200, manifest)(request, response);
    };
    await askFor(answer, "trivy-db");
    expect(await askFor(answer, `trivy-db:2@${digestOf(manifest)}`)).toMatchObject({ code: 0 });
    expect(await askFor(answer, `trivy-db@${digestOf("another")}`)).toMatchObject({ code: 1, answer: { problem: expect.stringContaining("answered with another manifest than sha256:") as string } });
    expect(asked).toEqual(["/v2/trivy-db/manifests/latest", `/v2/trivy-db/manifests/${digestOf(manifest)}`, `/v2/trivy-db/manifests/${digestOf("another")}`]);
  });

  it("gets itself an anonymous token where the registry wants one", async () => {
    const { code } = await askFor((request, response) => {
      const url = new URL(request.url ?? "", `http://${request.headers.host ?? ""}`);
      if (url.pathname === "/token") {
        expect(Object.fromEntries(url.searchParams)).toEqual({ service: "registry.example", scope: "repository:mirror/trivy-db:pull" });
        always(200, '{"token":"for-everybody"}', "application/json")(request, response);
      } else if (request.headers.authorization === "Bearer for-everybody") always(200, manifest)(request, response);
      else response.writeHead(401, { "www-authenticate": `Bearer realm="http://${request.headers.host ?? ""}/token",service="registry.example"` }).end();
    });
    expect(code).toBe(0);
  });

  it.each<[string, Answer, string]>([
    ["a web page", always(200, "<html>Sign in</html>", "text/html; charset=utf-8"), "HOST answered 200 with a web page, which is no manifest: something between here and there answers in its place, or it is no registry."],
    ["a web page that says to be a manifest", always(200, "<html>Sign in</html>"), "HOST/mirror/trivy-db:2 is something else than a database of Trivy."],
    ["no such manifest", always(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}', "application/json"), "HOST has no HOST/mirror/trivy-db:2 (404)."],
    ["a refusal", always(403, "", "application/json"), "HOST does not let everybody have HOST/mirror/trivy-db:2 (403)."],
    ["a wish for a password", (_request, response) => { response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end(); }, "HOST does not let everybody have HOST/mirror/trivy-db:2 (401)."],
    ["a broken server", always(503, "busy", "text/plain"), "HOST answered 503 instead of the manifest of HOST/mirror/trivy-db:2."],
    ["an image", always(200, databaseManifest({ layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" }] })), "HOST/mirror/trivy-db:2 is something else than a database of Trivy."],
    ["an index", always(200, '{"schemaVersion":2,"manifests":[]}', "application/vnd.oci.image.index.v1+json"), "HOST/mirror/trivy-db:2 is something else than a database of Trivy."],
    ["a manifest that is cut off", always(200, manifest.slice(0, -9)), "HOST/mirror/trivy-db:2 is something else than a database of Trivy."],
    ["two megabytes", always(200, "x".repeat(2_000_000)), "HOST answered with more than 1048576 bytes: that is no manifest."],
  ])("tells of %s, and ends with 1", async (_what, answer, problem) => {
    const { host, ...said } = await askFor(answer);
    expect(said).toEqual({ code: 1, answer: { problem: problem.replaceAll("HOST", host) } });
  });

  it("tells of a registry that hangs up or is not there", async () => {
    const { host, ...said } = await askFor((request) => { request.socket.destroy(); });
    expect(said).toMatchObject({ code: 1, answer: { problem: expect.stringMatching(`^${host} could not be reached \\(\\w+\\)\\.$`) as string } });
    expect(await ask("no-such-registry.invalid/trivy-db:2")).toMatchObject({ code: 1, answer: { problem: expect.stringMatching(/^no-such-registry\.invalid could not be reached \(\w+\)\.$/) as string } });
  });

  it("tells of what is no repository", async () => {
    expect(await ask("trivy-db")).toMatchObject({ code: 1, answer: { problem: "trivy-db is no image repository." } });
  });
});
