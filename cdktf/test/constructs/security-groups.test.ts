import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { databasePort, flowsOf, metricsPort, type Party } from "../../src/constructs/security-groups/flows.ts";
import { environmentOf, environmentStack } from "../support/synth.ts";

const nameOf = (party: Party): string => (typeof party === "string" ? party : party.name);
const tableOf = (settings: object): string[] => flowsOf({ environment: environmentOf({ environment: settings }), probeAddresses: ["192.0.2.1"], s3PrefixListId: "pl-s3" }).map(([from, to, port]) => `${nameOf(from)} -> ${nameOf(to)}:${port}`);
const testers = ["10.1.0.0/16", "10.2.0.0/16"];

describe("who may open connections to whom", () => {
  const always = ["internet -> balancer:80", "testers -> balancer:8080", "probe -> balancer:8080", "balancer -> tasks:8080", "probe -> internet:8080", "probe -> internet:443"];
  it.each<[string, object, readonly string[]]>([
    ["a lab", {}, ["monitoring -> tasks:3001", "monitoring -> internet:443", "tasks -> internet:443"]],
    ["one without monitoring", { monitoring: false }, ["tasks -> internet:443"]],
    ["one with a certificate", { monitoring: false, certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/one" }, ["internet -> balancer:443", "tasks -> internet:443"]],
    ["one with an external database", { monitoring: false, database: "external" }, ["tasks -> database:5432", "tasks -> internet:443"]],
    ["one with endpoints", { network: { egress: "endpoints" } }, ["tasks -> endpoints:443", "tasks -> s3:443"]],
    ["one in the default VPC", { network: { defaultVpc: true } }, ["tasks -> internet:443"]],
  ])("in %s", (_what, settings, more) => {
    expect(tableOf(settings).toSorted()).toEqual([...always, ...more].toSorted());
  });

  it("has nothing of the probe, when releases have none", () => {
    const environment = environmentOf({ release: { hooks: {} } });
    expect(flowsOf({ environment, probeAddresses: [], s3PrefixListId: undefined }).filter((flow) => flow.slice(0, 2).some((party) => nameOf(party as Party) === "probe"))).toEqual([]);
  });

  it("uses the ports of the task definition's containers", () => {
    const containers = z.object({ containerDefinitions: z.array(z.object({ name: z.string(), portMappings: z.array(z.object({ containerPort: z.number() })) })) }).parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../../services/task-definition.json"), "utf8"))).containerDefinitions;
    const portOf = (name: string): number | undefined => containers.find((container) => container.name === name)?.portMappings[0]?.containerPort;
    expect([portOf("backend"), portOf("database"), portOf("proxy")]).toEqual([metricsPort, databasePort, environmentOf().application.release.port]);
  });
});

describe("its rules", () => {
  const stack = environmentStack({ environment: { network: { testListenerFrom: testers } } });
  const [into, out] = ["ingress", "egress"].map((side) => stack.all(`aws_vpc_security_group_${side}_rule`));

  it("are resources of their own, each with what it is for, and none in a group", () => {
    for (const rule of [...Object.values(into ?? {}), ...Object.values(out ?? {})]) {
      // AWS's own pattern of what it takes.
      expect(rule["description"]).toMatch(/^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/);
      expect(rule["ip_protocol"]).toBe("tcp");
    }
    for (const group of Object.values(stack.all("aws_security_group"))) expect(Object.keys(group).filter((key) => ["ingress", "egress"].includes(key))).toEqual([]);
  });

  it("let each range of testers, and the address that the probe has outside, to the test listener", () => {
    const sources = Object.values(into ?? {}).filter(({ from_port: port, security_group_id: group }) => port === 8080 && group === "${aws_security_group.security-groups-balancer.id}").map(({ cidr_ipv4: range }) => range);
    expect(sources).toEqual([...testers, "${aws_eip.network-own-nat-1-address.public_ip}/32"]);
  });

  it("let the probe in from every address that it may have", () => {
    const production = environmentStack({ environment: { preset: "production" } });
    const sources = Object.entries(production.all("aws_vpc_security_group_ingress_rule")).filter(([name]) => name.includes("probe-to-balancer")).map(([, { cidr_ipv4: range }]) => range);
    expect(sources).toEqual([1, 2, 3].map((zone) => `\${aws_eip.network-own-nat-${zone}-address.public_ip}/32`));
  });

  it.each<[object, readonly string[]]>([
    [{ monitoring: false }, ["balancer", "probe", "tasks"]],
    [{ preset: "production" }, ["balancer", "database", "monitoring", "probe", "tasks"]],
    [{ network: { egress: "endpoints" } }, ["balancer", "endpoints", "probe", "tasks"]],
  ])("are of groups that are needed, and of no others: %j", (environment, names) => {
    expect(Object.values(environmentStack({ environment }).all("aws_security_group")).map(({ name }) => name).toSorted()).toEqual(names.map((name) => `notes-${name}`));
  });

  it("are on both sides of a connection between two groups", () => {
    const between = (rules: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined, mine: string, other: string) => Object.values(rules ?? {}).map((rule) => [rule[mine], rule[other], rule["from_port"], rule["to_port"]]).filter(([one, two]) => one !== undefined && two !== undefined);
    expect(between(into, "referenced_security_group_id", "security_group_id")).toEqual(between(out, "security_group_id", "referenced_security_group_id"));
    expect(between(into, "referenced_security_group_id", "security_group_id")).toHaveLength(2);
  });
});
