import { describe, expect, it } from "vitest";
import { addressPlan } from "../../src/constructs/network/address-plan.ts";
import { environmentStack, type Given } from "../support/synth.ts";

const network = (settings: object, more: object = {}) => environmentStack({ environment: { network: settings, ...more } });
const production: Given = { environment: { preset: "production" } };

describe("addresses", () => {
  it.each<[string, number, boolean, readonly string[]]>([
    ["10.20.0.0/16", 3, false, ["10.20.0.0/19", "10.20.32.0/19", "10.20.64.0/19", "10.20.96.0/19", "10.20.128.0/19", "10.20.160.0/19"]],
    ["10.0.0.0/24", 2, false, ["10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/26", "10.0.0.192/26"]],
    ["10.0.0.0/24", 2, true, ["10.0.0.0/27", "10.0.0.32/27", "10.0.0.64/27", "10.0.0.96/27", "10.0.0.128/27"]],
    ["192.168.0.0/16", 3, true, ["192.168.0.0/19", "192.168.32.0/19", "192.168.64.0/19", "192.168.96.0/19", "192.168.128.0/19", "192.168.160.0/19", "192.168.192.0/19"]],
  ])("cuts %s for %i zones into parts that do not overlap", (range, zones, hasProbe, parts) => {
    const { publicRanges, privateRanges, probeRange } = addressPlan(range, zones, hasProbe);
    expect([...publicRanges, ...privateRanges, ...(probeRange === undefined ? [] : [probeRange])]).toEqual(parts);
  });
});

describe("a network of its own", () => {
  it("has a public and a private subnet in each zone, and tasks in the private ones without a public address", () => {
    const stack = network({ zones: 2 });
    const zoneOf = (kind: string): unknown[] => [1, 2].map((zone) => stack.one("aws_subnet", `network-own-${kind}-subnet-${zone}`)["availability_zone"]);
    expect(zoneOf("public")).toEqual(zoneOf("private"));
    expect(new Set(zoneOf("public")).size).toBe(2);
    expect(Object.values(stack.all("aws_subnet")).map(({ map_public_ip_on_launch: given }) => given)).toEqual([false, false, false, false]);
    expect(stack.one("aws_ecs_service")["network_configuration"]).toMatchObject({ assign_public_ip: false, subnets: ["${aws_subnet.network-own-private-subnet-1.id}", "${aws_subnet.network-own-private-subnet-2.id}"] });
    expect(stack.one("aws_lb")["subnets"]).toEqual(["${aws_subnet.network-own-public-subnet-1.id}", "${aws_subnet.network-own-public-subnet-2.id}"]);
  });

  it("makes nothing that has a public address before there is a way to the internet", () => {
    const stack = environmentStack();
    for (const type of ["aws_lb", "aws_nat_gateway"]) expect(stack.one(type)["depends_on"]).toContain("aws_internet_gateway.network-own-internet");
  });

  it("closes the group that the VPC comes with, and writes down who talks to whom", () => {
    const stack = environmentStack();
    expect(stack.one("aws_default_security_group")).toEqual({ vpc_id: "${aws_vpc.network-own-vpc.id}" });
    expect(stack.one("aws_flow_log")).toMatchObject({ traffic_type: "ALL", vpc_id: "${aws_vpc.network-own-vpc.id}", log_destination: "${aws_cloudwatch_log_group.network-own-flow-logs-group.arn}" });
    expect(stack.one("aws_cloudwatch_log_group", "network-own-flow-logs-group")).toMatchObject({ retention_in_days: 30, kms_key_id: "${aws_kms_key.key-key.arn}" });
  });

  it.each<[string, Given, number]>([
    ["one NAT gateway in lab", {}, 1],
    ["one in each zone of production", production, 3],
    ["one where that is asked for in production", { environment: { preset: "production", network: { egress: "nat" } } }, 1],
    ["one in each zone where that is asked for in lab", { environment: { network: { egress: "nat-per-zone", zones: 2 } } }, 2],
  ])("has %s, and a way there from every private subnet", (_what, given, count) => {
    const stack = environmentStack(given);
    expect(Object.keys(stack.all("aws_nat_gateway"))).toHaveLength(count);
    expect(Object.keys(stack.all("aws_eip"))).toHaveLength(count);
    const ways = Object.values(stack.all("aws_route_table_association")).map(({ subnet_id: subnet, route_table_id: table }) => ({ subnet, table }));
    const privateTables = Object.values(stack.all("aws_route")).filter((route) => "nat_gateway_id" in route).map(({ route_table_id: table }) => table);
    for (const name of Object.keys(stack.all("aws_subnet")).filter((subnet) => subnet.includes("private"))) expect(privateTables).toContain(ways.find(({ subnet }) => subnet === `\${aws_subnet.${name}.id}`)?.table);
  });

  it("puts a NAT gateway into each zone's own public subnet, and sends that zone's tasks there", () => {
    const stack = environmentStack(production);
    for (const zone of [1, 2, 3]) {
      expect(stack.one("aws_nat_gateway", `network-own-nat-${zone}-gateway`)["subnet_id"]).toBe(`\${aws_subnet.network-own-public-subnet-${zone}.id}`);
      expect(stack.one("aws_route_table_association", `network-own-nat-${zone}-private-routes-of-1`)["subnet_id"]).toBe(`\${aws_subnet.network-own-private-subnet-${zone}.id}`);
    }
  });
});

