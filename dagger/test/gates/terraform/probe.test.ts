import { describe, expect, it } from "vitest";
import { probeAddress, withProbe } from "../../../src/gates/terraform/probe.ts";
import { parseTerraform } from "../../../src/gates/terraform/terraform-json.ts";
import { notesBlocks, stack } from "../../support/terraform.ts";

const path = "infra/main.tf.json";
const probed = (text: string): ReturnType<typeof withProbe> => withProbe(parseTerraform({ path, text }));

describe("the fault that is planted in a document", () => {
  it("is the last thing in it, whatever else there is", () => {
    const { text } = probed(stack({ "aws_ebs_volume.own": {}, "aws_vpc.main": {} }, { zzz: {} }));
    expect(text.indexOf("gitops_probe")).toBeGreaterThan(text.indexOf("zzz"));
    expect(text.trimEnd().split("\n").slice(-5)).toEqual(['        "encrypted": false', "      }", "    }", "  }", "}"]);
    expect(JSON.parse(text)).toMatchObject({ resource: { aws_ebs_volume: { own: {}, gitops_probe: { encrypted: false } }, aws_vpc: { main: {} } } });
  });

  it("is planted where there is no resource too", () => {
    expect(JSON.parse(probed('{"locals": {"a": 1}}').text)).toEqual({ locals: { a: 1 }, resource: { aws_ebs_volume: { gitops_probe: { availability_zone: "eu-central-1a", size: 1, encrypted: false } } } });
  });

  it("is refused where the document has its name: an own fault would hide behind it", () => {
    expect(() => probed(stack({ "aws_ebs_volume.gitops_probe": {} }))).toThrow("infra/main.tf.json has a resource aws_ebs_volume.gitops_probe, a name that this pipeline keeps for itself: rename it.");
  });
});

describe("a line of the printed document", () => {
  it("is known by what stands there, for every line of every block", () => {
    const { text, addressAt } = probed(stack({ ...notesBlocks, "aws_vpc.empty": {}, "data.aws_vpc.other": { tags: {} } }, { module: { network: { source: "x" } }, locals: { a: [], b: { c: 1 } } }));
    const lines = text.split("\n");
    let expected: string | undefined;
    const stackOfKeys: string[] = [];
    for (const [index, line] of lines.entries()) {
      const indent = (/^ */.exec(line)?.[0].length ?? 0) / 2;
      const key = /^ *"([^"]+)": /.exec(line)?.[1];
      if (key !== undefined) {
        stackOfKeys.length = indent - 1;
        stackOfKeys.push(key);
        const [kind = "", first = "", second] = stackOfKeys;
        const deep = kind === "resource" || kind === "data";
        expected = stackOfKeys.length === (deep ? 3 : 2) ? `${deep ? (kind === "data" ? "data." : "") : `${kind}.`}${deep ? `${first}.${second ?? ""}` : first}` : stackOfKeys.length < (deep ? 3 : 2) ? undefined : expected;
        expect([index + 1, addressAt(index + 1)]).toEqual([index + 1, expected]);
      }
    }
    expect(addressAt(1)).toBeUndefined();
    expect(addressAt(lines.length)).toBeUndefined();
    expect(text.split("\n").some((_, index) => addressAt(index + 1) === probeAddress)).toBe(true);
  });

  it("is printed in characters that every parser takes", () => {
    expect(probed(stack({ "aws_vpc.main": { tags: { a: "größe \u0085\u007f\t😀" } } })).text).toMatch(/^[\n\x20-\x7e]*$/);
  });
});
