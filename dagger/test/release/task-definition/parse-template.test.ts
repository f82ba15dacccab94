import { ContainerDefinition$, HealthCheck$, LinuxParameters$, LogConfiguration$, PortMapping$, RegisterTaskDefinitionRequest$, Volume$ } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineOf, parseJsonNode, toJson } from "../../../src/release/task-definition/json-node.ts";
import { parseTemplate } from "../../../src/release/task-definition/parse-template.ts";
import { TemplateError } from "../../../src/release/task-definition/template-finding.ts";
import { containerSchema, templateSchema } from "../../../src/release/task-definition/template-schema.ts";
import { path, shop } from "../fixtures/task-definition.ts";

function findingsOf(text: string): string[] {
  try {
    parseTemplate(text, path);
  } catch (error) {
    if (error instanceof TemplateError) return error.findings.map(({ where, what }) => `${where}: ${what}`);
    throw error;
  }
  return [];
}

describe("JSON with lines", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        expect(toJson(parseJsonNode(JSON.stringify(value, null, indent)))).toEqual(value);
      }),
    );
  });

  it("refuses what JSON.parse refuses", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("{", "}", "[", "]", ",", ":", '"a"', '"b"', "1", "-", "01", "true", "tru", '"', "\n", " ", "\\")), (parts) => {
        const text = parts.join("");
        const read = (parse: (text: string) => unknown): boolean => {
          try {
            parse(text);
            return true;
          } catch (error) {
            if (error instanceof SyntaxError) return false;
            throw error;
          }
        };
        // Ours refuses a key that comes twice, too.
        if (read(parseJsonNode)) expect(read(JSON.parse)).toBe(true);
        else if (read(JSON.parse)) expect(() => parseJsonNode(text)).toThrow("for the second time");
      }),
      { numRuns: 2000 },
    );
  });

  it("knows the line of each member and element, and of what lacks one", () => {
    const root = parseJsonNode('{\n  "a": [\n    1,\n    { "b":\n "c" }\n  ],\n  "d": 2\n}');
    expect([[], ["a"], ["a", 0], ["a", 1], ["a", 1, "b"], ["a", 1, "x"], ["a", 7], ["d"], ["x", "y"]].map((of) => lineOf(root, of))).toEqual([1, 2, 3, 4, 4, 4, 2, 7, 1]);
  });
});

describe("a template", () => {
  it("is taken when it has what RegisterTaskDefinition has", () => {
    expect(findingsOf(JSON.stringify(shop()))).toEqual([]);
  });

  it.each([
    ["nothing", "", `${path}: It is empty.`],
    ["a comment", '{\n  // the family\n  "family": "x" }', `${path}:2: It is not JSON: the line has // where a key in quotes belongs.`],
    ["a comma too many", '{ "family": "x",\n}', `${path}:2: It is not JSON: the line has } where a key in quotes belongs.`],
    ["no end", '{ "family": "x"\n', `${path}:2: It is not JSON: the line has the end of the file where , or } belongs.`],
    ["two things", '{}\n{}', `${path}:2: It is not JSON: the line has { where the end of the file belongs.`],
    ["a text without end", '{ "family": "x }', `${path}:1: It is not JSON: the line has " where a value belongs.`],
    ["a key twice", '{ "family": "x",\n "family": "y" }', `${path}:2: It is not JSON: the line has the key "family" for the second time.`],
    ["a list", "[]", `${path}:1: The task definition must be an object.`],
  ])("that is %s is refused with its line", (_name, text, expected) => {
    expect(findingsOf(text)).toEqual([expected]);
  });

  it("is refused with every fault of its shape at once, each with its line", () => {
    const text = ["{", '"family": 1,', '"cpus": "256",', '"containerDefinitions": [{', '"name": "web", "image": "x",', '"portMapping": [],', '"portMappings": [{ "containerPort": "80" }],', '"healthCheck": {}', "}]", "}"].join("\n");
    expect(findingsOf(text)).toEqual([
      `${path}:2: family must be a text in quotes.`,
      `${path}:7: containerDefinitions[0].portMappings[0].containerPort must be a number, without quotes.`,
      `${path}:8: containerDefinitions[0].healthCheck.command is missing.`,
      `${path}:6: containerDefinitions[0].portMapping is not known to RegisterTaskDefinition.`,
      `${path}:3: cpus is not known to RegisterTaskDefinition.`,
    ]);
  });

  it("says in its error what was not done, and what to do", () => {
    expect(() => parseTemplate("{}", path)).toThrow(
      expect.objectContaining({ code: "BAD_TEMPLATE", exitCode: 2, message: [`${path} cannot be used; nothing was changed.`, `  ${path}:1: family is missing. Add it: it must be a text in quotes.`, `  ${path}:1: containerDefinitions is missing. Add it: it must be a list.`, "Mend these and run again."].join("\n") }) as Error,
    );
  });
});

it("has the members that the SDK's RegisterTaskDefinition has", () => {
  const members = (schema: unknown): string[] => ((schema as readonly unknown[])[4] as string[]).toSorted();
  const keys = (schema: { readonly shape: object }): string[] => Object.keys(schema.shape).toSorted();
  const { healthCheck, linuxParameters, logConfiguration, portMappings } = containerSchema.shape;
  expect(keys(templateSchema)).toEqual(members(RegisterTaskDefinitionRequest$));
  expect(keys(containerSchema)).toEqual(members(ContainerDefinition$));
  expect(keys(healthCheck.unwrap())).toEqual(members(HealthCheck$));
  expect(keys(linuxParameters.unwrap())).toEqual(members(LinuxParameters$));
  expect(keys(logConfiguration.unwrap())).toEqual(members(LogConfiguration$));
  expect(keys(portMappings.unwrap().element)).toEqual(members(PortMapping$));
  expect(keys(templateSchema.shape.volumes.unwrap().element)).toEqual(members(Volume$));
});
