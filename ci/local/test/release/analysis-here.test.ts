import { expect, it } from "vitest";
import { analysisHere } from "../../src/release/analysis-here.ts";

it("takes the token for Prometheus from the environment, and nothing else", () => {
  expect(analysisHere({ PROMETHEUS_TOKEN: "planted", AWS_SECRET_ACCESS_KEY: "other" })).toEqual({ surroundings: { prometheusToken: "planted" } });
});

it.each([{}, { PROMETHEUS_TOKEN: "" }])("has none in %o", (env) => {
  expect(analysisHere(env)).toEqual({});
});
