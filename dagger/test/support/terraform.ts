/** A stack for a web application on ECS, in the form in which CDKTF writes it. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Bodies = Readonly<Record<string, { readonly [key: string]: Json }>>;

/** Resources and data sources by their address -> body; CDKTF's metadata is added. */
export function stack(blocks: Bodies, more: Readonly<Record<string, Json>> = {}): string {
  const resource: Record<string, Record<string, Json>> = {};
  const data: Record<string, Record<string, Json>> = {};
  for (const [address, body] of Object.entries(blocks)) {
    const [type = "", name = ""] = address.replace(/^data\./, "").split(".");
    const of = address.startsWith("data.") ? data : resource;
    (of[type] ??= {})[name] = { "//": { metadata: { path: `notes-dev/${name}`, uniqueId: name } }, ...body };
  }
  return JSON.stringify(
    {
      "//": { metadata: { backend: "local", stackName: "notes-dev", version: "0.21.0" }, outputs: { "notes-dev": {} } },
      ...(Object.keys(data).length === 0 ? {} : { data }),
      provider: { aws: [{ region: "eu-central-1" }] },
      resource,
      terraform: { backend: { local: { path: "terraform.notes-dev.tfstate" } }, required_providers: { aws: { source: "aws", version: "6.21.0" } } },
      ...more,
    },
    null,
    2,
  );
}

const trust = (service: string): string => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }] });
const root = "arn:aws:iam::111122223333:root";
const keyPolicy = JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "Root", Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" }] });
const rule = (group: string, direction: string, body: { readonly [key: string]: Json }): { readonly [key: string]: Json } => ({ description: direction, security_group_id: `\${aws_security_group.${group}.id}`, ip_protocol: "tcp", ...body });

const network: Bodies = {
  "aws_vpc.vpc": { cidr_block: "10.0.0.0/16", enable_dns_hostnames: true, enable_dns_support: true },
  "aws_subnet.private_a": { vpc_id: "${aws_vpc.vpc.id}", cidr_block: "10.0.1.0/24", availability_zone: "eu-central-1a", map_public_ip_on_launch: false },
  "aws_subnet.private_b": { vpc_id: "${aws_vpc.vpc.id}", cidr_block: "10.0.2.0/24", availability_zone: "eu-central-1b", map_public_ip_on_launch: false },
  "aws_default_security_group.default": { vpc_id: "${aws_vpc.vpc.id}" },
  "aws_flow_log.flow": { vpc_id: "${aws_vpc.vpc.id}", traffic_type: "ALL", log_destination: "${aws_cloudwatch_log_group.flow.arn}", iam_role_arn: "${aws_iam_role.flow.arn}" },
  "aws_cloudwatch_log_group.flow": { name: "/notes/flow", retention_in_days: 365, kms_key_id: "${aws_kms_key.key.arn}" },
  // As CDKTF writes Fn.jsonencode.
  "aws_iam_role.flow": { name: "notes-flow", assume_role_policy: '${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", "Principal" = {"Service" = "vpc-flow-logs.amazonaws.com"}, "Action" = "sts:AssumeRole"}]})}' },
  "aws_security_group.balancer": { name: "notes-balancer", description: "The load balancer", vpc_id: "${aws_vpc.vpc.id}" },
  "aws_security_group.task": { name: "notes-task", description: "The tasks", vpc_id: "${aws_vpc.vpc.id}" },
  "aws_vpc_security_group_ingress_rule.https": rule("balancer", "HTTPS from everywhere", { cidr_ipv4: "0.0.0.0/0", from_port: 443, to_port: 443 }),
  "aws_vpc_security_group_egress_rule.to_task": rule("balancer", "To the tasks", { referenced_security_group_id: "${aws_security_group.task.id}", from_port: 8080, to_port: 8080 }),
  "aws_vpc_security_group_ingress_rule.from_balancer": rule("task", "From the load balancer", { referenced_security_group_id: "${aws_security_group.balancer.id}", from_port: 8080, to_port: 8080 }),
  "aws_vpc_security_group_egress_rule.out": rule("task", "AWS's own addresses", { cidr_ipv4: "0.0.0.0/0", from_port: 443, to_port: 443 }),
};

const balancer: Bodies = {
  "aws_lb.balancer": {
    name: "notes",
    load_balancer_type: "application",
    internal: false,
    subnets: ["${aws_subnet.private_a.id}", "${aws_subnet.private_b.id}"],
    security_groups: ["${aws_security_group.balancer.id}"],
    drop_invalid_header_fields: true,
    enable_deletion_protection: true,
    access_logs: { bucket: "${aws_s3_bucket.logs.id}", enabled: true },
  },
  "aws_lb_listener.https": {
    load_balancer_arn: "${aws_lb.balancer.arn}",
    port: 443,
    protocol: "HTTPS",
    ssl_policy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    certificate_arn: "arn:aws:acm:eu-central-1:111122223333:certificate/0b0d0c0e",
    default_action: [{ type: "forward", target_group_arn: "${aws_lb_target_group.blue.arn}" }],
  },
  "aws_lb_target_group.blue": { name: "notes-blue", port: 8080, protocol: "HTTP", target_type: "ip", vpc_id: "${aws_vpc.vpc.id}", health_check: { path: "/healthz", matcher: "200" } },
  "aws_lb_target_group.green": { name: "notes-green", port: 8080, protocol: "HTTP", target_type: "ip", vpc_id: "${aws_vpc.vpc.id}", health_check: { path: "/healthz", matcher: "200" } },
};

