import { XMLParser } from "fast-xml-parser";
import { SyntaxValidator } from "fast-xml-validator";
import { z } from "zod";
import { UnreadableReportError } from "../gate.ts";

/** One `<testcase>`, whatever suites it lies in. */
export interface JunitCase {
  readonly name: string;
  readonly classname: string;
  readonly file?: string;
  readonly line?: string;
  readonly failures: readonly JunitDetail[];
  readonly errors: readonly JunitDetail[];
  readonly skipped: boolean;
  /** Failed before, and passed in the end: Surefire's flakyFailure and flakyError. */
  readonly flaky: readonly JunitDetail[];
  /** It was run again, with whatever outcome. */
  readonly rerun: boolean;
}

export interface JunitDetail {
  readonly message: string;
  readonly text: string;
}

export interface JunitSuite {
  /** `testsuites` need not say what they hold: their suites do. */
  readonly kind: "testsuite" | "testsuites";
  readonly name: string;
  /** What the suite's attributes say; absent where they say nothing. */
  readonly said: Readonly<Partial<Record<"tests" | "failures" | "errors" | "skipped", number>>>;
  readonly cases: readonly JunitCase[];
  readonly suites: readonly JunitSuite[];
}

const repeated = new Set(["testsuite", "testcase", "failure", "error", "skipped", "flakyFailure", "flakyError", "rerunFailure", "rerunError"]);

/** Entities are not replaced by the parser, which makes a document's own ones harmless: `plain` knows the five of XML itself. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  processEntities: false,
  trimValues: false,
  isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && repeated.has(name),
});

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}

const text = z.string().transform(plain);
const count = z.string().regex(/^\d{1,9}$/, "must be a whole number").transform(Number).optional();

/** An element without attributes and children is a string. */
const element = <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess((value) => (typeof value === "string" ? { "#text": value } : value), z.object(shape));

const detailSchema = element({ "@message": text.default(""), "#text": text.default(""), stackTrace: z.unknown().optional() }).transform(
  (detail): JunitDetail => ({ message: detail["@message"], text: typeof detail.stackTrace === "string" ? plain(detail.stackTrace) : detail["#text"] }),
);
const details = z.array(detailSchema).default([]);

const caseSchema = element({
  "@name": text,
  "@classname": text.default(""),
  "@file": text.optional(),
  "@line": text.optional(),
  failure: details,
  error: details,
  skipped: z.array(z.unknown()).default([]),
  flakyFailure: details,
  flakyError: details,
  rerunFailure: details,
  rerunError: details,
}).transform(
  (found): JunitCase => ({
    name: found["@name"],
    classname: found["@classname"],
    ...(found["@file"] === undefined ? {} : { file: found["@file"] }),
    ...(found["@line"] === undefined ? {} : { line: found["@line"] }),
    failures: found.failure,
    errors: found.error,
    skipped: found.skipped.length > 0,
    flaky: [...found.flakyFailure, ...found.flakyError],
    rerun: found.flakyFailure.length + found.flakyError.length + found.rerunFailure.length + found.rerunError.length > 0,
  }),
);

const suiteSchema: z.ZodType<JunitSuite> = element({
  "@name": text.default(""),
  "@tests": count,
  "@failures": count,
  "@errors": count,
  "@skipped": count,
  testcase: z.array(caseSchema).default([]),
  testsuite: z.array(z.lazy(() => suiteSchema)).default([]),
}).transform((found) => {
  const said = { tests: found["@tests"], failures: found["@failures"], errors: found["@errors"], skipped: found["@skipped"] };
  return {
    kind: "testsuite" as const,
    name: found["@name"],
    said: Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    cases: found.testcase,
    suites: found.testsuite,
  };
});

/** One root, and nothing beside it. */
const around = { "?xml": z.unknown().optional(), "#text": z.string().regex(/^\s*$/).optional() };
const manySuites = z.strictObject({ ...around, testsuites: suiteSchema }).transform(({ testsuites }): JunitSuite => ({ ...testsuites, kind: "testsuites" }));
const oneSuite = z.strictObject({ ...around, testsuite: z.tuple([suiteSchema]) }).transform(({ testsuite }) => testsuite[0]);

/** Parses a JUnit report to its root. Throws UnreadableReportError, never returns half a report. */
export function parseJunitXml(xml: string): JunitSuite {
  if (xml.trim() === "") throw new UnreadableReportError("The tests left no JUnit report.");
  const document = parse(xml);
  const parsed = (typeof document === "object" && document !== null && "testsuites" in document ? manySuites : oneSuite).safeParse(document);
  if (parsed.success) return withComment(parsed.data, xml);
  const issue = parsed.error.issues[0];
  throw new UnreadableReportError(`The JUnit report is not of the form that this pipeline knows${issue === undefined ? "" : `: ${issue.path.map(String).join(".") || "top level"}: ${issue.message}`}.`, xml);
}

function parse(xml: string): unknown {
  try {
    SyntaxValidator.validate(xml);
    return parser.parse(xml);
  } catch (error) {
    // The parser forgives what the validator does not, and has limits of its own.
    throw new UnreadableReportError(`The JUnit report is cut off or not XML: ${error instanceof Error ? error.message : String(error)}`, xml);
  }
}

/** Node's own test runner says in a comment at the end how many tests there were. */
function withComment(root: JunitSuite, xml: string): JunitSuite {
  const tests = /<!-- tests (\d{1,9}) -->\s*<!-- suites \d+ -->/.exec(xml)?.[1];
  return tests === undefined || root.kind === "testsuite" || root.said.tests !== undefined ? root : { ...root, said: { ...root.said, tests: Number(tests) } };
}
