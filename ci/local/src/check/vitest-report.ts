import { z } from "zod";
import type { CheckResult } from "./check.ts";

const reportSchema = z.object({
  numTotalTests: z.number().int(),
  numPassedTests: z.number().int(),
  numFailedTests: z.number().int(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(""),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() })),
    }),
  ),
});

/** Reads Vitest's JSON report. A file that could not even be loaded, and a run without tests, are failures. */
export function readVitestReport(text: string): CheckResult {
  const report = reportSchema.parse(JSON.parse(text));
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"));
  const failed = report.numFailedTests + broken.length;
  const output = report.testResults.flatMap((file) => [
    ...(broken.includes(file) ? [`${file.name}: ${file.message}`] : []),
    ...file.assertionResults.filter((test) => test.status === "failed").map((test) => `${test.fullName}\n${(test.failureMessages ?? []).join("\n")}`),
  ]);
  if (report.numTotalTests === 0 || (!report.success && failed === 0)) {
    return { passed: report.numPassedTests, failed: failed + 1, skipped: 0, output: ["no test was run, or Vitest failed by itself", ...output].join("\n") };
  }
  return { passed: report.numPassedTests, failed, skipped: report.numTotalTests - report.numPassedTests - report.numFailedTests, output: output.join("\n\n") };
}
