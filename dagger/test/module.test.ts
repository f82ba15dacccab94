import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { gateNames } from "../src/report/schema.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));
const text = (path: string): string => readFileSync(posix.join(folder, path), "utf8");
const json = <Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> => schema.parse(JSON.parse(text(path)));

const sources = readdirSync(posix.join(folder, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, ast: ts.createSourceFile(name, text(`src/${name}`), ts.ScriptTarget.Latest, true) }));
const index = sources.find((source) => source.name === "index.ts");

/** In their order in index.ts. */
const releaseFunctions = ["push", "renderTaskDefinition", "plan", "preflight", "deploy", "rehearse", "status", "history", "promote", "rollback", "rehearsal"];
/** In their order in index.ts. */
const ciFunctions = ["synth", "infrastructurePlan", "infrastructureApply", "verdict"];
/** In their order in index.ts. */
const gateFunctions = ["secrets", "staticAnalysis", "unitTests", "dependencies", "codeQuality", "infrastructure", "imageScan", "dockerfiles", "licences", "sbomComplete"];

const packageSchema = z.object({ name: z.string(), license: z.string(), dependencies: z.record(z.string(), z.string()) });

describe("the Dagger module", () => {
  it("has the compiler options of the repository's root, as it may not extend them", () => {
    const options = z.object({ compilerOptions: z.record(z.string(), z.unknown()), extends: z.undefined().optional() });
    expect(json("tsconfig.json", options).compilerOptions).toEqual(json("../tsconfig.json", options).compilerOptions);
  });

  it("type-checks by itself", async () => {
    const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
    await expect(promisify(execFile)(process.execPath, [tsc, "--project", folder, "--noEmit"])).resolves.toMatchObject({ stdout: "" });
  });

  it("has a lock file of its own that fits its package.json and names no download address", () => {
    const lock = json("package-lock.json", z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional(), resolved: z.string().optional(), dependencies: z.record(z.string(), z.string()).optional() })) }));
    const { dependencies } = json("package.json", packageSchema);
    expect(lock.packages[""]?.dependencies).toEqual(dependencies);
    for (const name of Object.keys(dependencies)) expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, expect.any(String)]);
    expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  it("imports only itself and what its package.json names", () => {
    // The runtime puts the SDK there by itself.
    const given = ["@dagger.io/dagger", "@dagger.io/dagger/telemetry", ...Object.keys(json("package.json", packageSchema).dependencies)];
    const imports = sources.flatMap(({ name, ast }) => ast.statements.filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)).flatMap(({ moduleSpecifier }) => (moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? [{ name, from: moduleSpecifier.text }] : [])));
    const strange = imports.filter(({ name, from }) => !given.includes(from) && !from.startsWith("node:") && (!from.startsWith(".") || posix.join(posix.dirname(name), from).startsWith("..")));
    expect(strange).toEqual([]);
    expect(imports.length).toBeGreaterThan(20);
  });

  it("has decorators in index.ts alone, and Node runs everything else as it is", () => {
    for (const { name, ast } of sources) {
      if (name === "index.ts") continue;
      expect([name, decoratorsIn(ast)]).toEqual([name, 0]);
      expect(() => stripTypeScriptTypes(ast.text, { mode: "strip" }), name).not.toThrow();
    }
    expect(index === undefined ? 0 : decoratorsIn(index.ast)).toBeGreaterThan(0);
  });

  it("does nothing when it is imported, as every file is at every call", () => {
    const acting = sources.flatMap(({ name, ast }) => ast.statements.filter((statement) => ts.isExpressionStatement(statement) || ts.isForOfStatement(statement) || ts.isIfStatement(statement)).map(() => name));
    expect(acting).toEqual([]);
  });

  it("exports each name once: the SDK finds types by name alone", () => {
    const names = sources.flatMap(({ name, ast }) => exportedNames(ast).map((exported) => ({ exported, name })));
    expect(names.filter(({ exported }, at) => names.findIndex((other) => other.exported === exported) !== at)).toEqual([]);
  });

  it("never lets Dagger keep a function's answer: allow lists expire, tags move, and AWS changes", () => {
    expect(functions().map((method) => [method.name.getText(), decoratorText(method)])).toEqual(
      ["pipeline", "runPipeline", "report", ...gateFunctions.toSpliced(-1, 0, "sbom"), "imagesBuild", "build", "buildService", ...releaseFunctions, ...ciFunctions].map((name) => [name, '@func({ cache: "never" })']),
    );
  });

  it("has a check for each gate, so that `dagger check` runs them all", () => {
    const checks = functions().filter((method) => ts.getDecorators(method)?.some((decorator) => decorator.getText() === "@check()"));
    expect(checks.map((method) => method.name.getText())).toEqual([...gateFunctions, "imagesBuild"]);
    const asked = checks.map((method) => /this\.gate\("([a-z-]+)", source\)/.exec(method.getText())?.[1]);
    expect(asked.toSorted()).toEqual([...gateNames].toSorted());
  });

  it("explains every function and every argument in its help", () => {
    const constructors = classes().filter((each) => each.name?.text === "Gitops").flatMap((each) => each.members.filter((member) => ts.isConstructorDeclaration(member)));
    for (const method of [...functions(), ...constructors]) {
      const name = ts.isConstructorDeclaration(method) ? "constructor" : method.name.getText();
      if (name !== "constructor") expect([name, ts.getJSDocCommentsAndTags(method).length]).toEqual([name, expect.toSatisfy((count: number) => count > 0)]);
      expect([name, method.parameters.filter((parameter) => ts.getJSDocParameterTags(parameter).length === 0).map((parameter) => parameter.name.getText())]).toEqual([name, []]);
    }
  });
});

function decoratorsIn(ast: ts.SourceFile): number {
  let count = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isDecorator(node)) count += 1;
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return count;
}

function exportedNames(ast: ts.SourceFile): string[] {
  return ast.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement) || ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) !== true) return [];
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
    return "name" in statement ? [(statement.name as ts.Identifier).getText()] : [];
  });
}

function classes(): ts.ClassDeclaration[] {
  return index?.ast.statements.filter((statement) => ts.isClassDeclaration(statement)) ?? [];
}

/** The functions that `dagger functions` lists. */
function functions(): ts.MethodDeclaration[] {
  return classes().flatMap((each) => each.members.filter((member) => ts.isMethodDeclaration(member)).filter((method) => decoratorText(method) !== ""));
}

const decoratorText = (method: ts.MethodDeclaration): string => ts.getDecorators(method)?.[0]?.getText() ?? "";
