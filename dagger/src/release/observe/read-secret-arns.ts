import { z } from "zod";
import type { AwsClients } from "../aws/clients.ts";
import type { Have } from "../have.ts";
import type { Reader } from "./reader.ts";

const secretSchema = z.object({ ARN: z.string(), Name: z.string(), DeletedDate: z.date().optional() });

/** That they are there; their values are never asked for. One that is to be deleted cannot be read any more, and is not there. */
export async function readSecretArns(clients: AwsClients, wanted: Readonly<Record<string, string>>, reader: Reader): Promise<Have["secrets"]> {
  return Object.fromEntries(
    await Promise.all(
      Object.entries(wanted).map(async ([placeholder, name]) => {
        const found = await reader.read(
          { part: `secrets.${placeholder}`, action: "secretsmanager:DescribeSecret", absentWhen: ["ResourceNotFoundException"] },
          async () => {
            const [secrets, { DescribeSecretCommand }] = await Promise.all([clients.secrets(), import("@aws-sdk/client-secrets-manager")]);
            return secretSchema.parse(await secrets.send(new DescribeSecretCommand({ SecretId: name }), reader.options));
          },
          undefined,
        );
        return [placeholder, found === undefined || found.DeletedDate !== undefined ? undefined : { name: found.Name, arn: found.ARN }] as const;
      }),
    ),
  );
}
