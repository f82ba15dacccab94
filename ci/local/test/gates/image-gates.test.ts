import { afterAll, describe, expect, it } from "vitest";
import { StepError } from "../../../../dagger/src/engine/step-error.ts";
import { imageScan } from "../../../../dagger/src/gates/image-scan.ts";
import { licences } from "../../../../dagger/src/gates/licences.ts";
import { sbom } from "../../../../dagger/src/gates/sbom.ts";
import { lockFile } from "../../../../dagger/test/record/image-cases.ts";
import { always, serve } from "../../../../dagger/test/support/registry.ts";
import { imageRepository, lookWith } from "../support/image-gates.ts";
import { removeImages } from "../support/left-behind.ts";
import { openEngine, provide, testService } from "../support/local-engine.ts";

/** The real Syft on real images; and how image-scan ends where there is no database, before Trivy is asked for. */

const service = testService();
const now = Date.parse("2026-11-23T10:00:00Z");

afterAll(async () => {
  await removeImages(`gitops-build-${service}`);
  await removeImages(`scratch-${service}`);
});

describe("the sbom gate, with the real Syft", { timeout: 300_000 }, () => {
  it("fails while a bundled package is nowhere in the image, and passes with the lock file in it; licences reads the same documents", async () => {
    const names = { [`${service}-a`]: "bundled", [`${service}-b`]: "bundled-with-lock-file", [`${service}-c`]: "licences" };
    const lockFiles = Object.fromEntries(Object.keys(names).map((name) => [`${name}/package-lock.json`, lockFile]));
    const root = await imageRepository(names, {}, lockFiles);
    const { engine } = await openEngine(root);
    const seen = await lookWith(sbom, engine, root, now);
    expect(seen.decision).toEqual({ verdict: "failed" });
    expect(seen.evidence.findings.map((finding) => [finding.service, finding.where])).toEqual([[`${service}-a`, "@pads/right@1.0.2"]]);
    expect(seen.evidence.toolVersion).toBe("1.18.1");
    const documents = [...(seen.evidence.files ?? [])];
    expect(documents.map(([path]) => path)).toEqual(Object.keys(names).flatMap((name) => [`sbom/${name}.cdx.json`, `sbom/${name}.spdx.json`]));
    expect(JSON.parse(documents[0]?.[1] ?? "")).toMatchObject({ bomFormat: "CycloneDX", metadata: { component: { name: `scratch-${service}-a`, version: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string } } });

    const judged = await lookWith(licences, engine, root, now);
    expect(judged.decision).toEqual({ verdict: "failed" });
    expect(judged.findings).toEqual([
      "high GPL-2.0-only versionless",
      "high GPL-3.0-or-later copyleft@1.0.0",
      "high MIT AND GPL-3.0-only both@1.0.0",
      "medium BSD pypad@4.5",
      "medium MIT AND BSD* mixed@1.0.0",
      "medium SEE LICENSE IN LICENSE.md elsewhere@1.0.0",
      "medium no-licence silent@1.0.0",
    ]);
  });

  it("is unavailable on an image without a package manager, and on one whose list of packages is garbage", async () => {
    const root = await imageRepository({ [`${service}-a`]: "no-package-manager", [`${service}-b`]: "package-list-broken" });
    const { engine } = await openEngine(root);
    expect((await lookWith(sbom, engine, root, now)).decision).toEqual({
      verdict: "unavailable",
      reason: `${service}-a: Syft found no package in the image: there is nothing that an SBOM could tell. ${service}-b: Syft could not read /var/lib/dpkg/status of the image (dpkg-db-cataloger: unable to determine packages).`,
    });
  });
});

describe("the image-scan gate, without a database", { timeout: 120_000 }, () => {
  const withoutTrivy: typeof provide = async (image, signal) => {
    if (image === "trivy") throw new StepError("IMAGE_UNAVAILABLE", "the test wants no Trivy");
    return provide(image, signal);
  };
  const decide = async (database: string, more = {}) => {
    const root = await imageRepository({ [service]: "critical" }, { "image-scan": { database } }, more);
    const { engine } = await openEngine(root, { provide: withoutTrivy });
    return (await lookWith(imageScan, engine, root, now)).decision;
  };
  const advice = "Give one in gates.image-scan.database of gitops.json: a mirror's repository, or a folder with trivy.db and metadata.json.";

  it("is unavailable when the registry answers with a web page, or not at all", async () => {
    const host = await serve(always(200, "<html>Sign in to the network</html>", "text/html"));
    expect(await decide(`${host}/trivy-db:2`)).toEqual({ verdict: "unavailable", reason: `No vulnerability database: ${host} answered 200 with a web page, which is no manifest: something between here and there answers in its place, or it is no registry. ${advice}` });
    expect(await decide("no-such-registry.invalid/trivy-db:2")).toEqual({ verdict: "unavailable", reason: expect.stringMatching(/^No vulnerability database: no-such-registry\.invalid could not be reached \(\w+\)\./) as string });
  });

  it("asks again in the next run, when what could not be had may be there", async () => {
    let asked = 0;
    const host = await serve((request, response) => {
      asked += 1;
      always(404, "{}", "application/json")(request, response);
    });
    const root = await imageRepository({ [service]: "critical" }, { "image-scan": { database: `${host}/trivy-db:2` } });
    const first = await openEngine(root, { provide: withoutTrivy });
    await lookWith(imageScan, first.engine, root, now);
    const second = await openEngine(root, { provide: withoutTrivy, home: first.home });
    await lookWith(imageScan, second.engine, root, now);
    expect(asked).toBe(2);
  });

  it("is unavailable when the folder of the repository or of the machine is not one", async () => {
    expect(await decide("./security")).toEqual({ verdict: "unavailable", reason: `No vulnerability database: the repository's folder security does not hold trivy.db and metadata.json, or Git ignores them. ${advice}` });
    expect(await decide("/no/such/folder")).toEqual({ verdict: "unavailable", reason: `No vulnerability database: /no/such/folder/metadata.json cannot be read (ENOENT): is the path in gitops.json right? ${advice}` });
  });
});
