import { parseStack, type StackDocument } from "../../src/rules/stack-document.ts";

/** A stack as synth leaves it, in which no rule finds anything: small, so that a test shows what it plants. */
export interface StackJson {
  provider: { aws: Record<string, unknown>[] };
  terraform: { backend: Record<string, Record<string, unknown>> };
  resource: Record<string, Record<string, Record<string, unknown>>>;
  data: Record<string, Record<string, Record<string, unknown>>>;
  output: Record<string, Record<string, unknown>>;
}

/** Broken by a test before it is judged. */
export function soundStack(plant: (json: StackJson) => void = () => undefined): StackDocument {
  const json = structuredClone(sound);
  plant(json);
  return parseStack("production", withPaths(json));
}

const alarm = (metric: string, group: string) => ({
  alarm_name: `notes-${group}-${metric}`,
  metric_name: metric,
  dimensions: { LoadBalancer: "${aws_lb.main.arn_suffix}", TargetGroup: `\${aws_lb_target_group.${group}.arn_suffix}` },
  treat_missing_data: "notBreaching",
});
const group = (name: string) => ({ name: `notes-${name}`, port: 8080, protocol: "HTTP", target_type: "ip", health_check: { path: "/ready", interval: 10 } });
const listener = (port: number) => ({ port, default_action: [{ type: "forward", target_group_arn: "${aws_lb_target_group.blue.arn}" }], lifecycle: { ignore_changes: ["default_action"] } });
const githubToken = "token.actions.githubusercontent.com";

