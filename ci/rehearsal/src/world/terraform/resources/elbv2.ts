import { rulesOf } from "../../../services/elbv2/state.ts";
import { TerraformError } from "../terraform-error.ts";
import { callOperation, type Importer } from "../importer.ts";
import { given, type Values } from "../values.ts";

const scope = "elasticloadbalancing";
const suffixOf = (arn: string): string => arn.split(":").at(-1)?.replace(/^loadbalancer\//, "") ?? arn;

export const elbv2: Readonly<Record<string, Importer>> = {
  aws_lb: {
    uses: ["name", "subnets", "security_groups", "internal", "load_balancer_type"],
    async create(values, parts) {
      const input = { Name: values.text("name"), Subnets: values.texts("subnets"), SecurityGroups: values.texts("security_groups"), Scheme: values.flag("internal") === true ? "internal" : "internet-facing", Type: values.maybeText("load_balancer_type") ?? "application" };
      const { LoadBalancers } = await callOperation<{ LoadBalancers: { LoadBalancerArn: string; DNSName: string }[] }>(parts, scope, "CreateLoadBalancer", input);
      const { LoadBalancerArn: arn = "", DNSName = "" } = LoadBalancers[0] ?? {};
      return { id: arn, arn, name: input.Name, dns_name: DNSName, arn_suffix: suffixOf(arn) };
    },
  },
  aws_lb_target_group: {
    uses: ["name", "port", "protocol", "target_type", "vpc_id", "health_check", "deregistration_delay"],
    async create(values, parts) {
      const check = values.block("health_check");
      const input = given({
        Name: values.text("name"),
        Port: values.number("port"),
        Protocol: values.maybeText("protocol"),
        TargetType: values.maybeText("target_type"),
        VpcId: values.maybeText("vpc_id"),
        HealthCheckEnabled: check?.flag("enabled"),
        HealthCheckPath: check?.maybeText("path"),
        HealthCheckPort: check?.maybeText("port"),
        HealthCheckProtocol: check?.maybeText("protocol"),
        HealthCheckIntervalSeconds: check?.number("interval"),
        HealthCheckTimeoutSeconds: check?.number("timeout"),
        HealthyThresholdCount: check?.number("healthy_threshold"),
        UnhealthyThresholdCount: check?.number("unhealthy_threshold"),
        Matcher: check?.maybeText("matcher") === undefined ? undefined : { HttpCode: check.text("matcher") },
      });
      const { TargetGroups } = await callOperation<{ TargetGroups: { TargetGroupArn: string }[] }>(parts, scope, "CreateTargetGroup", input);
      const arn = TargetGroups[0]?.TargetGroupArn ?? "";
      const delay = values.maybeText("deregistration_delay");
      if (delay !== undefined) await callOperation(parts, scope, "ModifyTargetGroupAttributes", { TargetGroupArn: arn, Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: delay }] });
      return { id: arn, arn, name: input.Name, arn_suffix: suffixOf(arn) };
    },
  },
  aws_lb_listener: {
    uses: ["load_balancer_arn", "port", "protocol", "default_action", "certificate_arn", "ssl_policy"],
    async create(values, parts) {
      const certificate = values.maybeText("certificate_arn");
      const input = given({
        LoadBalancerArn: values.text("load_balancer_arn"),
        Port: values.number("port"),
        Protocol: values.maybeText("protocol") ?? "HTTP",
        SslPolicy: values.maybeText("ssl_policy"),
        Certificates: certificate === undefined ? undefined : [{ CertificateArn: certificate }],
        DefaultActions: values.blocks("default_action").map(actionOf),
      });
      const { Listeners } = await callOperation<{ Listeners: { ListenerArn: string }[] }>(parts, scope, "CreateListener", input);
      const arn = Listeners[0]?.ListenerArn ?? "";
      return { id: arn, arn };
    },
  },
  aws_lb_listener_rule: {
    uses: ["listener_arn", "priority", "action", "condition"],
    async create(values, parts) {
      const listenerArn = values.text("listener_arn");
      const input = {
        ListenerArn: listenerArn,
        // Terraform's provider takes the next that is free where none is given.
        Priority: values.number("priority") ?? Math.max(0, ...rulesOf(parts, listenerArn).map(({ priority }) => priority)) + 1,
        Conditions: values.blocks("condition").map(conditionOf),
        Actions: values.blocks("action").map(actionOf),
      };
      const { Rules } = await callOperation<{ Rules: { RuleArn: string }[] }>(parts, scope, "CreateRule", input);
      const arn = Rules[0]?.RuleArn ?? "";
      return { id: arn, arn };
    },
  },
};

function conditionOf(condition: Values): object {
  const [path, host, method, header] = ["path_pattern", "host_header", "http_request_method", "http_header"].map((name) => condition.block(name));
  if (path !== undefined) return { Field: "path-pattern", PathPatternConfig: { Values: path.texts("values") } };
  if (host !== undefined) return { Field: "host-header", HostHeaderConfig: { Values: host.texts("values") } };
  if (method !== undefined) return { Field: "http-request-method", HttpRequestMethodConfig: { Values: method.texts("values") } };
  if (header !== undefined) return { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: header.text("http_header_name"), Values: header.texts("values") } };
  throw new TerraformError(`${condition.where}: the rehearsal's rules have the conditions path_pattern, host_header, http_request_method and http_header.`);
}

function actionOf(action: Values): object {
  const type = action.text("type");
  const redirect = action.block("redirect");
  const fixed = action.block("fixed_response");
  if (type === "forward") {
    const groups = action.block("forward")?.blocks("target_group") ?? [];
    const weighted = groups.map((group) => ({ TargetGroupArn: group.text("arn"), Weight: group.number("weight") ?? 1 }));
    return given({ Type: "forward", TargetGroupArn: action.maybeText("target_group_arn"), ForwardConfig: weighted.length === 0 ? undefined : { TargetGroups: weighted } });
  }
  if (redirect !== undefined) return { Type: type, RedirectConfig: given({ Protocol: redirect.maybeText("protocol"), Port: redirect.maybeText("port"), Host: redirect.maybeText("host"), Path: redirect.maybeText("path"), Query: redirect.maybeText("query"), StatusCode: redirect.text("status_code") }) };
  if (fixed !== undefined) return { Type: type, FixedResponseConfig: given({ ContentType: fixed.maybeText("content_type"), MessageBody: fixed.maybeText("message_body"), StatusCode: fixed.maybeText("status_code") }) };
  throw new TerraformError(`${action.where}: the rehearsal does not have the action ${type}.`);
}
