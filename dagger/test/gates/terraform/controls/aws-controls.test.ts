import { describe, expect, it } from "vitest";
import { awsControls } from "../../../../src/gates/posture.ts";
import { controlsOf, controlsUnknown } from "../../../../src/gates/terraform/controls/aws-controls.ts";
import { parseTerraform } from "../../../../src/gates/terraform/terraform-json.ts";
import { notesBlocks, stack, without, type Bodies, type Json } from "../../../support/terraform.ts";

type Name = keyof typeof awsControls;
const path = "infra/cdktf.out/stacks/notes-dev/cdk.tf.json";
/** The control's note; undefined when it is active. */
function noteOf(name: Name, blocks: Bodies, more: Readonly<Record<string, Json>> = {}): string | undefined {
  const control = controlsOf([parseTerraform({ path, text: stack(blocks, more) })]).find((candidate) => candidate.control === awsControls[name].control);
  expect(control).toMatchObject({ ...awsControls[name], mode: "aws", state: control?.note === undefined ? "active" : "unavailable" });
  return control?.note;
}

const change = (address: string, body: { readonly [key: string]: Json }): Bodies => ({ ...notesBlocks, [address]: { ...notesBlocks[address], ...body } });

describe("what AWS is told to do", () => {
  it("is all of it, for a stack that has all of it", () => {
    expect(controlsOf([parseTerraform({ path, text: stack(notesBlocks) })])).toEqual(Object.values(awsControls).map((control) => ({ ...control, mode: "aws", state: "active" })));
  });

  it("is not known of an empty stack, and each says what is missing", () => {
    const controls = controlsOf([parseTerraform({ path, text: stack({}) })]);
    expect(controls.map(({ state, note }) => [state, note])).toEqual([
      ["unavailable", "there is no aws_ecr_repository and no aws_ecr_registry_scanning_configuration for all of them"],
      ["unavailable", "there is no aws_cloudtrail"],
      ["unavailable", "there is no aws_guardduty_detector"],
      ["unavailable", "there is no aws_security_group"],
      ["unavailable", "there is no aws_iam_openid_connect_provider"],
    ]);
  });

  it("is not known without Terraform JSON, and says why", () => {
    expect(controlsUnknown("synth failed")).toEqual(Object.values(awsControls).map((control) => ({ ...control, mode: "aws", state: "unavailable", note: "synth failed" })));
  });

  it("may stand in several stacks, of which names belong to one only", () => {
    const other = stack({ "aws_security_group.balancer": {}, "aws_vpc_security_group_ingress_rule.open": { security_group_id: "${aws_security_group.balancer.id}", cidr_ipv4: "0.0.0.0/0", ip_protocol: "tcp", from_port: 443, to_port: 443 } });
    const controls = controlsOf([parseTerraform({ path, text: stack(notesBlocks) }), parseTerraform({ path: "infra/cdktf.out/stacks/notes-test/cdk.tf.json", text: other })]);
    expect(controls.filter(({ state }) => state === "unavailable").map(({ note }) => note)).toEqual(["aws_vpc_security_group_ingress_rule.open lets everybody in, and not to a listener of the load balancer"]);
  });

  it("is shortened where much is missing", () => {
    const repositories = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`aws_ecr_repository.${name}`, {}]));
    expect(noteOf("scanOnPush", repositories)).toBe("aws_ecr_repository.a does not set scan_on_push to true; aws_ecr_repository.b does not set scan_on_push to true; aws_ecr_repository.c does not set scan_on_push to true; and 2 more");
  });
});

const none = "aws_ecr_repository.a does not set scan_on_push to true";
const registry = (body: { readonly [key: string]: Json }): Bodies => ({ "aws_ecr_repository.a": {}, "aws_ecr_registry_scanning_configuration.all": body });
const everything = { filter: "*", filter_type: "WILDCARD" };

