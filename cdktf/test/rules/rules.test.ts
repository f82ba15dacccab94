import { describe, expect, it } from "vitest";
import { allRules } from "../../src/rules/all-rules.ts";
import type { StackFacts } from "../../src/rules/rule.ts";
import { soundStack, type StackJson } from "./sound-stack.ts";

const facts: StackFacts = { kind: "environment", isProduction: true, database: "sidecar", protect: true };
const rules = allRules;
const lookAt = (plant?: (json: StackJson) => void): string[] => rules.flatMap(({ name, look }) => look(soundStack(plant), facts).map(({ at, says }) => `${name} | ${at} | ${says}`));

const body = (json: StackJson, type: string, name = "main"): Record<string, unknown> => {
  const found = json.resource[type]?.[name];
  if (found === undefined) throw new Error(`no ${type}.${name}`);
  return found;
};
const resource = (type: string, name: string, change: Record<string, unknown>) => (json: StackJson) => {
  Object.assign(body(json, type, name), change);
};
const without = (type: string, name: string, key: string) => (json: StackJson) => {
  Reflect.deleteProperty(body(json, type, name), key);
};
const added = (type: string, content: Record<string, unknown>) => (json: StackJson) => {
  (json.resource[type] ??= {})["planted"] = content;
};
const statement = (document: string, change: Record<string, unknown>) => (json: StackJson) => {
  const [first] = (json.data["aws_iam_policy_document"]?.[document]?.["statement"] ?? []) as Record<string, unknown>[];
  Object.assign(first ?? {}, change);
};
const claim = (name: string, test: string, value: string) => ({ test, variable: `token.actions.githubusercontent.com:${name}`, values: [value] });

type Plant = readonly [what: string, plant: (json: StackJson) => void, at: string];

