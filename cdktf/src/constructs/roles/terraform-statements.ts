import type { Account } from "../../settings/resolve.ts";
import type { Arns } from "../policies/arns.ts";
import type { Statement } from "../policies/policy-document.ts";
import { boundaryArn } from "../boundary/boundary.ts";
import { terraformPermissions } from "./terraform-permissions.ts";

/** What a plan of every stack of the account reads. */
export function statementsToSee(account: Account, arns: Arns): Statement[] {
  const lists = [...new Set(terraformPermissions.flatMap(({ seesAll = [] }) => seesAll))].sort();
  return [
    { sid: "SeeLists", why: "Terraform compares what is there with what it knows. AWS cannot limit these to a resource.", actions: lists, resources: ["*"] },
    ...terraformPermissions.filter(({ sees }) => sees.length > 0).map(({ sid, sees, on }): Statement => ({ sid: `See${sid}`, why: "Terraform compares each of these with what it knows.", actions: sees, resources: resourcesOf(on, account, arns) })),
  ];
}

/** What an apply of an environment's stack changes; the account's own stack is applied by a person. */
export const statementsToChange = (account: Account, arns: Arns): Statement[] =>
  terraformPermissions.filter(({ changes }) => changes.length > 0).map(({ sid, changes, on, isWithinBoundary = false }) => ({
    sid: `Change${sid}`,
    why: isWithinBoundary ? "Terraform makes roles that have the environments' boundary, and gives rights to no other." : "Terraform makes, changes and deletes these.",
    actions: changes,
    resources: resourcesOf(on, account, arns),
    ...(isWithinBoundary ? { conditions: [{ test: "StringEquals", variable: "iam:PermissionsBoundary", values: [boundaryArn(arns, account.application)] }] } : {}),
  }));

/** `service:rest`, or `service::rest` without a region; of S3, `s3:::name`. */
function resourcesOf(patterns: readonly string[], { environments, application }: Account, arns: Arns): string[] {
  const { partition, region, account } = arns.place;
  const texts = patterns.flatMap((pattern) => {
    const [service = "", ...rest] = pattern.split(":");
    const arn = pattern.startsWith("s3:::") ? `arn:${partition}:${pattern}` : rest[0] === "" ? ofGlobal(service, rest.slice(1).join(":")) : `arn:${partition}:${service}:${region}:${account}:${rest.join(":")}`;
    return environments.flatMap(({ names, application: { release } }) =>
      listed(arn, "{secret}", Object.values(release.secrets)).map((text) =>
        text.replaceAll("{prefix}", names.prefix).replaceAll("{project}", application.project).replaceAll("{logGroup}", release.values["LOG_GROUP"] ?? `/ecs/${names.prefix}`).replaceAll("{id}", "*"),
      ),
    );
  });
  return [...new Set(texts)];

  function ofGlobal(service: string, rest: string): string {
    // Images and public parameters are of no account; they have a region.
    if (service === "ec2" || service === "ssm") return `arn:${partition}:${service}:${region}::${rest}`;
    return `arn:${partition}:${service}::${account}:${rest}`;
  }
}

const listed = (text: string, placeholder: string, items: readonly string[]): string[] => (text.includes(placeholder) ? items.map((item) => text.replaceAll(placeholder, item)) : [text]);
