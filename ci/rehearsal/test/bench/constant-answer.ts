import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that does nothing: the same answer to every call. What a client takes for it is the client's own. */
const taskDefinition = {
  taskDefinitionArn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1",
  family: "web",
  revision: 1,
  status: "ACTIVE",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  executionRoleArn: "arn:aws:iam::123456789012:role/execution",
  containerDefinitions: [{ name: "proxy", image: "web:1", cpu: 0, essential: true, environment: [], mountPoints: [], volumesFrom: [], systemControls: [], portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }] }],
};
const body = JSON.stringify({ taskDefinition });
const server = createServer((request, response) => {
  request.resume().once("end", () => response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "content-length": body.length }).end(body));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
