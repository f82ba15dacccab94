import { describe, expect, it } from "vitest";
import { parseTerraform } from "../../../src/gates/terraform/terraform-json.ts";
import { stack } from "../../support/terraform.ts";

const path = "infra/cdktf.out/stacks/notes-dev/cdk.tf.json";

describe("Terraform JSON", () => {
  it("is read: resources, data sources and modules, each with its address and where it stands in the code", () => {
    const document = parseTerraform({ path, text: stack({ "aws_vpc.main": { cidr_block: "10.0.0.0/16" }, "data.aws_vpc.other": {} }, { module: { network: { source: "./network" } } }) });
    expect(document).toMatchObject({
      path,
      folder: "infra/cdktf.out/stacks/notes-dev",
      blocks: [
        { kind: "resource", address: "aws_vpc.main", constructPath: "notes-dev/main", body: { cidr_block: "10.0.0.0/16" } },
        { kind: "data", address: "data.aws_vpc.other", constructPath: "notes-dev/other" },
      ],
      modules: ["network"],
    });
  });

  it("may have comments wherever a name may stand, and no metadata", () => {
    const text = '{"//": "a", "resource": {"//": "b", "aws_vpc": {"//": ["c"], "main": {"//": "d"}}}}';
    const { blocks } = parseTerraform({ path, text });
    expect(blocks).toEqual([{ kind: "resource", type: "aws_vpc", name: "main", address: "aws_vpc.main", body: { "//": "d" } }]);
  });

  it.each([
    ["empty", "", "is empty."],
    ["blank", " \n", "is empty."],
    ["cut off", '{"resource": {"aws_vpc"', "is cut off or not JSON (23 characters)."],
    ["a text", "resource", "is cut off or not JSON (8 characters)."],
    ["a list", "[]", /is not of the form that this pipeline knows: top level: /],
    ["null", "null", /is not of the form that this pipeline knows: top level: /],
    ["with a list of resources", '{"resource": [{"aws_vpc": {"main": {}}}]}', /is not of the form that this pipeline knows: resource: /],
    ["with a list of blocks", '{"resource": {"aws_vpc": {"main": [{}]}}}', /is not of the form that this pipeline knows: resource\.aws_vpc\.main: /],
    ["with a resource that is null", '{"resource": {"aws_vpc": {"main": null}}}', /is not of the form that this pipeline knows: resource\.aws_vpc\.main: /],
    ["with a key twice, of which JSON.parse would drop the first", '{"resource": {"aws_vpc": {"a": {}}}, "resource" : {"aws_vpc": {"b": {}}}}', "has a key twice in one object: which one counts is not known."],
    ["with a key twice, once escaped", '{"resource": {"aws_vpc": {"a": {"x": 1, "\\u0078": 2}}}}', "has a key twice in one object: which one counts is not known."],
  ])("is refused, by its name: %s", (_what, text, message) => {
    expect(() => parseTerraform({ path, text })).toThrow(expect.objectContaining({ name: "UnreadableReportError", message: typeof message === "string" ? `${path} ${message}` : (expect.stringMatching(message) as string) }));
  });

  it.each(["override.tf.json", "main_override.tf.json"])("is refused where it overrides other files: %s", (name) => {
    expect(() => parseTerraform({ path: `infra/${name}`, text: "{}" })).toThrow(`infra/${name} overrides other files, which only Terraform itself can put together.`);
  });

  it("is not taken for one with a key twice for what its texts say", () => {
    expect(() => parseTerraform({ path, text: JSON.stringify({ locals: { a: '{"x": 1, "x": 2}', b: 'quo"te": ', c: "\\" } }) })).not.toThrow();
  });
});
