import { describe, expect, it } from "vitest";
import { accountStack, github, statementOf, statementsOf } from "../support/account.ts";

const account = accountStack({ account: { ...github, config: true, securityHub: true, alerts: { email: "a@example.com", slack: { workspace: "T0123ABCD", channel: "C0123ABCD" } } } });

describe("the trail", () => {
  const bucket = "arn:aws:s3:::notes-trail-111122223333";
  const trail = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/notes-trail";

  it("sees every region and IAM, has files that can be verified, and is encrypted by a key of its own", () => {
    expect(account.one("aws_cloudtrail")).toMatchObject({ name: "notes-trail", is_multi_region_trail: true, include_global_service_events: true, enable_log_file_validation: true, enable_logging: true, kms_key_id: "${aws_kms_key.trail-key-key.arn}", s3_bucket_name: "${aws_s3_bucket.trail-bucket-bucket.bucket}" });
    expect(account.one("aws_cloudtrail")["depends_on"]).toEqual(["aws_s3_bucket_policy.trail-bucket-policy"]);
  });

  it("alone writes to its bucket, and nobody deletes there", () => {
    const write = statementOf(account, "trail-bucket-may", "TheTrailWrites");
    expect(write).toMatchObject({ actions: ["s3:PutObject"], resources: [`${bucket}/AWSLogs/111122223333/*`], principals: [{ type: "Service", identifiers: ["cloudtrail.amazonaws.com"] }] });
    expect(write.condition).toContainEqual({ test: "StringEquals", variable: "aws:SourceArn", values: [trail] });
    // A negated condition is met by a request that has no source, such as a person's.
    expect(statementOf(account, "trail-bucket-may", "NobodyElseWrites")).toMatchObject({ effect: "Deny", actions: ["s3:PutObject"], resources: [`${bucket}/*`], principals: [{ type: "*", identifiers: ["*"] }], condition: [{ test: "StringNotEquals", variable: "aws:SourceArn", values: [trail] }] });
    expect(statementOf(account, "trail-bucket-may", "NobodyDeletes")).toMatchObject({ effect: "Deny", actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"], condition: [] });
    expect(statementOf(account, "trail-key-policy", "TheTrailLooksAtTheKey")).toMatchObject({ actions: ["kms:DescribeKey", "kms:Decrypt"], condition: [{ test: "StringEquals", variable: "aws:SourceArn", values: [trail] }] });
    expect(statementsOf(account, "trail-bucket-may").filter(({ effect, actions }) => effect === "Allow" && actions.includes("s3:PutObject"))).toHaveLength(1);
  });

  it("keeps its files in Glacier after 90 days and not after 365; unfinished uploads go after 7", () => {
    expect(account.one("aws_s3_bucket_lifecycle_configuration", "trail-bucket-lifecycle")).toMatchObject({
      rule: [
        { transition: [{ days: 90, storage_class: "GLACIER" }], expiration: [{ days: 365 }], noncurrent_version_expiration: [{ noncurrent_days: 365 }], status: "Enabled" },
        { abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }], status: "Enabled" },
      ],
    });
  });
});

describe("every bucket of an account", () => {
  const production = accountStack({ account: { config: true }, environment: { preset: "production" } });
  const names = Object.keys(production.all("aws_s3_bucket")).map((name) => name.replace(/-bucket$/, "")).sort();

  it.each(names)("%s is private, versioned, encrypted, reached by TLS alone and never emptied", (name) => {
    expect(production.one("aws_s3_bucket", `${name}-bucket`)["force_destroy"]).toBe(false);
    expect(production.one("aws_s3_bucket_public_access_block", `${name}-closed`)).toMatchObject({ block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true });
    expect(production.one("aws_s3_bucket_versioning", `${name}-versions`)).toMatchObject({ versioning_configuration: { status: "Enabled" } });
    expect(production.one("aws_s3_bucket_server_side_encryption_configuration", `${name}-encryption`)).toMatchObject({ rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms" } }] });
    expect(production.one("aws_s3_bucket_ownership_controls", `${name}-owner`)).toMatchObject({ rule: { object_ownership: "BucketOwnerEnforced" } });
    expect(statementOf(production, `${name}-may`, "OnlyByTls")).toMatchObject({ effect: "Deny", principals: [{ type: "*" }], condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }] });
    expect(production.one("aws_s3_bucket_policy", `${name}-policy`)["policy"]).toBe(`\${data.aws_iam_policy_document.${name}-may.json}`);
  });

  it("is one of three", () => {
    expect(names).toEqual(["config-bucket", "state-bucket", "trail-bucket"]);
  });
});