const application: Bodies = {
  "aws_ecr_repository.backend": { name: "notes-backend", image_tag_mutability: "IMMUTABLE", image_scanning_configuration: { scan_on_push: true }, encryption_configuration: [{ encryption_type: "KMS", kms_key: "${aws_kms_key.key.arn}" }] },
  "aws_ecs_cluster.cluster": { name: "notes", setting: [{ name: "containerInsights", value: "enabled" }] },
  "aws_ecs_task_definition.task": {
    family: "notes",
    cpu: "512",
    memory: "1024",
    network_mode: "awsvpc",
    requires_compatibilities: ["FARGATE"],
    execution_role_arn: "${aws_iam_role.execution.arn}",
    task_role_arn: "${aws_iam_role.task.arn}",
    container_definitions: JSON.stringify([{ name: "backend", image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/notes-backend@sha256:00", essential: true, readonlyRootFilesystem: true, user: "1000", portMappings: [{ containerPort: 8080 }] }]),
  },
  "aws_ecs_service.service": {
    name: "notes",
    cluster: "${aws_ecs_cluster.cluster.arn}",
    task_definition: "${aws_ecs_task_definition.task.arn}",
    desired_count: 2,
    launch_type: "FARGATE",
    deployment_controller: { type: "CODE_DEPLOY" },
    load_balancer: [{ container_name: "backend", container_port: 8080, target_group_arn: "${aws_lb_target_group.blue.arn}" }],
    network_configuration: { subnets: ["${aws_subnet.private_a.id}", "${aws_subnet.private_b.id}"], security_groups: ["${aws_security_group.task.id}"], assign_public_ip: false },
    lifecycle: { ignore_changes: ["task_definition", "load_balancer"] },
  },
  "aws_iam_role.execution": { name: "notes-execution", assume_role_policy: trust("ecs-tasks.amazonaws.com") },
  "aws_iam_role.task": { name: "notes-task", assume_role_policy: trust("ecs-tasks.amazonaws.com") },
  "aws_codedeploy_app.app": { name: "notes", compute_platform: "ECS" },
  "aws_cloudwatch_metric_alarm.errors": { alarm_name: "notes-5xx", comparison_operator: "GreaterThanThreshold", evaluation_periods: 1, metric_name: "HTTPCode_Target_5XX_Count", namespace: "AWS/ApplicationELB", period: 60, statistic: "Sum", threshold: 5 },
};

const guards: Bodies = {
  "aws_kms_key.key": { description: "Logs and images", enable_key_rotation: true, policy: keyPolicy },
  "aws_s3_bucket.logs": { bucket: "notes-logs" },
  "aws_s3_bucket_public_access_block.logs": { bucket: "${aws_s3_bucket.logs.id}", block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true },
  "aws_s3_bucket_server_side_encryption_configuration.logs": { bucket: "${aws_s3_bucket.logs.id}", rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: "${aws_kms_key.key.arn}" } }] },
  "aws_s3_bucket_versioning.logs": { bucket: "${aws_s3_bucket.logs.id}", versioning_configuration: { status: "Enabled" } },
  "aws_cloudtrail.trail": { name: "notes", s3_bucket_name: "${aws_s3_bucket.logs.id}", is_multi_region_trail: true, enable_log_file_validation: true, kms_key_id: "${aws_kms_key.key.arn}" },
  "aws_guardduty_detector.detector": { enable: true },
  "aws_iam_openid_connect_provider.github": { url: "https://token.actions.githubusercontent.com", client_id_list: ["sts.amazonaws.com"] },
  "data.aws_iam_policy_document.trust": {
    statement: [
      {
        effect: "Allow",
        actions: ["sts:AssumeRoleWithWebIdentity"],
        principals: [{ type: "Federated", identifiers: ["${aws_iam_openid_connect_provider.github.arn}"] }],
        condition: [
          { test: "StringEquals", variable: "token.actions.githubusercontent.com:aud", values: ["sts.amazonaws.com"] },
          { test: "StringEquals", variable: "token.actions.githubusercontent.com:sub", values: ["repo:example/notes:ref:refs/heads/main"] },
        ],
      },
    ],
  },
  "aws_iam_role.pipeline": { name: "notes-pipeline", assume_role_policy: "${data.aws_iam_policy_document.trust.json}" },
};

/** Nothing in it is wrong enough to stop a release. */
export const notesBlocks: Bodies = { ...network, ...balancer, ...application, ...guards };

export function without(blocks: Bodies, ...addresses: string[]): Bodies {
  return Object.fromEntries(Object.entries(blocks).filter(([address]) => !addresses.includes(address)));
}