/** For each rule: what is planted in a stack that is sound, and where it has to be found. */
const planted: Readonly<Record<string, readonly Plant[]>> = {
  "alarms-cover-both-groups": [
    ["an alarm on errors of blue alone", (json) => { body(json, "aws_codedeploy_deployment_group")["alarm_configuration"] = { enabled: true, alarms: ["${aws_cloudwatch_metric_alarm.errors-blue.alarm_name}"] }; }, "production/cloudwatch_metric_alarm/errors-blue"],
    ["an alarm that watches blue under green's name", resource("aws_cloudwatch_metric_alarm", "hosts-green", { dimensions: { TargetGroup: "${aws_lb_target_group.blue.arn_suffix}" } }), "production/cloudwatch_metric_alarm/hosts-blue"],
    ["metric math over one group", resource("aws_cloudwatch_metric_alarm", "hosts-green", { metric_name: undefined, dimensions: undefined, metric_query: [{ id: "m", metric: { metric_name: "RequestCount", dimensions: { TargetGroup: "${aws_lb_target_group.green.arn_suffix}" } } }] }), "production/cloudwatch_metric_alarm/hosts-green"],
    ["no alarm on errors", (json) => { body(json, "aws_codedeploy_deployment_group")["alarm_configuration"] = { enabled: true, alarms: ["notes-blue-UnHealthyHostCount", "notes-green-UnHealthyHostCount"] }; }, "production/codedeploy_deployment_group/main"],
    ["one target group", resource("aws_codedeploy_deployment_group", "main", { load_balancer_info: { target_group_pair_info: { target_group: [{ name: "notes-blue" }] } } }), "production/codedeploy_deployment_group/main"],
  ],
  "alarms-heed-silence": [
    ["an alarm that waits for data", without("aws_cloudwatch_metric_alarm", "errors-green", "treat_missing_data"), "production/cloudwatch_metric_alarm/errors-green"],
    ["an alarm to which silence is an error", resource("aws_cloudwatch_metric_alarm", "errors-blue", { treat_missing_data: "breaching" }), "production/cloudwatch_metric_alarm/errors-blue"],
  ],
  "audit-trail-is-whole": [
    ["a trail of one region", resource("aws_cloudtrail", "main", { is_multi_region_trail: false }), "production/cloudtrail/main"],
    ["a trail that can be changed unseen", without("aws_cloudtrail", "main", "enable_log_file_validation"), "production/cloudtrail/main"],
    ["a trail that is off", resource("aws_cloudtrail", "main", { enable_logging: false }), "production/cloudtrail/main"],
  ],
  "buckets-are-private": [
    ["a bucket that nothing closes", (json) => { Reflect.deleteProperty(json.resource, "aws_s3_bucket_public_access_block"); }, "production/s3_bucket/audit"],
    ["a bucket that is half closed", resource("aws_s3_bucket_public_access_block", "audit", { block_public_policy: false }), "production/s3_bucket/audit"],
  ],
  "data-is-encrypted": [
    ["a secret by AWS's own key", without("aws_secretsmanager_secret", "backend", "kms_key_id"), "production/secretsmanager_secret/backend"],
    ["a bucket that says nothing", (json) => { Reflect.deleteProperty(json.resource, "aws_s3_bucket_server_side_encryption_configuration"); }, "production/s3_bucket/audit"],
    ["a bucket by S3's own key", resource("aws_s3_bucket_server_side_encryption_configuration", "audit", { rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }] }), "production/s3_bucket/audit"],
    ["a bucket by a key of AWS's own", resource("aws_s3_bucket_server_side_encryption_configuration", "audit", { rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms" } }] }), "production/s3_bucket/audit"],
    ["a database by AWS's own key", without("aws_db_instance", "main", "kms_key_id"), "production/db_instance/main"],
    ["a master's secret by AWS's own key", without("aws_db_instance", "main", "master_user_secret_kms_key_id"), "production/db_instance/main"],
    ["queries by AWS's own key", resource("aws_db_instance", "main", { performance_insights_enabled: true }), "production/db_instance/main"],
    ["images without KMS", resource("aws_ecr_repository", "proxy", { encryption_configuration: [{ encryption_type: "AES256" }] }), "production/ecr_repository/proxy"],
    ["a disk by AWS's own key", resource("aws_instance", "monitoring", { root_block_device: { encrypted: true } }), "production/instance/monitoring"],
    ["a second disk in plain", resource("aws_instance", "monitoring", { ebs_block_device: [{ device_name: "/dev/sdf" }] }), "production/instance/monitoring"],
    ["a volume by AWS's own key", added("aws_ebs_volume", { encrypted: true }), "production/ebs_volume/planted"],
    ["a queue by AWS's own key", added("aws_sqs_queue", { sqs_managed_sse_enabled: true }), "production/sqs_queue/planted"],
    ["a table by AWS's own key", added("aws_dynamodb_table", { server_side_encryption: { enabled: true } }), "production/dynamodb_table/planted"],
    ["files by AWS's own key", added("aws_efs_file_system", { encrypted: true }), "production/efs_file_system/planted"],
    ["a database in plain", resource("aws_db_instance", "main", { storage_encrypted: false }), "production/db_instance/main"],
    ["a topic in plain", without("aws_sns_topic", "alerts", "kms_master_key_id"), "production/sns_topic/alerts"],
    ["a disk in plain", resource("aws_instance", "monitoring", { root_block_device: {} }), "production/instance/monitoring"],
  ],
  "database-is-private": [
    ["a database with a public address", resource("aws_db_instance", "main", { publicly_accessible: true }), "production/db_instance/main"],
    ["production's database in one zone", resource("aws_db_instance", "main", { multi_az: false }), "production/db_instance/main"],
    ["no backups", resource("aws_db_instance", "main", { backup_retention_period: 0 }), "production/db_instance/main"],
  ],
  "deployments-roll-back": [
    ["no way back when an alarm fires", resource("aws_codedeploy_deployment_group", "main", { auto_rollback_configuration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] } }), "production/codedeploy_deployment_group/main"],
    ["rollbacks that are off", resource("aws_codedeploy_deployment_group", "main", { auto_rollback_configuration: { enabled: false, events: [] } }), "production/codedeploy_deployment_group/main"],
    ["alarms that may be unreadable", (json) => { (body(json, "aws_codedeploy_deployment_group")["alarm_configuration"] as Record<string, unknown>)["ignore_poll_alarm_failure"] = true; }, "production/codedeploy_deployment_group/main"],
  ],
  "image-tags-stay": [
    ["tags that move", resource("aws_ecr_repository", "proxy", { image_tag_mutability: "MUTABLE" }), "production/ecr_repository/proxy"],
    ["no scan of what is pushed", without("aws_ecr_repository", "proxy", "image_scanning_configuration"), "production/ecr_repository/proxy"],
  ],
  "listeners-keep-their-action": [
    ["a production listener that Terraform takes back", without("aws_lb_listener", "production", "lifecycle"), "production/lb_listener/production"],
    ["a test listener that it takes back", resource("aws_lb_listener", "test", { lifecycle: { ignore_changes: ["port"] } }), "production/lb_listener/test"],
    ["a rule that it takes back", added("aws_lb_listener_rule", { action: [{ type: "forward" }] }), "production/lb_listener_rule/planted"],
  ],
  "logs-are-kept-for-a-time": [["logs for ever", without("aws_cloudwatch_log_group", "tasks", "retention_in_days"), "production/cloudwatch_log_group/tasks"]],
  "names-fit": [
    ["a target group's name of 33 characters", resource("aws_lb_target_group", "green", { name: "n".repeat(33) }), "production/lb_target_group/green"],
    ["a role's name of 65", resource("aws_iam_role", "release", { name: "r".repeat(65) }), "production/iam_role/release"],
  ],
  "no-secret-value": [
    ["a secret's value", added("aws_secretsmanager_secret_version", { secret_string: "planted" }), "production/secretsmanager_secret_version/planted"],
    ["a random password", added("random_password", { length: 20 }), "production/random_password/planted"],
    ["a database's password", resource("aws_db_instance", "main", { password: "${random_password.main.result}" }), "production/db_instance/main"],
    ["a password in a container's environment", resource("aws_ecs_task_definition", "bootstrap", { container_definitions: '[{"environment":[{"name":"POSTGRES_PASSWORD","value":"planted-here"}]}]' }), "production/ecs_task_definition/bootstrap"],
    ["a password in user data", resource("aws_instance", "monitoring", { user_data: "export GRAFANA_PASSWORD=planted-here" }), "production/instance/monitoring"],
    ["a password in an address", resource("aws_instance", "monitoring", { tags: { database: "postgres://notes:planted@database/notes" } }), "production/instance/monitoring"],
    ["a secret in an output", (json) => { json.output["database"] = { value: "${aws_secretsmanager_secret_version.backend.secret_string}", sensitive: true }; }, "production/database"],
    ["a parameter's value", added("aws_ssm_parameter", { type: "SecureString", key_id: "key", value: "planted" }), "production/ssm_parameter/planted"],
  ],
  "no-ssh": [
    ["a key pair", added("aws_key_pair", {}), "production/key_pair/planted"],
    ["an instance that takes one", resource("aws_instance", "monitoring", { key_name: "mine" }), "production/instance/monitoring"],
    ["credentials for whoever asks", without("aws_instance", "monitoring", "metadata_options"), "production/instance/monitoring"],
    ["an instance with a public address", resource("aws_instance", "monitoring", { associate_public_ip_address: true }), "production/instance/monitoring"],
  ],
  "no-wildcard-action": [
    ["all actions", statement("release", { actions: ["*"] }), "production/iam_policy_document/release"],
    ["all of a service", statement("release", { actions: ["ecr:*"] }), "production/iam_policy_document/release"],
    ["all but some", statement("release", { not_actions: ["iam:PassRole"] }), "production/iam_policy_document/release"],
    ["all of a key to another account", statement("key", { principals: [{ type: "AWS", identifiers: ["*"] }] }), "production/iam_policy_document/key"],
    ["a wildcard in JSON", added("aws_iam_policy", { policy: '{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::notes"}}' }), "production/iam_policy/planted"],
    ["a policy that nobody can read", added("aws_iam_role_policy", { policy: "${jsonencode({Statement = []})}" }), "production/iam_role_policy/planted"],
  ],
  "no-wildcard-resource": [
    ["every image repository", statement("release", { resources: ["*"] }), "production/iam_policy_document/release"],
    ...([
      ["over TLS", { test: "Bool", variable: "aws:SecureTransport", values: ["true"] }],
      ["through a service", { test: "StringEquals", variable: "kms:ViaService", values: ["s3.eu-west-1.amazonaws.com"] }],
      ["for this account", { test: "StringEquals", variable: "aws:SourceAccount", values: ["444455556666"] }],
      ["with any tag", { test: "StringLike", variable: "aws:ResourceTag/project", values: ["*"] }],
      ["with another tag", { test: "StringNotEquals", variable: "aws:ResourceTag/project", values: ["other"] }],
      ["with a tag or none", { test: "StringEqualsIfExists", variable: "aws:ResourceTag/project", values: ["notes"] }],
    ] as const).map(([how, condition]): Plant => [`every image repository, ${how}`, statement("release", { resources: ["*"], condition: [condition] }), "production/iam_policy_document/release"]),
    ["every role, handed to tasks", statement("release", { actions: ["iam:PassRole"], resources: ["*"], condition: [{ test: "StringEquals", variable: "iam:PassedToService", values: ["ecs-tasks.amazonaws.com"] }] }), "production/iam_policy_document/release"],
    ["every role, handed on", added("aws_iam_role_policy", { policy: '{"Statement":[{"Effect":"Allow","Action":["iam:PassRole"],"Resource":"*"}]}' }), "production/iam_role_policy/planted"],
  ],
  "only-the-balancer-is-open": [
    ["the test listener for everybody", resource("aws_vpc_security_group_ingress_rule", "web", { from_port: 8080, to_port: 8080 }), "production/vpc_security_group_ingress_rule/web"],
    ["all ports for everybody", resource("aws_vpc_security_group_ingress_rule", "web", { from_port: undefined, to_port: undefined, ip_protocol: "-1" }), "production/vpc_security_group_ingress_rule/web"],
    ["a rule that says nothing", without("aws_vpc_security_group_ingress_rule", "web", "description"), "production/vpc_security_group_ingress_rule/web"],
    ["SSH within", resource("aws_vpc_security_group_ingress_rule", "web", { cidr_ipv4: "10.0.0.0/8", from_port: 22, to_port: 22 }), "production/vpc_security_group_ingress_rule/web"],
    ["rules within a group", resource("aws_security_group", "balancer", { ingress: [{ from_port: 80 }] }), "production/security_group/balancer"],
  ],
  "roles-stay-within-boundary": [
    ["a role that may be given any right", without("aws_iam_role", "release", "permissions_boundary"), "production/iam_role/release"],
    ["a boundary that is AWS's own, and bounds nothing", resource("aws_iam_role", "release", { permissions_boundary: "arn:aws:iam::aws:policy/AdministratorAccess" }), "production/iam_role/release"],
    ["one more role, without", added("aws_iam_role", { name: "notes-planted" }), "production/iam_role/planted"],
  ],
  "roles-trust-somebody": [
    ["a role for every repository's workflows", statement("trust", { condition: [claim("aud", "StringEquals", "sts.amazonaws.com")] }), "production/iam_policy_document/trust"],
    ["a role for any token's audience", statement("trust", { condition: [claim("sub", "StringEquals", "repo:notes/notes:ref:refs/heads/main")] }), "production/iam_policy_document/trust"],
    ["a role for everybody's branches", statement("trust", { condition: [claim("aud", "StringEquals", "sts.amazonaws.com"), claim("sub", "StringLike", "repo:*:ref:refs/heads/main")] }), "production/iam_policy_document/trust"],
    ["a role for every repository of an owner", statement("trust", { condition: [claim("aud", "StringEquals", "sts.amazonaws.com"), claim("sub", "StringLike", "repo:notes/*:ref:refs/heads/main")] }), "production/iam_policy_document/trust"],
    ["a condition that a missing claim passes", statement("trust", { condition: [claim("aud", "StringEquals", "sts.amazonaws.com"), claim("sub", "StringEquals", "repo:notes/notes:ref:refs/heads/main"), claim("ref", "StringEqualsIfExists", "refs/heads/main")] }), "production/iam_policy_document/trust"],
    ["a role for anybody", added("aws_iam_role", { assume_role_policy: '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}]}' }), "production/iam_role/planted"],
  ],
  "service-leaves-releases-alone": [
    ["a revision that Terraform takes back", resource("aws_ecs_service", "main", { lifecycle: { ignore_changes: ["load_balancer", "desired_count"] } }), "production/ecs_service/main"],
    ["a count that Terraform takes back from autoscaling", resource("aws_ecs_service", "main", { lifecycle: { ignore_changes: ["task_definition", "load_balancer"] } }), "production/ecs_service/main"],
    ["a service that ECS deploys", without("aws_ecs_service", "main", "deployment_controller"), "production/ecs_service/main"],
  ],
  "sidecar-is-alone": [
    ["two tasks with a database each", resource("aws_ecs_service", "main", { desired_count: 2 }), "production/ecs_service/main"],
    ["autoscaling of them", resource("aws_appautoscaling_target", "main", { max_capacity: 4 }), "production/appautoscaling_target/main"],
  ],
  "stacks-are-marked": [
    ["a stack of no environment", (json) => { Object.assign(json.provider.aws[0] ?? {}, { default_tags: [{ tags: { project: "notes", "managed-by": "terraform" } }] }); }, "production/aws"],
    ["a stack for any account", (json) => { Reflect.deleteProperty(json.provider.aws[0] ?? {}, "allowed_account_ids"); }, "production/aws"],
  ],
  "stacks-stand-alone": [
    ["another stack's state", (json) => { json.data["terraform_remote_state"] = { other: {} }; }, "production/terraform_remote_state/other"],
    ["a program that apply runs", resource("aws_instance", "monitoring", { provisioner: [{ "local-exec": { command: "true" } }] }), "production/instance/monitoring"],
  ],
  "state-is-kept": [
    ["a state in a file", (json) => { json.terraform.backend = { local: {} }; }, "production"],
    ["a state that two may change at a time", (json) => { Reflect.deleteProperty(json.terraform.backend["s3"] ?? {}, "use_lockfile"); }, "production"],
  ],
  "target-groups-are-twins": [
    ["another health check", resource("aws_lb_target_group", "green", { health_check: { path: "/", interval: 10 } }), "production/lb_target_group/green"],
    ["another port", resource("aws_lb_target_group", "green", { port: 80 }), "production/lb_target_group/green"],
  ],
  "tasks-have-no-public-address": [["public tasks in production", resource("aws_ecs_service", "main", { network_configuration: [{ assign_public_ip: true }] }), "production/ecs_service/main"]],
  "what-is-kept-stays": [
    ["an audit that can be deleted", resource("aws_s3_bucket", "audit", { force_destroy: true }), "production/s3_bucket/audit"],
    ["images that can be deleted", resource("aws_ecr_repository", "proxy", { force_delete: true }), "production/ecr_repository/proxy"],
    ["a load balancer that can be deleted", without("aws_lb", "main", "enable_deletion_protection"), "production/lb/main"],
    ["a database that leaves no snapshot", resource("aws_db_instance", "main", { skip_final_snapshot: true }), "production/db_instance/main"],
  ],
};

