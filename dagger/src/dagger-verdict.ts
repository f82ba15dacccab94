import { parseImages, type DaggerSurroundings } from "./dagger-run.ts";
import { DaggerImages } from "./engine/dagger-images.ts";
import { endWith } from "./engine/end-with.ts";
import { reportSchema } from "./report/schema.ts";
import { summaryText } from "./report/text.ts";

/** The words of a run that has left its report, or an end with its exit code. */
export async function verdictOfReport(text: string, { images }: Pick<DaggerSurroundings, "images">): Promise<string> {
  const report = reportSchema.safeParse(toJson(text));
  if (!report.success) throw new Error("This is no report.json of this version of the pipeline, so nobody knows how the run ended. Give the one that `report` has left.");
  const words = summaryText(report.data);
  if (report.data.exitCode === 0) return words;
  return endWith(report.data.exitCode, words, async () => new DaggerImages(parseImages(images)).pull("gitleaks"));
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