describe("a network with endpoints", () => {
  const stack = network({ egress: "endpoints" });

  it("gives tasks AWS's services and no way to the internet", () => {
    expect(Object.values(stack.all("aws_vpc_endpoint")).map(({ service_name: name }) => String(name).replace("com.amazonaws.eu-west-1.", "")).toSorted()).toEqual(["ecr.api", "ecr.dkr", "kms", "logs", "s3", "secretsmanager", "ssm", "ssmmessages"]);
    const out = Object.values(stack.all("aws_route")).map(({ route_table_id: table }) => table);
    const tableOf = (subnet: string): unknown => Object.values(stack.all("aws_route_table_association")).find(({ subnet_id: id }) => id === `\${aws_subnet.${subnet}.id}`)?.["route_table_id"];
    for (const zone of [1, 2, 3]) expect(out).not.toContain(tableOf(`network-own-private-subnet-${zone}`));
    const tables = stack.one("aws_vpc_endpoint", "network-own-s3")["route_table_ids"];
    expect(tables).toEqual([1, 2, 3].map((zone) => tableOf(`network-own-private-subnet-${zone}`)));
  });

  it.each(["cn-north-1", "cn-northwest-1"])("calls them in %s as AWS in China does: ECR's names begin otherwise than the rest", (region) => {
    const china = environmentStack({ account: { region }, environment: { network: { egress: "endpoints" } } });
    expect(Object.values(china.all("aws_vpc_endpoint")).map(({ service_name: name }) => name).toSorted()).toEqual([...["ecr.api", "ecr.dkr"].map((service) => `cn.com.amazonaws.${region}.${service}`), ...["kms", "logs", "s3", "secretsmanager", "ssm", "ssmmessages"].map((service) => `com.amazonaws.${region}.${service}`)]);
  });

  it("lets tasks open connections to nothing but these", () => {
    const fromTasks = Object.entries(stack.all("aws_vpc_security_group_egress_rule")).filter(([name]) => name.includes("out-tasks-"));
    expect(fromTasks.map(([, rule]) => rule["referenced_security_group_id"] ?? rule["prefix_list_id"])).toEqual(["${aws_security_group.security-groups-endpoints.id}", "${aws_vpc_endpoint.network-own-s3.prefix_list_id}"]);
  });

  it("lets the probe alone out, in a subnet of its own", () => {
    expect(stack.one("aws_lambda_function")["vpc_config"]).toMatchObject({ subnet_ids: ["${aws_subnet.network-own-probe-subnet-1.id}"] });
    expect(stack.one("aws_nat_gateway")["subnet_id"]).toBe("${aws_subnet.network-own-public-subnet-1.id}");
    expect(stack.one("aws_route_table_association", "network-own-probe-nat-private-routes-of-1")["subnet_id"]).toBe("${aws_subnet.network-own-probe-subnet-1.id}");
  });
});

describe("the default VPC", () => {
  const stack = network({ defaultVpc: true });

  it("is found and not made, and its tasks have public addresses", () => {
    expect(stack.all("aws_vpc")).toEqual({});
    expect(stack.one("data.aws_vpc")).toEqual({ default: true });
    expect(stack.one("aws_ecs_service")["network_configuration"]).toMatchObject({ assign_public_ip: true, subnets: "${data.aws_subnets.network-default-subnets.ids}" });
  });

  it("still lets nobody but the load balancer to the tasks", () => {
    const toTasks = Object.values(stack.all("aws_vpc_security_group_ingress_rule")).filter(({ security_group_id: group }) => group === "${aws_security_group.security-groups-tasks.id}");
    expect(toTasks.map(({ referenced_security_group_id: from, from_port: port }) => [from, port])).toEqual([
      ["${aws_security_group.security-groups-balancer.id}", 8080],
    ]);
  });

  it("gives the probe a subnet with a way out, for a function has no public address", () => {
    expect(stack.one("aws_lambda_function")["vpc_config"]).toMatchObject({ subnet_ids: ["${aws_subnet.network-default-probe-subnet.id}"] });
    expect(stack.one("aws_route")).toMatchObject({ nat_gateway_id: "${aws_nat_gateway.network-default-probe-nat-gateway.id}" });
  });
});

it.each<[string, object]>([
  ["the default VPC", { defaultVpc: true }],
  ["a network with endpoints", { egress: "endpoints" }],
])("needs no NAT gateway in %s, when releases have no probe", (_what, settings) => {
  const stack = environmentStack({ environment: { network: settings }, release: { hooks: {} } });
  expect(stack.all("aws_nat_gateway")).toEqual({});
  expect(Object.keys(stack.all("aws_subnet")).filter((name) => name.includes("probe"))).toEqual([]);
  expect(stack.all("aws_lambda_function")).toEqual({});
});
