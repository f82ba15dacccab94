import { ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { operatorKey } from "../../src/iam/access-keys.ts";

/** Milliseconds of 200 calls to the endpoint that is given, one after the other, after as many that do not count. */
const [endpoint = ""] = process.argv.slice(2);
const client = new ECSClient({ endpoint, region: "eu-west-1", credentials: operatorKey });
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
const calls = async (): Promise<void> => {
  for (let count = 0; count < 200; count += 1) await register();
};
await calls();
const begin = performance.now();
await calls();
console.log(performance.now() - begin);
process.exit(0);