const sound: StackJson = {
  provider: { aws: [{ region: "eu-west-1", allowed_account_ids: ["444455556666"], default_tags: [{ tags: { project: "notes", environment: "production", "managed-by": "terraform" } }] }] },
  terraform: { backend: { s3: { bucket: "notes-terraform-state", use_lockfile: true, encrypt: true } } },
  resource: {
    aws_lb: { main: { name: "notes", enable_deletion_protection: true } },
    aws_lb_target_group: { blue: group("blue"), green: group("green") },
    aws_lb_listener: { production: listener(80), test: listener(8080) },
    aws_cloudwatch_metric_alarm: {
      "errors-blue": alarm("HTTPCode_Target_5XX_Count", "blue"),
      "errors-green": alarm("HTTPCode_Target_5XX_Count", "green"),
      "hosts-blue": alarm("UnHealthyHostCount", "blue"),
      "hosts-green": alarm("UnHealthyHostCount", "green"),
    },
    aws_codedeploy_deployment_group: {
      main: {
        deployment_group_name: "notes-dg",
        alarm_configuration: { enabled: true, alarms: ["errors-blue", "errors-green", "hosts-blue", "hosts-green"].map((name) => `\${aws_cloudwatch_metric_alarm.${name}.alarm_name}`) },
        auto_rollback_configuration: { enabled: true, events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"] },
        blue_green_deployment_config: {},
        load_balancer_info: { target_group_pair_info: { target_group: [{ name: "${aws_lb_target_group.blue.name}" }, { name: "${aws_lb_target_group.green.name}" }] } },
      },
    },
    aws_ecs_service: {
      main: { name: "notes-service", desired_count: 1, deployment_controller: { type: "CODE_DEPLOY" }, network_configuration: { assign_public_ip: false }, lifecycle: { ignore_changes: ["task_definition", "load_balancer", "desired_count"] } },
    },
    aws_appautoscaling_target: { main: { resource_id: "service/notes-cluster/${aws_ecs_service.main.name}", max_capacity: 1 } },
    aws_cloudwatch_log_group: { tasks: { name: "/ecs/notes", retention_in_days: 30 } },
    aws_secretsmanager_secret: { backend: { name: "notes/database/backend", kms_key_id: "${aws_kms_key.main.arn}" } },
    aws_ecr_repository: { proxy: { name: "notes-proxy", image_tag_mutability: "IMMUTABLE", force_delete: false, encryption_configuration: [{ encryption_type: "KMS" }], image_scanning_configuration: { scan_on_push: true } } },
    aws_s3_bucket: { audit: { bucket: "notes-audit", force_destroy: false } },
    aws_s3_bucket_server_side_encryption_configuration: { audit: { bucket: "${aws_s3_bucket.audit.id}", rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: "${aws_kms_key.main.arn}" } }] } },
    aws_s3_bucket_public_access_block: { audit: { bucket: "${aws_s3_bucket.audit.id}", block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true } },
    aws_cloudtrail: { main: { name: "notes", is_multi_region_trail: true, include_global_service_events: true, enable_log_file_validation: true, kms_key_id: "${aws_kms_key.main.arn}" } },
    aws_sns_topic: { alerts: { name: "notes-alerts", kms_master_key_id: "${aws_kms_key.main.arn}" } },
    aws_db_instance: { main: { identifier: "notes", storage_encrypted: true, kms_key_id: "${aws_kms_key.main.arn}", manage_master_user_password: true, master_user_secret_kms_key_id: "${aws_kms_key.main.arn}", publicly_accessible: false, multi_az: true, backup_retention_period: 14, deletion_protection: true, skip_final_snapshot: false } },
    aws_instance: { monitoring: { metadata_options: { http_tokens: "required" }, root_block_device: { encrypted: true, kms_key_id: "${aws_kms_key.main.arn}" }, user_data: "#!/bin/sh\naws s3 cp s3://notes/monitoring.tar.gz -" } },
    aws_security_group: { balancer: { name: "notes-balancer" } },
    aws_vpc_security_group_ingress_rule: { web: { cidr_ipv4: "0.0.0.0/0", from_port: 80, to_port: 80, description: "users" } },
    aws_iam_role: { release: { name: "notes-release", permissions_boundary: "arn:aws:iam::444455556666:policy/notes-boundary", assume_role_policy: "${data.aws_iam_policy_document.trust.json}" } },
    aws_kms_key: { main: { policy: "${data.aws_iam_policy_document.key.json}" } },
    aws_ecs_task_definition: { bootstrap: { container_definitions: '[{"name":"proxy","environment":[{"name":"NOTES_BOOTSTRAP","value":"on"}],"secrets":[{"name":"DATABASE_PASSWORD","valueFrom":"arn:aws:secretsmanager:eu-west-1:444455556666:secret:notes/database"}]}]' } },
  },
  data: {
    aws_iam_policy_document: {
      trust: {
        statement: [
          {
            effect: "Allow",
            actions: ["sts:AssumeRoleWithWebIdentity"],
            principals: [{ type: "Federated", identifiers: ["arn:aws:iam::444455556666:oidc-provider/" + githubToken] }],
            condition: [
              { test: "StringEquals", variable: `${githubToken}:aud`, values: ["sts.amazonaws.com"] },
              { test: "StringEquals", variable: `${githubToken}:sub`, values: ["repo:notes/notes:ref:refs/heads/main"] },
            ],
          },
        ],
      },
      release: { statement: [{ sid: "Push", actions: ["ecr:PutImage"], resources: ["${aws_ecr_repository.proxy.arn}"] }, { sid: "LogIn", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] }] },
      key: { statement: [{ actions: ["kms:*"], resources: ["*"], principals: [{ type: "AWS", identifiers: ["arn:aws:iam::444455556666:root"] }] }] },
    },
  },
  output: { role: { value: "${aws_iam_role.release.arn}" } },
};

/** As CDKTF tells where each block stands in the code. */
function withPaths(json: StackJson): StackJson {
  for (const kind of ["resource", "data"] as const) for (const [type, blocks] of Object.entries(json[kind])) for (const [name, body] of Object.entries(blocks)) body["//"] = { metadata: { path: `production/${type.replace("aws_", "")}/${name}` } };
  return json;
}
