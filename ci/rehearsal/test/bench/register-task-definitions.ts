import { ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { operatorKey } from "../../src/iam/access-keys.ts";

/** Milliseconds of 200 calls, one after the other, to an endpoint that is given, or to a rehearsal in this process. */
const [given] = process.argv.slice(2);
const rehearsal = given === undefined ? await new AwsRehearsal().start() : undefined;
const client = new ECSClient({ endpoint: given ?? rehearsal?.url ?? "", region: "eu-west-1", credentials: operatorKey });
const register = async (): Promise<unknown> =>
  client.send(
    new RegisterTaskDefinitionCommand({
      family: "web",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      executionRoleArn: "arn:aws:iam::123456789012:role/execution",
      containerDefinitions: [{ name: "proxy", image: "web:1", essential: true, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
await register();
const begin = performance.now();
for (let count = 0; count < 200; count += 1) await register();
console.log(performance.now() - begin);
await rehearsal?.stop();
process.exit(0);