describe("GuardDuty", () => {
  it("tells its findings every 15 minutes, and sees S3, disks and tasks", () => {
    expect(account.one("aws_guardduty_detector")).toMatchObject({ enable: true, finding_publishing_frequency: "FIFTEEN_MINUTES" });
    expect(Object.values(account.all("aws_guardduty_detector_feature")).map(({ name, status }) => `${String(name)} ${String(status)}`).sort()).toEqual(["EBS_MALWARE_PROTECTION ENABLED", "RUNTIME_MONITORING ENABLED", "S3_DATA_EVENTS ENABLED"]);
  });

  it("says of each of the three agents whether it is AWS's matter, in the order in which AWS answers: a plan would differ for ever otherwise", () => {
    expect(account.one("aws_guardduty_detector_feature", "guard-duty-runtime")["additional_configuration"]).toEqual([
      { name: "EKS_ADDON_MANAGEMENT", status: "DISABLED" },
      { name: "ECS_FARGATE_AGENT_MANAGEMENT", status: "ENABLED" },
      { name: "EC2_AGENT_MANAGEMENT", status: "DISABLED" },
    ]);
  });

  it("tells people of findings of severity 4 and more", () => {
    expect(JSON.parse(String(account.one("aws_cloudwatch_event_rule", "guard-duty-findings")["event_pattern"]))).toEqual({ source: ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], detail: { severity: [{ numeric: [">=", 4] }] } });
    expect(account.one("aws_cloudwatch_event_target", "guard-duty-findings-target")).toMatchObject({ rule: "${aws_cloudwatch_event_rule.guard-duty-findings.name}", arn: "${aws_sns_topic.alerts-topic.arn}" });
  });
});

describe("Config and Security Hub", () => {
  it("are there when the settings say so, and record before they are asked", () => {
    expect(account.one("aws_config_configuration_recorder_status")).toMatchObject({ is_enabled: true, depends_on: ["aws_config_delivery_channel.config-channel"] });
    expect(account.one("aws_securityhub_standards_subscription")["depends_on"]).toEqual(["aws_securityhub_account.security-hub-hub"]);
  });

  it("are not there by default", () => {
    const plain = accountStack();
    expect([plain.all("aws_config_configuration_recorder"), plain.all("aws_securityhub_account")]).toEqual([{}, {}]);
  });
});

describe("messages to people", () => {
  it("come from this account's alarms, findings and budget, encrypted and by TLS", () => {
    const topic = account.one("aws_sns_topic");
    expect(topic).toMatchObject({ name: "notes-alerts", kms_master_key_id: "${aws_kms_key.alerts-key-key.arn}" });
    const senders = statementsOf(account, "alerts-policy").filter(({ effect }) => effect === "Allow");
    expect(senders.map(({ principals }) => principals[0]?.identifiers[0])).toEqual(["cloudwatch.amazonaws.com", "events.amazonaws.com", "budgets.amazonaws.com"]);
    for (const { condition } of senders) expect(condition).toEqual([{ test: "StringEquals", variable: "aws:SourceAccount", values: ["111122223333"] }]);
    // Without the key no service could send to an encrypted topic, and nobody would hear of it.
    expect(statementsOf(account, "alerts-key-policy").slice(1).map(({ principals }) => principals[0]?.identifiers[0])).toEqual(["cloudwatch.amazonaws.com", "events.amazonaws.com", "budgets.amazonaws.com"]);
    expect(statementOf(account, "alerts-policy", "OnlyByTls").effect).toBe("Deny");
  });

  it("go to Slack through AWS's client, which may do nothing, and to e-mail", () => {
    expect(account.one("aws_chatbot_slack_channel_configuration")).toMatchObject({ slack_team_id: "T0123ABCD", slack_channel_id: "C0123ABCD", guardrail_policy_arns: ["arn:aws:iam::aws:policy/AWSDenyAll"] });
    expect(account.one("aws_sns_topic_subscription")).toMatchObject({ protocol: "email", endpoint: "a@example.com" });
    expect(Object.keys(account.all("aws_iam_role_policy")).filter((name) => name.startsWith("alerts"))).toEqual([]);
    const elsewhere = accountStack({ account: { region: "us-gov-west-1", alerts: { slack: { workspace: "T0123ABCD", channel: "C0123ABCD" } } } });
    expect(elsewhere.one("aws_chatbot_slack_channel_configuration")["guardrail_policy_arns"]).toEqual(["arn:aws-us-gov:iam::aws:policy/AWSDenyAll"]);
  });

  it("tell of a budget at 80 and at 100 %, and when 100 % is to be expected", () => {
    expect(account.one("aws_budgets_budget")).toMatchObject({ limit_amount: "100", limit_unit: "USD", time_unit: "MONTHLY", budget_type: "COST" });
    expect(account.one("aws_budgets_budget")["notification"]).toMatchObject([
      { threshold: 80, notification_type: "ACTUAL", subscriber_sns_topic_arns: ["${aws_sns_topic.alerts-topic.arn}"] },
      { threshold: 100, notification_type: "ACTUAL" },
      { threshold: 100, notification_type: "FORECASTED" },
    ]);
  });
});

it("logs what is typed and shown in shells, encrypted, for a year", () => {
  const document = account.one("aws_ssm_document");
  expect(document).toMatchObject({ name: "SSM-SessionManagerRunShell", document_type: "Session" });
  expect(JSON.parse(String(document["content"]))).toMatchObject({ sessionType: "Standard_Stream", inputs: { cloudWatchLogGroupName: "${aws_cloudwatch_log_group.sessions-group.name}", cloudWatchEncryptionEnabled: true } });
  expect(account.one("aws_cloudwatch_log_group")).toMatchObject({ name: "/notes/sessions", retention_in_days: 365, kms_key_id: "${aws_kms_key.sessions-key-key.arn}" });
});
