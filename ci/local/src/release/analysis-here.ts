import type { AnalysisSurroundings } from "../../../../dagger/src/release/analysis/surroundings.ts";

/** What the checks of a release take from the environment: a token for Prometheus, which is a secret and goes nowhere else. */
export function analysisHere({ PROMETHEUS_TOKEN: token = "" }: NodeJS.ProcessEnv): { readonly surroundings?: Partial<AnalysisSurroundings> } {
  return token === "" ? {} : { surroundings: { prometheusToken: token } };
}
