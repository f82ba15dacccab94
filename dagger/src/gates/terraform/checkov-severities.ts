import type { Severity } from "../../report/schema.ts";

/**
 * Checkov gives severities to those who log in to its maker's service; offline
 * each is null. These are ours, for what a web application on ECS is made of:
 *
 * - critical: anybody on the internet, or in AWS, can read, write or take over.
 * - high: one mistake elsewhere is enough for that; data or traffic is readable;
 *   nobody would see that it happened.
 * - medium: a second line of defence is missing.
 * - low: a better choice exists; nothing is open without it.
 * - info: a matter of taste, cost or size.
 */
const severities: Readonly<Record<Exclude<Severity, "medium">, readonly string[]>> = {
  critical: [
    // Keys in the code.
    "CKV_AWS_41", "CKV_AWS_45", "CKV_AWS_46",
    // Administrator for whoever gets in: "*" on "*", or AWS's own policy of that name.
    "CKV_AWS_1", "CKV_AWS_62", "CKV_AWS_274", "CKV_AWS_275", "CKV2_AWS_40", "CKV2_AWS_56",
    // Roles that anybody may take, in AWS or from any pipeline of GitHub.
    "CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_358", "CKV_AWS_393", "CKV_AWS_348",
    // Resource policies for everybody: keys, images, buckets, topics, queues, anything else.
    "CKV_AWS_33", "CKV_AWS_32", "CKV_AWS_70", "CKV_AWS_169", "CKV_AWS_283", "CKV_AWS_385", "CKV_AWS_387",
    // Documents and copies of databases for everybody.
    "CKV_AWS_302", "CKV_AWS_303",
    // Buckets that are public by their ACL.
    "CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375", "CKV2_AWS_43",
    // Every port, SSH, remote desktop open to the world; a database with a public address.
    "CKV_AWS_277", "CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_17",
  ],
  high: [
    // IAM: every action, more rights for oneself, others' credentials, others' data, others' rights.
    "CKV_AWS_49", "CKV_AWS_63", "CKV_AWS_110", "CKV_AWS_286", "CKV_AWS_107", "CKV_AWS_287", "CKV_AWS_108", "CKV_AWS_288", "CKV_AWS_109", "CKV_AWS_289",
    // People and pipelines with passwords or keys of their own.
    "CKV_AWS_273", "CKV_AWS_40", "CKV2_AWS_22",
    // The public side of a bucket is not shut; its policy can lock out all but root.
    "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV_AWS_93", "CKV2_AWS_6",
    // Data at rest that is not encrypted at all.
    "CKV_AWS_3", "CKV_AWS_8", "CKV_AWS_16", "CKV_AWS_19", "CKV_AWS_96", "CKV2_AWS_34",
    // Traffic that is not encrypted, or as it was in 2008.
    "CKV_AWS_2", "CKV_AWS_103", "CKV_AWS_97", "CKV2_AWS_20", "CKV2_AWS_74",
    // Tasks: privileged, in the host's process namespace, with a public address.
    "CKV_AWS_334", "CKV_AWS_335", "CKV_AWS_333",
    // What a task runs can be replaced under its tag; nobody looks at what is pushed.
    "CKV_AWS_51", "CKV_AWS_163",
    // The record of who did what: off, in one region only, or not provably whole. Threat detection: off.
    "CKV_AWS_251", "CKV_AWS_67", "CKV_AWS_36", "CKV_AWS_238",
    // The security group that everything gets which names none.
    "CKV2_AWS_12",
    // The first version of the metadata service gives a server's credentials to whoever can make it fetch an address.
    "CKV_AWS_79",
    // Remote code execution in Log4j.
    "CKV_AWS_192",
  ],
  low: [
    // A key of one's own instead of AWS's: for logs, images, buckets, secrets, parameters, volumes, ECS Exec, CloudTrail's records.
    "CKV_AWS_158", "CKV_AWS_136", "CKV_AWS_145", "CKV_AWS_149", "CKV_AWS_337", "CKV_AWS_189", "CKV_AWS_224", "CKV_AWS_186", "CKV_AWS_327",
    // Keys: a policy of their own beside the account's default.
    "CKV2_AWS_64",
    // Descriptions, unused groups.
    "CKV_AWS_23", "CKV2_AWS_5",
    // How long logs and objects are kept, and where records of reading them go.
    "CKV_AWS_66", "CKV_AWS_338", "CKV_AWS_18", "CKV2_AWS_61", "CKV_AWS_300", "CKV2_AWS_10", "CKV2_AWS_31",
    // Safety against one's own mistakes, and availability.
    "CKV_AWS_150", "CKV_AWS_152", "CKV_AWS_233", "CKV_AWS_157", "CKV_AWS_293", "CKV_AWS_139",
    // Observability.
    "CKV_AWS_65", "CKV_AWS_118", "CKV_AWS_353", "CKV_AWS_354",
    // The platform version is pinned.
    "CKV_AWS_332",
  ],
  info: [
    // Copies in another region, events on every object, notifications of every trail file, object locks.
    "CKV_AWS_144", "CKV2_AWS_62", "CKV_AWS_252", "CKV_AWS_143",
    // GuardDuty for a whole organisation: whether this one is there is another rule.
    "CKV2_AWS_3",
  ],
};

const severityByRule = new Map(Object.entries(severities).flatMap(([severity, rules]) => rules.map((rule): [string, Severity] => [rule, severity as Severity])));

/** Medium for a rule that nobody here has judged: it is shown, and stops a release only where gitops.json asks for that. */
export const checkovSeverity = (rule: string): Severity => severityByRule.get(rule) ?? "medium";
