import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect, it, onTestFinished, vi } from "vitest";
import { awsClients } from "../../../src/release/aws/clients.ts";

/** Takes one call and keeps its headers. */
async function listen(): Promise<{ url: string; seen: IncomingHttpHeaders[] }> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.writeHead(403, { "content-type": "text/xml" }).end("<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen };
}

it("uses a rehearsal's own key there, whatever the environment holds, and says who it is", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAPLANTED");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "planted");
  vi.stubEnv("AWS_PROFILE", "planted");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { url, seen } = await listen();
  const clients = awsClients({ region: "eu-west-1", endpoint: url }, "1.2.3");
  onTestFinished(clients.close);
  await expect((await clients.sts()).send(new GetCallerIdentityCommand({}))).rejects.toThrow("no");
  expect(seen[0]?.authorization).toContain("Credential=AKIAREHEARSALONLY000/");
  expect(seen[0]?.authorization).toContain("/eu-west-1/sts/");
  expect(seen[0]?.["user-agent"]).toContain("gitops-pipeline/1.2.3");
});

it("makes each client once, and has AWS's credentials from one chain", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAPLANTED");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "planted");
  onTestFinished(() => void vi.unstubAllEnvs());
  const clients = awsClients({ region: "eu-west-1" }, "1.2.3");
  onTestFinished(clients.close);
  expect(await clients.ecs()).toBe(await clients.ecs());
  const [ecs, codedeploy] = await Promise.all([clients.ecs(), clients.codedeploy()]);
  expect(await ecs.config.credentials()).toMatchObject({ accessKeyId: "AKIAPLANTED" });
  expect(await codedeploy.config.credentials()).toMatchObject({ accessKeyId: "AKIAPLANTED" });
  expect(await codedeploy.config.region()).toBe("eu-west-1");
});
