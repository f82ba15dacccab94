import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config.ts";
import { analysedFolders, scannerProperties, type ScannerInput } from "../../../src/gates/sonar/input.ts";

const folders = (services: Readonly<Record<string, string>>, infrastructure?: string): string[] =>
  analysedFolders(
    parseConfig(
      JSON.stringify({
        project: "notes",
        services: Object.fromEntries(Object.entries(services).map(([name, path]) => [name, { path, dockerfile: `Dockerfile.${name}` }])),
        ...(infrastructure === undefined ? {} : { infrastructure: { path: infrastructure } }),
      }),
    ),
  );

const input: ScannerInput = { project: "notes", host: "http://sonarqube:9000", organization: undefined, branch: undefined, folders: ["services/backend"], tests: ["**/*.test.ts"], exclude: [], withoutCoverage: [], own: false };

function properties(more: Partial<ScannerInput> = {}): Map<string, string> {
  const lines = scannerProperties({ ...input, ...more }).trimEnd().split("\n");
  return new Map(lines.map((line): [string, string] => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

describe("analysedFolders", () => {
  it.each<[string, string[], string[]]>([
    ["one for each service, and the infrastructure", folders({ web: "services/web", api: "services/api" }, "cdktf"), ["cdktf", "services/api", "services/web"]],
    ["one for two services of one folder", folders({ web: "app", worker: "app" }), ["app"]],
    ["none that lies in another", folders({ web: "app", worker: "app/worker" }, "app-infrastructure"), ["app", "app-infrastructure"]],
    ["the root alone, when it is a service", folders({ web: ".", api: "api" }, "cdktf"), ["."]],
  ])("names %s", (_, actual, expected) => {
    expect(actual).toEqual(expected);
  });
});

describe("scannerProperties", () => {
  it("makes each file a source or a test, and never both", () => {
    const written = properties({ folders: ["services/backend", "cdktf"], tests: ["**/test/**", "**/*.test.*"], exclude: ["**/generated/**"] });
    expect(written.get("sonar.sources")).toBe("services/backend,cdktf");
    expect(written.get("sonar.tests")).toBe(written.get("sonar.sources"));
    expect(written.get("sonar.exclusions")).toBe("**/test/**,**/*.test.*,**/generated/**");
    expect(written.get("sonar.test.inclusions")).toBe("**/test/**,**/*.test.*");
    expect(written.get("sonar.test.exclusions")).toBe("**/generated/**");
  });

  it("knows no tests where there is no pattern for them", () => {
    const written = properties({ tests: [] });
    expect(written.has("sonar.tests")).toBe(false);
    expect(written.has("sonar.exclusions")).toBe(false);
  });

  it("expects no coverage of the infrastructure", () => {
    expect(properties({ withoutCoverage: ["cdktf"] }).get("sonar.coverage.exclusions")).toBe("cdktf/**");
    expect(properties().has("sonar.coverage.exclusions")).toBe(false);
  });

  it("lets Sonar leave out nothing by itself on our own server, and what it likes on another", () => {
    expect(properties({ own: true }).get("sonar.javascript.exclusions")).toBe("**/node_modules/**,**/*.d.ts");
    expect(properties({ own: true }).get("sonar.javascript.detectBundles")).toBe("false");
    expect([...properties().keys()].filter((name) => name.includes("script"))).toEqual([]);
  });

  it("names SonarCloud's organization", () => {
    expect(properties({ organization: "team" }).get("sonar.organization")).toBe("team");
    expect(properties().has("sonar.organization")).toBe(false);
  });

  it.each([
    ["a comma", "a,b", '"a,b"'],
    ["a quotation mark", 'a"b', '"a""b"'],
    ["a backslash", "a\\b", "a\\\\b"],
    ["letters beyond ASCII", "größe", "gr\\u00f6\\u00dfe"],
  ])("writes a folder with %s in its name so that the scanner reads it back", (_, folder, written) => {
    expect(properties({ folders: [folder, "plain"] }).get("sonar.sources")).toBe(`${written},plain`);
  });

  it("holds no end of line that could begin another property", () => {
    expect(scannerProperties({ ...input, folders: ["a\nsonar.exclusions=**"] })).toContain("sonar.sources=a\\u000asonar.exclusions=**\n");
  });
});