it("finds nothing in a stack that is sound", () => {
  expect(lookAt()).toEqual([]);
});

it("has a planted bug for each rule", () => {
  expect(Object.keys(planted).toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
});

describe.each(Object.entries(planted))("%s", (rule, plants) => {
  it.each(plants)("finds %s", (_what, plant, at) => {
    const found = lookAt(plant);
    expect(found.filter((line) => line.startsWith(`${rule} | ${at} | `))).toHaveLength(1);
  });
});

it.each([
  ["public tasks in lab", "tasks-have-no-public-address", resource("aws_ecs_service", "main", { network_configuration: [{ assign_public_ip: true }] }), { isProduction: false }],
  ["a state in a file in lab", "state-is-kept", (json: StackJson) => { json.terraform.backend = { local: {} }; }, { isProduction: false }],
  ["access logs by S3's own key, the only one that a load balancer takes", "data-is-encrypted", (json: StackJson) => { body(json, "aws_lb")["access_logs"] = { enabled: true, bucket: "${aws_s3_bucket.audit.bucket}" }; resource("aws_s3_bucket_server_side_encryption_configuration", "audit", { rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }] })(json); }, {}],
  ["every repository of the project, by its tag", "no-wildcard-resource", statement("release", { resources: ["*"], condition: [{ test: "StringEquals", variable: "aws:ResourceTag/project", values: ["notes"] }] }), {}],
  ["a role of the account without a boundary", "roles-stay-within-boundary", without("aws_iam_role", "release", "permissions_boundary"), { kind: "account" as const }],
  ["two tasks with an external database", "sidecar-is-alone", resource("aws_ecs_service", "main", { desired_count: 2 }), { database: "external" as const }],
  ["a load balancer that can be deleted where nothing is protected", "what-is-kept-stays", without("aws_lb", "main", "enable_deletion_protection"), { protect: false }],
])("lets %s be", (_what, rule, plant, changed) => {
  expect(rules.find(({ name }) => name === rule)?.look(soundStack(plant), { ...facts, ...changed })).toEqual([]);
});
