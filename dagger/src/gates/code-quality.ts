import { UnreadableReportError, type Gate, type GateContext } from "./gate.ts";
import { coverageXml } from "./sonar/coverage.ts";
import { ownServer } from "./sonar/own-server.ts";
import { readCodeQuality } from "./sonar/read-code-quality.ts";
import { codeQualityStep, ownScanServer, type ScanServer } from "./sonar/step.ts";
import { testCoverage } from "./sonar/test-coverage.ts";
import { unitTestSteps } from "./tests/unit-test-steps.ts";

/** SonarQube: the server that was given, else one of our own beside the scan, with a quality gate of ours. */
export const codeQuality: Gate = {
  name: "code-quality",
  tool: "SonarQube",
  blocksAt: "high",
  allowByRule: true,
  nothingToDo: () => undefined,
  look: async (context) => {
    const { config, engine, signal } = context;
    const server = scanServer(context);
    // It takes longer to start than the tests, whose coverage the scan waits for.
    const ahead = server.own ? engine.startAhead([ownServer], [...unitTestSteps(config).values()], signal) : undefined;
    const [coverage] = await Promise.all([testCoverage(context), ahead]);
    const result = await engine.run(codeQualityStep(context, server, coverageXml(coverage.lcovs)), signal);
    return readCodeQuality({ config, server, coverageGaps: coverage.gaps }, result);
  },
};

function scanServer({ config, sonar }: Pick<GateContext, "config" | "sonar">): ScanServer {
  if (sonar === undefined) return ownScanServer;
  const host = sonar.host ?? config.gates["code-quality"].host;
  if (host === undefined) {
    throw new UnreadableReportError(
      "SONAR_TOKEN is set, and no server is named. Set SONAR_HOST_URL, or gates.code-quality.host in gitops.json, to its address; without SONAR_TOKEN the pipeline brings a server of its own.",
    );
  }
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new UnreadableReportError(`SONAR_HOST_URL is ${host}, which is no address. It must be one such as https://sonar.example`);
  if (url.username !== "" || url.password !== "") throw new UnreadableReportError("SONAR_HOST_URL holds a user's name or password. Leave them out: SONAR_TOKEN says who asks.");
  return { own: false, host: host.replace(/\/+$/, ""), token: sonar.token };
}
