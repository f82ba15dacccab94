import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** What `dagger functions` and `dagger call … --help` show, read from the module's source. */

export interface ModuleArgument {
  /** As the command line has it: `aws-role-arn`. */
  readonly name: string;
  readonly isBoolean: boolean;
  readonly isRequired: boolean;
}

export interface ModuleFunctions {
  /** Arguments of the constructor: before the function's name. */
  readonly global: readonly ModuleArgument[];
  readonly functions: ReadonlyMap<string, { readonly args: readonly ModuleArgument[]; readonly returns: string }>;
}

const index = fileURLToPath(new URL("../../../dagger/src/index.ts", import.meta.url));

export function readModuleFunctions(path = index): ModuleFunctions {
  const ast = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const module = ast.statements.filter((statement) => ts.isClassDeclaration(statement)).find((each) => each.name?.text === "Gitops");
  if (module === undefined) throw new Error(`${path} has no class Gitops.`);
  const constructors = module.members.filter((member) => ts.isConstructorDeclaration(member));
  const methods = module.members.filter((member) => ts.isMethodDeclaration(member)).filter((method) => (ts.getDecorators(method) ?? []).some((decorator) => decorator.getText().startsWith("@func(")));
  return {
    global: constructors.flatMap((each) => argumentsOf(each)),
    functions: new Map(methods.map((method) => [kebab(method.name.getText()), { args: argumentsOf(method), returns: method.type?.getText() ?? "" }])),
  };
}

const argumentsOf = ({ parameters }: ts.ConstructorDeclaration | ts.MethodDeclaration): ModuleArgument[] =>
  parameters.map((parameter) => ({
    name: kebab(parameter.name.getText()),
    isBoolean: parameter.type?.kind === ts.SyntaxKind.BooleanKeyword,
    isRequired: parameter.initializer === undefined && parameter.questionToken === undefined && !hasDefaultPath(parameter),
  }));

const hasDefaultPath = (parameter: ts.ParameterDeclaration): boolean => (ts.getDecorators(parameter) ?? []).some((decorator) => decorator.getText().includes("defaultPath"));

/** As Dagger's command line writes a name. */
const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
