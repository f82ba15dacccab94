import type { Account } from "../../settings/resolve.ts";
import type { Arns } from "../policies/arns.ts";
import type { Condition } from "../policies/policy-document.ts";

/** A key has several names: without ForAnyValue AWS compares none of them. */
export const hasAlias = (...aliases: readonly string[]): Condition => ({ test: "ForAnyValue:StringEquals", variable: "kms:ResourceAliases", values: aliases });

export const through = (arns: Arns, ...services: readonly string[]): Condition => ({ test: "StringEquals", variable: "kms:ViaService", values: services.map((service) => `${service}.${arns.place.region}.amazonaws.com`) });

/** A key has its tags from its first moment, and its alias a little later: too late for what the same apply makes with it. The account's keys have no environment. */
export const isOfAnEnvironment = ({ application, environments }: Account): Condition[] => [
  { test: "StringEquals", variable: "aws:ResourceTag/project", values: [application.project] },
  { test: "StringEquals", variable: "aws:ResourceTag/environment", values: environments.map(({ key }) => key) },
];
