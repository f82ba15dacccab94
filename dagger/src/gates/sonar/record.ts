import { z } from "zod";
import { UnreadableReportError } from "../gate.ts";
import { parseJsonReport } from "../parse-report.ts";

/** What `scan.mjs` wrote down; nothing in it is a judgement. */

/** One question to the server, by its last answer. */
const answerSchema = z.object({
  what: z.string().min(1),
  request: z.string(),
  status: z.number().int().optional(),
  location: z.string().optional(),
  body: z.unknown().optional(),
  /** The beginning of an answer that is not JSON. */
  text: z.string().optional(),
  /** No answer came, and why. */
  error: z.string().optional(),
});

const recordSchema = z.object({
  format: z.literal(1),
  own: z.boolean(),
  host: z.string(),
  project: z.string(),
  answers: z.array(answerSchema),
  silenced: z.array(z.object({ marker: z.string(), where: z.string() })).optional(),
  scanner: z.object({ exitCode: z.number().int().nullable(), error: z.string().optional(), log: z.string() }).optional(),
  reportTask: z.record(z.string(), z.string()).optional(),
  /** It went no further than this: the name of a question, `scanner`, or a fault of its own. */
  stopped: z.object({ at: z.string(), why: z.string().optional() }).optional(),
});

export type ScanAnswer = z.infer<typeof answerSchema>;
export type ScanRecord = z.infer<typeof recordSchema>;

export function parseRecord(text: string): ScanRecord {
  return parseJsonReport("The scan", text, recordSchema);
}

export const answerOf = (record: ScanRecord, what: string): ScanAnswer | undefined => record.answers.find((answer) => answer.what === what);

/** Whether an answer is what was asked for: another is not to be read. */
export const isGood = (answer: ScanAnswer | undefined): answer is ScanAnswer & { status: number } =>
  answer?.error === undefined && answer?.status !== undefined && answer.status >= 200 && answer.status < 300 && answer.body !== undefined;

/** The body of a good answer. Throws UnreadableReportError when it is of another form. */
export function bodyOf<Schema extends z.ZodType>(record: ScanRecord, what: string, schema: Schema): z.infer<Schema> {
  const answer = answerOf(record, what);
  if (!isGood(answer)) throw new UnreadableReportError(`The scan's record has no good answer of the server to ${what}.`, JSON.stringify(answer ?? {}));
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`)[0] ?? "";
  throw new UnreadableReportError(`The server's answer to ${answer.request} is not of the form that this pipeline knows: ${where}`, JSON.stringify(answer));
}

const issueSchema = z.object({
  key: z.string().min(1),
  rule: z.string().min(1),
  severity: z.enum(["BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO"]),
  component: z.string().min(1),
  /** Absent for what concerns a whole file. */
  line: z.number().int().positive().optional(),
  message: z.string(),
  type: z.enum(["BUG", "VULNERABILITY", "CODE_SMELL"]),
});
export type Issue = z.infer<typeof issueSchema>;

const hotspotSchema = z.object({
  key: z.string().min(1),
  ruleKey: z.string().min(1),
  component: z.string().min(1),
  line: z.number().int().positive().optional(),
  message: z.string(),
  vulnerabilityProbability: z.enum(["HIGH", "MEDIUM", "LOW"]),
});
export type Hotspot = z.infer<typeof hotspotSchema>;

const paging = z.object({ total: z.number().int().nonnegative() });
const issuesPage = z.object({ paging, issues: z.array(issueSchema) });
const hotspotsPage = z.object({ paging, hotspots: z.array(hotspotSchema) });

const measureSchema = z.array(z.object({ metric: z.string(), value: z.string().optional() }));
const fileSchema = z.object({ key: z.string().min(1), path: z.string().min(1), measures: measureSchema });
const filesPage = z.object({ paging, components: z.array(fileSchema) });

/** A list of all its pages; `total` is how many the server has, listed or not. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** To whoever may not browse it shows an empty list of issues, and refuses other lists: undefined then. */
export const issuesOf = (record: ScanRecord): Listed<Issue> | undefined => (isGood(answerOf(record, "latest")) ? joined(pagesOf(record, "issues", issuesPage)?.map((page) => ({ total: page.paging.total, items: page.issues }))) : undefined);
export const hotspotsOf = (record: ScanRecord): Listed<Hotspot> | undefined => joined(pagesOf(record, "hotspots", hotspotsPage)?.map((page) => ({ total: page.paging.total, items: page.hotspots })));
/** Only our own server is asked for them. */
export const filesOf = (record: ScanRecord): Listed<SourceFile> | undefined => joined(pagesOf(record, "files", filesPage)?.map((page) => ({ total: page.paging.total, items: page.components })));

export type SourceFile = z.infer<typeof fileSchema>;

/** A file with lines, of which not even the lines of code were counted, was not read: it is broken, or looks made by a program. */
export const wasRead = ({ measures }: SourceFile): boolean => measures.some(({ metric }) => metric === "ncloc") || Number(measures.find(({ metric }) => metric === "lines")?.value ?? 0) === 0;

function pagesOf<Schema extends z.ZodType>(record: ScanRecord, what: string, schema: Schema): z.infer<Schema>[] | undefined {
  const answers = record.answers.filter((answer) => answer.what.startsWith(`${what} `));
  return answers.length > 0 && answers.every(isGood) ? answers.map((answer) => bodyOf(record, answer.what, schema)) : undefined;
}

/** One that moved from page to page while they were read stands there once. */
function joined<Item extends { key: string }>(pages: readonly Listed<Item>[] | undefined): Listed<Item> | undefined {
  if (pages === undefined) return undefined;
  const items = new Map(pages.flatMap((page) => page.items).map((item) => [item.key, item]));
  return { items: [...items.values()], total: Math.max(...pages.map((page) => page.total)) };
}

const latestSchema = z.object({ analyses: z.array(z.object({ key: z.string() })).min(1) });
const taskSchema = z.object({
  task: z.object({ status: z.string(), componentKey: z.string().optional(), analysisId: z.string().optional(), errorMessage: z.string().optional() }),
});
export type ScanTask = z.infer<typeof taskSchema>["task"];

export const taskOf = (record: ScanRecord): ScanTask => bodyOf(record, "task", taskSchema).task;
export const latestAnalysis = (record: ScanRecord): string => bodyOf(record, "latest", latestSchema).analyses[0]?.key ?? "";

const projectStatusSchema = z.object({
  projectStatus: z.object({
    status: z.enum(["OK", "WARN", "ERROR", "NONE"]),
    conditions: z.array(
      z.object({
        status: z.enum(["OK", "WARN", "ERROR", "NO_VALUE"]),
        metricKey: z.string().min(1),
        comparator: z.string().optional(),
        errorThreshold: z.string().optional(),
        actualValue: z.string().optional(),
      }),
    ),
  }),
});
export type ProjectStatus = z.infer<typeof projectStatusSchema>["projectStatus"];
export type GateCondition = ProjectStatus["conditions"][number];

export const projectStatusOf = (record: ScanRecord): ProjectStatus => bodyOf(record, "gate", projectStatusSchema).projectStatus;

const measuresSchema = z.object({ component: z.object({ measures: measureSchema }) });

/** By metric; undefined where the server does not show them. */
export function measuresOf(record: ScanRecord): ReadonlyMap<string, number> | undefined {
  if (!isGood(answerOf(record, "measures"))) return undefined;
  const { component } = bodyOf(record, "measures", measuresSchema);
  return new Map(component.measures.flatMap(({ metric, value }) => (value === undefined || value.trim() === "" || Number.isNaN(Number(value)) ? [] : [[metric, Number(value)]])));
}
