import type { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { dropUnfinishedUploads, PrivateBucket } from "../buckets/private-bucket.ts";
import { Arns } from "../policies/arns.ts";

/** Days; who asked for what is personal data. */
const keptDays = 90;

/** Where a load balancer writes a line for each request. It uses S3's own key, and takes no other. */
export function accessLogs(scope: Construct, id: string, { names, account, region, partition }: Environment): PrivateBucket {
  const arns = new Arns({ partition, region, account: account.id });
  const name = names.of("bucket", `access-logs-${account.id}-${region}`);
  return new PrivateBucket(scope, id, {
    name,
    arns,
    rules: [{ id: "expire", expiration: [{ days: keptDays }], noncurrentVersionExpiration: [{ noncurrentDays: 1 }] }, dropUnfinishedUploads(7)],
    statements: [
      {
        sid: "LoadBalancersWrite",
        why: "Load balancers of this account write their logs, below the account's own path.",
        actions: ["s3:PutObject"],
        resources: [`${arns.bucket(name)}/AWSLogs/${account.id}/*`],
        principals: [{ type: "Service", identifiers: ["logdelivery.elasticloadbalancing.amazonaws.com"] }],
        conditions: [{ test: "ArnLike", variable: "aws:SourceArn", values: [arns.of("elasticloadbalancing", "loadbalancer/*")] }],
      },
    ],
  });
}