describe("images scanned on push", () => {
  it.each<[string, Bodies, string | undefined]>([
    ["an object", { "aws_ecr_repository.a": { image_scanning_configuration: { scan_on_push: true } } }, undefined],
    ["a list", { "aws_ecr_repository.a": { image_scanning_configuration: [{ scan_on_push: true }] } }, undefined],
    ["set to false", { "aws_ecr_repository.a": { image_scanning_configuration: { scan_on_push: false } } }, none],
    ["a text", { "aws_ecr_repository.a": { image_scanning_configuration: { scan_on_push: "${var.scan}" } } }, none],
    ["one of two", { "aws_ecr_repository.a": {}, "aws_ecr_repository.b": { image_scanning_configuration: { scan_on_push: true } } }, none],
    ["the whole registry", registry({ rule: [{ scan_frequency: "SCAN_ON_PUSH", repository_filter: [everything] }] }), undefined],
    ["the whole registry, all the time", registry({ rule: { scan_frequency: "CONTINUOUS_SCAN", repository_filter: everything } }), undefined],
    ["a part of the registry", registry({ rule: [{ scan_frequency: "SCAN_ON_PUSH", repository_filter: [{ filter: "notes-*", filter_type: "WILDCARD" }] }] }), none],
    ["the registry by hand", registry({ rule: [{ scan_frequency: "MANUAL", repository_filter: [everything] }] }), none],
    ["a registry that may not come to be", registry({ count: "${var.scan}", rule: [{ scan_frequency: "SCAN_ON_PUSH", repository_filter: [everything] }] }), none],
    ["a repository that does not come to be", { "aws_ecr_repository.a": { count: 0 }, "aws_ecr_repository.b": { image_scanning_configuration: { scan_on_push: true } } }, undefined],
  ])("by %s", (_what, blocks, note) => {
    expect(noteOf("scanOnPush", blocks)).toBe(note);
  });
});

const trail = { is_multi_region_trail: true, enable_log_file_validation: true };

describe("every API call recorded", () => {
  it.each<[string, { readonly [key: string]: Json }, string | undefined]>([
    ["a trail of all regions with validation", trail, undefined],
    ["one region", { ...trail, is_multi_region_trail: false }, "aws_cloudtrail.t does not set is_multi_region_trail to true"],
    ["one region, by default", { enable_log_file_validation: true }, "aws_cloudtrail.t does not set is_multi_region_trail to true"],
    ["no validation", { is_multi_region_trail: true }, "aws_cloudtrail.t does not set enable_log_file_validation to true"],
    ["a trail that is off", { ...trail, enable_logging: false }, "aws_cloudtrail.t does not leave enable_logging true"],
    ["a trail without global services", { ...trail, include_global_service_events: false }, "aws_cloudtrail.t does not leave include_global_service_events true"],
    ["a trail that may be off", { ...trail, enable_logging: "${var.on}" }, "aws_cloudtrail.t does not leave enable_logging true"],
    ["a trail that may not be", { ...trail, count: "${var.on ? 1 : 0}" }, "it depends on its count whether aws_cloudtrail.t exists"],
    ["a trail that is not", { ...trail, count: 0 }, "there is no aws_cloudtrail"],
    ["one of a list", { ...trail, for_each: { a: 1 } }, undefined],
    ["one of an empty list", { ...trail, for_each: {} }, "it depends on its count whether aws_cloudtrail.t exists"],
    ["all management events", { ...trail, event_selector: [{ read_write_type: "All", include_management_events: true }] }, undefined],
    ["reads only", { ...trail, event_selector: [{ read_write_type: "ReadOnly" }] }, "aws_cloudtrail.t leaves out calls by its event selectors"],
    ["data events only", { ...trail, event_selector: { include_management_events: false } }, "aws_cloudtrail.t leaves out calls by its event selectors"],
    ["all but one service", { ...trail, event_selector: [{ exclude_management_event_sources: ["kms.amazonaws.com"] }] }, "aws_cloudtrail.t leaves out calls by its event selectors"],
    ["selectors that are known when applied", { ...trail, event_selector: "${var.selectors}" }, "aws_cloudtrail.t leaves out calls by its event selectors"],
    ["advanced: management events", { ...trail, advanced_event_selector: [{ field_selector: [{ field: "eventCategory", equals: ["Data"] }] }, { field_selector: [{ field: "eventCategory", equals: ["Management"] }] }] }, undefined],
    ["advanced: writes only", { ...trail, advanced_event_selector: [{ field_selector: [{ field: "eventCategory", equals: ["Management"] }, { field: "readOnly", equals: ["false"] }] }] }, "aws_cloudtrail.t leaves out calls by its event selectors"],
  ])("by %s", (_what, body, note) => {
    expect(noteOf("auditTrail", { "aws_cloudtrail.t": body })).toBe(note);
  });

  it("by one of several trails, whatever the others are for", () => {
    expect(noteOf("auditTrail", { "aws_cloudtrail.reads": { event_selector: [{ read_write_type: "ReadOnly" }] }, "aws_cloudtrail.all": trail })).toBeUndefined();
  });
});

