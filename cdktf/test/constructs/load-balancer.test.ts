import { describe, expect, it } from "vitest";
import { environmentStack } from "../support/synth.ts";

const certificateArn = "arn:aws:acm:eu-west-1:111122223333:certificate/one";
const production = environmentStack({ environment: { preset: "production", certificateArn } });
const lab = environmentStack();
const blue = [{ type: "forward", target_group_arn: "${aws_lb_target_group.load-balancer-blue.arn}" }];

describe("the listeners", () => {
  it.each(["production", "test"])("never take the %s listener's traffic back to the group that Terraform remembers", (name) => {
    for (const stack of [lab, production]) expect(stack.one("aws_lb_listener", `load-balancer-${name}-listener`)).toMatchObject({ default_action: blue, lifecycle: { ignore_changes: ["default_action"] } });
  });

  it("are 80 and 8080", () => {
    expect(Object.values(lab.all("aws_lb_listener")).map(({ port, protocol }) => [port, protocol])).toEqual([[80, "HTTP"], [8080, "HTTP"]]);
  });

  it("are 443, 8080 and one that redirects, with a certificate", () => {
    expect(Object.values(production.all("aws_lb_listener")).map(({ port, protocol }) => [port, protocol])).toEqual([[443, "HTTPS"], [8080, "HTTP"], [80, "HTTP"]]);
    expect(production.one("aws_lb_listener", "load-balancer-production-listener")).toMatchObject({ certificate_arn: certificateArn, ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" });
    expect(production.one("aws_lb_listener", "load-balancer-redirect-listener")["default_action"]).toEqual([{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", status_code: "HTTP_301" } }]);
  });
});

describe("the target groups", () => {
  it("are alike but for their names", () => {
    const { name: first, ...one } = lab.one("aws_lb_target_group", "load-balancer-blue");
    const { name: second, ...other } = lab.one("aws_lb_target_group", "load-balancer-green");
    expect([first, second]).toEqual(["notes-blue", "notes-green"]);
    expect(one).toEqual(other);
  });

  it("take tasks by address, and ask for what needs both upstreams", () => {
    expect(lab.one("aws_lb_target_group", "load-balancer-green")).toMatchObject({ target_type: "ip", port: 8080, deregistration_delay: "30", health_check: { path: "/ready", matcher: "200", interval: 10, healthy_threshold: 2 } });
  });
});

describe("in production", () => {
  it("it cannot be deleted by mistake, and tells who asked for what", () => {
    expect(production.one("aws_lb")).toMatchObject({ enable_deletion_protection: true, drop_invalid_header_fields: true, access_logs: { enabled: true, bucket: "${aws_s3_bucket.load-balancer-access-logs-bucket.bucket}" }, depends_on: ["aws_internet_gateway.network-own-internet", "aws_s3_bucket_policy.load-balancer-access-logs-policy"] });
    expect(production.one("aws_s3_bucket_lifecycle_configuration", "load-balancer-access-logs-lifecycle")["rule"]).toMatchObject([{ status: "Enabled", expiration: [{ days: 90 }] }, { abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] }]);
  });

  it("only load balancers of this account write there, below its own path, and nobody without TLS", () => {
    const { statement } = production.one("data.aws_iam_policy_document", "load-balancer-access-logs-may");
    expect(statement).toMatchObject([
      { actions: ["s3:PutObject"], resources: ["arn:aws:s3:::notes-access-logs-111122223333-eu-west-1/AWSLogs/111122223333/*"], principals: [{ type: "Service", identifiers: ["logdelivery.elasticloadbalancing.amazonaws.com"] }], condition: [{ variable: "aws:SourceArn" }] },
      { effect: "Deny", condition: [{ variable: "aws:SecureTransport", values: ["false"] }] },
    ]);
  });

  it("in lab it may go, and keeps nothing", () => {
    expect(lab.one("aws_lb")).toMatchObject({ enable_deletion_protection: false });
    expect(Object.keys(lab.all("aws_s3_bucket")).filter((name) => name.startsWith("load-balancer"))).toEqual([]);
    expect(lab.one("aws_lb")).not.toHaveProperty("access_logs");
  });
});
