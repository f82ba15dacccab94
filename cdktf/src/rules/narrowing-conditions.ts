import type { Statement } from "./policies.ts";

/**
 * Conditions that say which resource it is, or to what it belongs. Others say who asks
 * or how (aws:SecureTransport, aws:SourceAccount, kms:ViaService): with those alone, every
 * resource is still every resource. iam:PassedToService is not here either: an
 * administrator's role that is handed to a task is one that the task has.
 */
const narrowing = [/^aws:(Resource|Request)Tag\/./, /^[a-z0-9-]+:ResourceTag\/./, /^kms:ResourceAliases$/, /^kms:EncryptionContext:./, /^ecs:(cluster|service|task-definition)$/, /^ec2:(InstanceID|Subnet|Vpc|VpcID)$/, /^iam:AWSServiceName$/];

/** Tests that a request without the key does not pass. */
const holding = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))$/;

export const isNarrowed = (conditions: Statement["conditions"]): boolean => conditions.some(({ test, variable, values }) => holding.test(test) && narrowing.some((key) => key.test(variable)) && values.length > 0 && values.every((value) => !/^[*?]+$/.test(value)));