describe("threats detected", () => {
  it.each<[string, { readonly [key: string]: Json }, string | undefined]>([
    ["a detector", {}, undefined],
    ["a detector that is on", { enable: true }, undefined],
    ["a detector that is off", { enable: false }, "aws_guardduty_detector.d does not leave enable true"],
    ["a detector that may be off", { enable: "${var.on}" }, "aws_guardduty_detector.d does not leave enable true"],
    ["a detector that may not be", { count: "${var.on}" }, "it depends on its count whether aws_guardduty_detector.d exists"],
    ["a detector that is not", { count: 0 }, "there is no aws_guardduty_detector"],
  ])("by %s", (_what, body, note) => {
    expect(noteOf("threatDetection", { "aws_guardduty_detector.d": body })).toBe(note);
  });
});

const https = "aws_vpc_security_group_ingress_rule.https";
const everybody = `${https} lets everybody in, and not to a listener of the load balancer`;
const rule = (address: string, body: { readonly [key: string]: Json }): Bodies => ({ ...notesBlocks, [address]: body });
const old = "aws_security_group_rule.old";
const oldOpen = `${old} lets everybody in, and not to a listener of the load balancer`;
const oldRule = (body: { readonly [key: string]: Json }): Bodies => rule(old, { security_group_id: "${aws_security_group.balancer.id}", type: "ingress", protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"], ...body });
const out = "aws_vpc_security_group_egress_rule.out";
const allOut = `${out} lets everything out to everywhere: name one port`;
const inline = "aws_security_group.task has its ingress rules inside, where not every tool sees them: make each a resource";

describe("a least-privilege network", () => {
  it.each<[string, Bodies, string | undefined]>([
    ["lets everybody in to a listener", notesBlocks, undefined],
    ["by IPv6 too", change(https, { cidr_ipv4: null, cidr_ipv6: "::/0" }), undefined],
    ["by an older kind of rule too", oldRule({}), undefined],
    ["with a port written as text", oldRule({ from_port: "443", to_port: "443", protocol: "6" }), undefined],
    ["not to a port without a listener", change(https, { from_port: 22, to_port: 22 }), everybody],
    ["not to a range of ports around it", change(https, { from_port: 1, to_port: 443 }), everybody],
    ["not by every protocol", change(https, { ip_protocol: "-1" }), everybody],
    ["not by UDP", change(https, { ip_protocol: "udp" }), everybody],
    ["not without a port", change(https, { from_port: null, to_port: null }), everybody],
    ["not to a port that is known when applied", change(https, { from_port: "${var.port}", to_port: "${var.port}" }), everybody],
    ["not to the tasks, on the listener's port", change(https, { security_group_id: "${aws_security_group.task.id}" }), everybody],
    ["not to a group that is not of this stack", change(https, { security_group_id: "sg-0123456789abcdef0" }), everybody],
    ["not to a listener whose balancer has another group", change("aws_lb.balancer", { security_groups: ["${aws_security_group.task.id}"] }), everybody],
    ["not to half of the internet, either half", change(https, { cidr_ipv4: "128.0.0.0/1", from_port: 22, to_port: 22 }), everybody],
    ["not to half of the internet by IPv6", change(https, { cidr_ipv4: null, cidr_ipv6: "2000::/3", from_port: 22, to_port: 22 }), everybody],
    ["not by the second of two ranges", oldRule({ cidr_blocks: ["10.0.0.0/16", "0.0.0.0/0"], from_port: 22, to_port: 22 }), oldOpen],
    ["not by a rule whose direction is known when applied", oldRule({ type: "${var.type}", from_port: 22, to_port: 22 }), oldOpen],
    ["lets an office in", change(https, { cidr_ipv4: "203.0.113.0/24", from_port: 22, to_port: 22 }), undefined],
    ["lets its own network in", change(https, { cidr_ipv4: "${aws_vpc.vpc.cidr_block}", from_port: 22, to_port: 22 }), undefined],
    ["says nothing of a range that is known when applied", change(https, { cidr_ipv4: "${var.range}" }), `${https} names \${var.range}, which is known only when it is applied`],
    ["says nothing of ranges that are known when applied", oldRule({ cidr_blocks: "${var.ranges}" }), `${old} names \${var.ranges}, which is known only when it is applied`],
    ["lets AWS's own lists in", change(https, { cidr_ipv4: null, prefix_list_id: "${data.aws_ec2_managed_prefix_list.cloudfront.id}" }), undefined],
    ["says nothing of lists of its own", change(https, { cidr_ipv4: null, prefix_list_id: "${aws_ec2_managed_prefix_list.all.id}" }), `${https} names \${aws_ec2_managed_prefix_list.all.id}, which is known only when it is applied`],
    ["lets one port out to everywhere", notesBlocks, undefined],
    ["does not let all ports out to everywhere", change(out, { ip_protocol: "-1", from_port: null, to_port: null }), allOut],
    ["does not let a range of ports out to everywhere", change(out, { from_port: 0, to_port: 65535 }), allOut],
    ["does not let everything out by an older kind of rule", oldRule({ type: "egress", protocol: "-1", from_port: 0, to_port: 0 }), `${old} lets everything out to everywhere: name one port`],
    ["lets everything out to its own network", change(out, { cidr_ipv4: "10.0.0.0/16", ip_protocol: "-1" }), undefined],
    ["has no rules inside of a group", change("aws_security_group.task", { ingress: [{ cidr_blocks: ["10.0.0.0/16"] }] }), inline],
    ["nor ones that are known when applied", change("aws_security_group.task", { ingress: "${var.rules}" }), inline],
    ["nor inside of the default group", change("aws_default_security_group.default", { egress: [{}] }), "aws_default_security_group.default has its egress rules inside, where not every tool sees them: make each a resource"],
    ["takes an empty list for none", change("aws_security_group.task", { ingress: [], egress: [] }), undefined],
    ["leaves no service in the default group", change("aws_ecs_service.service", { network_configuration: { subnets: [] } }), "aws_ecs_service.service names no security group"],
    ["leaves no balancer in the default group", { ...notesBlocks, "aws_lb.other": {} }, "aws_lb.other names no security group"],
    ["asks no network balancer for a group", { ...notesBlocks, "aws_lb.other": { load_balancer_type: "network" } }, undefined],
    ["does not count a rule that does not come to be", change(https, { count: 0, from_port: 22, to_port: 22 }), undefined],
    ["counts a rule that may come to be", change(https, { count: "${var.n}", from_port: 22, to_port: 22 }), everybody],
  ])("%s", (_what, blocks, note) => {
    expect(noteOf("securityGroups", blocks)).toBe(note);
  });

  it("is not known where a module may hold more", () => {
    expect(noteOf("securityGroups", notesBlocks, { module: { network: { source: "./network" } } })).toBe("module.network is not looked into");
  });
});

const provider = { "aws_iam_openid_connect_provider.github": { url: "https://token.actions.githubusercontent.com" } };
const arn = "${aws_iam_openid_connect_provider.github.arn}";
const sub = "token.actions.githubusercontent.com:sub";
const policy = (statement: { readonly [key: string]: Json } | readonly Json[]): Bodies => ({ ...provider, "aws_iam_role.r": { assume_role_policy: JSON.stringify({ Version: "2012-10-17", Statement: statement }) } });
const trusting = (condition: Json, more: { readonly [key: string]: Json } = {}): Bodies => policy([{ Effect: "Allow", Principal: { Federated: arn }, Action: "sts:AssumeRoleWithWebIdentity", ...(condition === null ? {} : { Condition: condition }), ...more }]);
const open = "aws_iam_role.r trusts the OIDC provider without a condition on sub that names one repository";
const unreadable = "the trust policy of aws_iam_role.r is known only when it is applied: write it as JSON or as an aws_iam_policy_document";
const named = { StringEquals: { [sub]: "repo:example/notes:ref:refs/heads/main" } };
const document = (body: { readonly [key: string]: Json }, ...more: readonly { readonly [key: string]: Json }[]): Bodies => ({
  ...provider,
  "data.aws_iam_policy_document.trust": { statement: [{ actions: ["sts:AssumeRoleWithWebIdentity"], principals: [{ type: "Federated", identifiers: [arn] }], ...body }, ...more] },
  "aws_iam_role.r": { assume_role_policy: "${data.aws_iam_policy_document.trust.json}" },
});

describe("no long-lived keys in CI", () => {
  it.each<[string, Bodies, string | undefined]>([
    ["one repository's branch", trusting(named), undefined],
    ["one statement that is no list", policy({ Effect: "Allow", Principal: { Federated: [arn] }, Action: ["sts:AssumeRoleWithWebIdentity"], Condition: named }), undefined],
    ["any branch of one repository", trusting({ StringLike: { [sub]: ["repo:example/notes:*"] } }), undefined],
    ["any of several subjects", trusting({ "ForAnyValue:StringLike": { [sub]: ["repo:example/notes:*", "repo:example/infra:*"] } }), undefined],
    ["a provider of another stack, by its address", { ...trusting(named, { Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" } }) }, undefined],
    ["a policy document", document({ condition: [{ test: "StringEquals", variable: sub, values: ["repo:example/notes:ref:refs/heads/main"] }] }), undefined],
    ["no condition", trusting(null), open],
    ["a condition on something else", trusting({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }), open],
    ["every repository", trusting({ StringLike: { [sub]: "*" } }), open],
    ["every repository of everybody", trusting({ StringLike: { [sub]: "repo:*" } }), open],
    ["every repository of one owner", trusting({ StringLike: { [sub]: "repo:example/*" } }), open],
    ["owners whose names begin alike", trusting({ StringLike: { [sub]: "repo:example*/notes:*" } }), open],
    ["repositories whose names begin alike", trusting({ StringLike: { [sub]: "repo:example/notes*" } }), open],
    ["one good and one bad", trusting({ StringLike: { [sub]: ["repo:example/notes:*", "repo:*/notes:*"] } }), open],
    ["a condition that is met by having no subject", trusting({ StringEqualsIfExists: { [sub]: "repo:example/notes:ref:refs/heads/main" } }), open],
    ["a condition that is met by nothing", trusting({ "ForAllValues:StringEquals": { [sub]: "repo:example/notes:ref:refs/heads/main" } }), open],
    ["a condition on what it is not", trusting({ StringNotEquals: { [sub]: "repo:example/notes:ref:refs/heads/main" } }), open],
    ["no value", trusting({ StringEquals: { [sub]: [] } }), open],
    ["everybody, to whom the provider belongs too", trusting(null, { Principal: "*" }), open],
    ["any action of the service", trusting(null, { Action: "sts:*" }), open],
    ["a second statement without a condition", policy([{ Effect: "Allow", Principal: { Federated: arn }, Action: "sts:AssumeRoleWithWebIdentity", Condition: named }, { Effect: "Allow", Principal: { Federated: arn }, Action: "sts:AssumeRoleWithWebIdentity" }]), open],
    ["a second statement of the document without one", document({ condition: [{ test: "StringEquals", variable: sub, values: ["repo:example/notes:x"] }] }, { actions: ["sts:AssumeRoleWithWebIdentity"], principals: [{ type: "Federated", identifiers: [arn] }] }), open],
    ["a refusal only", trusting(null, { Effect: "Deny" }), "no aws_iam_role trusts the OIDC provider"],
    ["a service only", policy([{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }]), "no aws_iam_role trusts the OIDC provider"],
    ["a policy that is known when applied", { ...provider, "aws_iam_role.r": { assume_role_policy: "${var.policy}" } }, unreadable],
    ["a policy that is put together when applied", { ...provider, "aws_iam_role.r": { assume_role_policy: '${jsonencode({"Statement" = [{"Action" = "sts:AssumeRoleWithWebIdentity"}]})}' } }, unreadable],
    ["a policy that is cut off", { ...provider, "aws_iam_role.r": { assume_role_policy: '{"Statement": [' } }, unreadable],
    ["a policy of another form", policy([{ Effect: "Allow", Principal: { Federated: { not: "this" } } }]), unreadable],
    ["a document that is not there", { ...provider, "aws_iam_role.r": { assume_role_policy: "${data.aws_iam_policy_document.other.json}" } }, unreadable],
    ["a document with parts of others", { ...document({}), "data.aws_iam_policy_document.trust": { source_policy_documents: ["${data.x.y.json}"] } }, unreadable],
    ["a service's role that is put together when applied, beside a good one", { ...trusting(named), "aws_iam_role.task": { assume_role_policy: '${jsonencode({"Statement" = [{"Principal" = {"Service" = "ecs-tasks.amazonaws.com"}, "Action" = "sts:AssumeRole"}]})}' } }, undefined],
    ["a good role, and a key", { ...trusting(named), "aws_iam_access_key.k": { user: "ci" } }, "aws_iam_access_key.k is a key that lives until somebody deletes it"],
    ["no provider", without(trusting(named), "aws_iam_openid_connect_provider.github"), "there is no aws_iam_openid_connect_provider"],
    ["a provider that is looked up", { ...without(trusting(named), "aws_iam_openid_connect_provider.github"), "data.aws_iam_openid_connect_provider.github": { url: "https://token.actions.githubusercontent.com" } }, undefined],
    ["a provider that may not be", { ...trusting(named), "aws_iam_openid_connect_provider.github": { count: "${var.n}" } }, "there is no aws_iam_openid_connect_provider"],
  ])("by trust in %s", (_what, blocks, note) => {
    expect(noteOf("federatedIdentity", blocks)).toBe(note);
  });
});
