import type { Step, StepFiles } from "../../src/engine/engine.ts";
import { notesBlocks, stack, type Bodies } from "../support/terraform.ts";

/** Terraform JSON: path -> text. */
interface InfrastructureCase {
  readonly shows: string;
  readonly files: Readonly<Record<string, string>>;
  /** What happens to the scanners' input on its way: a tool that sees less than it was to see. */
  readonly spoil?: (step: Step) => Step;
}

const path = "infra/cdktf.out/stacks/notes-dev/cdk.tf.json";
const one = (blocks: Bodies, more: Parameters<typeof stack>[1] = {}): Record<string, string> => ({ [path]: stack(blocks, more) });
const withTexts = (change: (file: StepFiles & { from: "text" }) => readonly StepFiles[]) => (step: Step): Step => ({ ...step, files: step.files.flatMap((file) => (file.from === "text" ? change(file) : [file])) });

const faults: Bodies = {
  "aws_security_group.office": { name: "office", description: "For the office", vpc_id: "vpc-1" },
  "aws_vpc_security_group_ingress_rule.ssh": { description: "SSH", security_group_id: "${aws_security_group.office.id}", cidr_ipv4: "0.0.0.0/0", ip_protocol: "tcp", from_port: 22, to_port: 22 },
  "aws_db_instance.office": { engine: "postgres", instance_class: "db.t4g.micro", storage_encrypted: false, publicly_accessible: true, password: "correct-horse" },
};

export const infrastructureCases: Readonly<Record<string, InfrastructureCase>> = {
  clean: { shows: "a web application on ECS with nothing grave", files: one(notesBlocks) },
  faults: { shows: "SSH for everybody, and a public database", files: one({ ...notesBlocks, ...faults }) },
  "two-stacks": {
    shows: "a stack with faults, and one without a resource",
    files: { "infra/cdktf.out/stacks/empty/cdk.tf.json": stack({}), ...one(faults) },
  },
  "inline-rules": { shows: "SSH for everybody in a rule inside of its group", files: one({ "aws_security_group.office": { name: "office", description: "x", ingress: [{ description: "SSH", from_port: 22, to_port: 22, protocol: "tcp", cidr_blocks: ["0.0.0.0/0"], ipv6_cidr_blocks: null, self: null }] } }) },
  "same-name": { shows: "resources of several types with one name", files: one({ "aws_ebs_volume.main": { size: 1 }, "aws_s3_bucket.main": {}, "aws_sns_topic.main": {} }) },
  awkward: {
    shows: "what is JSON and no YAML: control characters, tabs, other alphabets, templates with quotes",
    files: { "infra/größe (neu)/main.tf.json": stack({ "aws_ebs_volume.main": { size: 1, tags: { "größe:€": "a\tb\u0007\u0085\u007f \"q\" \\ \b\f 😀 $${no} /" } }, "aws_ebs_volume.templates": { size: 1, name: '${join("-", ["a\\"b", "${upper("x}")}"])} "q" %{if true}"y"%{endif} $${x}' } }).replace('/"', '\\/"') },
  },
  "several-of-one": { shows: "resources that are there several times, or not at all", files: one({ "aws_ebs_volume.many": { size: 1, count: 2 }, "aws_ebs_volume.each": { size: 1, for_each: { a: 1, b: 2 } }, "aws_ebs_volume.none": { size: 1, count: 0 } }) },
  "unknown-types": { shows: "resources that no rule is about", files: one({ "example_thing.a": { size: 1 } }) },
  "rule-crashes": { shows: "a policy on which one of Checkov's rules crashes", files: one({ "aws_s3_bucket_policy.main": { policy: '{"Statement": [5, "a"]}' }, "aws_ebs_volume.main": { size: 1 } }) },
  "no-template": { shows: "a text that is no template, which Terraform and Trivy cannot parse", files: one({ "aws_ebs_volume.main": { size: 1, name: "${" } }) },
  "nothing-there": { shows: "no file where the files were to be", files: one(faults), spoil: withTexts(() => []) },
  "cut-off": { shows: "a file that is cut off on its way", files: one(faults), spoil: withTexts((file) => [{ ...file, content: file.content.slice(0, -40) }]) },
  "half-of-it": { shows: "one of two files", files: { "infra/other.tf.json": stack(faults), ...one(faults) }, spoil: (step) => ({ ...step, files: step.files.slice(0, 1) }) },
};
