import { z } from "zod";
import type { HaveListener } from "../have.ts";
import { answerTimeoutMs, type Measuring } from "./surroundings.ts";

const balancersSchema = z.array(z.object({ DNSName: z.string() }));
const rehearsedSchema = z.array(z.object({ arn: z.string(), url: z.url() }));

/** Where the production listener answers: as gitops.json says, else by the load balancer's own name. Throws what the SDK and fetch throw. */
export async function productionAddress(listener: HaveListener, given: string | undefined, { clients, signal, surroundings }: Measuring): Promise<string | undefined> {
  const { arn, loadBalancerArn, port, protocol } = listener;
  const elsewhere = await surroundings.balancerAt?.(port);
  if (elsewhere !== undefined) return elsewhere;
  const { endpoint } = clients.target;
  // Names of a rehearsal's load balancers lead nowhere: it says where they are, and an address that users have is not its own.
  if (endpoint !== undefined) {
    const answer = await surroundings.send(new URL("/_rehearsal/listeners", endpoint), { redirect: "manual", headers: {}, signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]) });
    return rehearsedSchema.parse(await answer.json()).find((one) => one.arn === arn)?.url;
  }
  if (given !== undefined) return given;
  const [elb, { DescribeLoadBalancersCommand }] = await Promise.all([clients.elb(), import("@aws-sdk/client-elastic-load-balancing-v2")]);
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancerArn] }), { abortSignal: signal });
  const name = balancersSchema.parse(LoadBalancers ?? [])[0]?.DNSName;
  return name === undefined ? undefined : `${protocol === "HTTPS" ? "https" : "http"}://${name}:${String(port)}`;
}
