import { readFile } from "node:fs/promises";
import { onTestFinished, describe, expect, it } from "vitest";
import { z } from "zod";
import type { VirtualClock } from "../../src/clock/virtual-clock.ts";
import type { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { AwsRehearsal as Rehearsal } from "../../src/aws-rehearsal.ts";
import { balancer } from "../../src/load-balancer/balancer.ts";
import { codedeploySlice } from "../../src/services/codedeploy/state.ts";
import { ecsState } from "../../src/services/ecs/state.ts";
import { startRehearsal } from "../support/rehearsal.ts";
import { withBrowser } from "./support/browser-page.ts";
import { deployWeb, inProcessWeb, makeWeb, type WebOptions } from "./web-world.ts";

const { open, said } = withBrowser();

async function web(options: WebOptions = {}) {
  const { rehearsal, clock, client } = await startRehearsal({ prepare: inProcessWeb() });
  const { production } = await makeWeb(rehearsal.parts, client, options);
  await clock.runUntil(() => ecsState(rehearsal.parts).taskSets.every(({ stabilityStatus }) => stabilityStatus === "STEADY_STATE"));
  return { rehearsal, clock, url: `${rehearsal.url}/_rehearsal/`, deploy: async () => deployWeb(client), address: await rehearsal.parts.get(balancer).addressOf(production) };
}

const deploymentsOf = ({ parts }: AwsRehearsal) => parts.world.slice(codedeploySlice).deployments;
const untilStage = async (rehearsal: AwsRehearsal, clock: VirtualClock, stage: string): Promise<void> => clock.runUntil(() => deploymentsOf(rehearsal).some((deployment) => deployment.stage === stage));

describe("the page", () => {
  it("shows a deployment as it happens, says nothing on the console, and asks nobody else", async () => {
    const { rehearsal, clock, url, deploy, address } = await web();
    const page = await open(url);
    await page.getByRole("heading", { name: "No deployment so far" }).waitFor();
    expect(await page.locator(".side.current .tasks > li").count()).toBe(2);
    await deploy();
    await untilStage(rehearsal, clock, "AllowTraffic");
    await page.getByRole("heading", { name: "10 % of the traffic is on the candidate" }).waitFor();
    await page.getByRole("img", { name: "Production traffic: 90 % current, Blue; 10 % candidate, Green" }).waitFor();
    await page.getByText("20 % on the candidate in 1:00 (12:01:").waitFor();
    for (let request = 0; request < 20; request += 1) await (await fetch(address)).text();
    await clock.advance(1000);
    await page.getByRole("img", { name: "Requests per second, now: current 18, candidate 2" }).waitFor();
    await expect.poll(async () => page.locator("[role=status]").textContent(), { timeout: 8000 }).toContain("10 % of the traffic is on the candidate");
    expect(await page.locator("#chart-requests canvas").count()).toBe(1);
    expect(said()).toEqual([]);
  });

  it("shows the same after a reload in the middle", async () => {
    const { rehearsal, clock, url, deploy } = await web();
    await deploy();
    await untilStage(rehearsal, clock, "AllowTraffic");
    await clock.advance(120_000);
    const page = await open(url);
    const look = async (): Promise<string> => {
      await page.locator(".pill.live").waitFor();
      return (await page.locator(".sides, .lifecycle li:not(.InProgress), .events, .hero h2").allInnerTexts()).join("\n");
    };
    const before = await look();
    expect(before).toContain("30 % of the traffic is on the candidate");
    await page.reload();
    expect(await look()).toBe(before);
  });

  it("says so while the process is gone, and is there again by itself when that is", async () => {
    const { rehearsal, url } = await web();
    const page = await open(url);
    await page.locator(".pill.live").waitFor();
    await rehearsal.stop();
    await page.getByRole("alert").getByText("The rehearsal does not answer.").waitFor();
    const again = await new Rehearsal({ port: Number(new URL(url).port) }).start();
    onTestFinished(async () => again.stop());
    await page.locator(".pill.live").waitFor();
    await page.getByRole("heading", { name: "Nothing runs here yet" }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

describe("the keyboard alone", () => {
  it("injects a fault and takes it back", async () => {
    const { rehearsal, url } = await web();
    const page = await open(url);
    await page.locator(".pill.live").waitFor();
    await page.getByText("Inject a fault").focus();
    await page.keyboard.press("Enter");
    await page.locator("select[name=kind]").focus();
    await page.keyboard.press("F");
    await expect.poll(async () => page.locator("select[name=kind]").inputValue()).toBe("unhealthy");
    await page.locator("select[name=to]").focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("button", { name: "Inject it" }).focus();
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")).toBe("2px");
    await page.keyboard.press("Enter");
    const remove = page.getByRole("button", { name: "Take back: health checks of the current fail" });
    await remove.focus();
    expect((await (await fetch(`${url}faults`)).json()) as object[]).toMatchObject([{ fault: { kind: "unhealthy", to: "current" } }]);
    await page.keyboard.press("Enter");
    await page.locator(".faults").getByText("None.").waitFor();
    expect(await (await fetch(`${url}faults`)).json()).toEqual([]);
    expect(await page.evaluate("document.activeElement.id")).toBe("faults");
    expect(rehearsal.parts.timeline.since().filter(({ what }) => what.startsWith("fault-"))).toHaveLength(2);
  });

  it("stops a deployment, after asking once", async () => {
    const { rehearsal, clock, url, deploy } = await web();
    await deploy();
    await untilStage(rehearsal, clock, "AllowTraffic");
    const page = await open(url);
    await page.getByRole("button", { name: "Stop and roll back…" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    expect(deploymentsOf(rehearsal)).toMatchObject([{ status: "InProgress" }]);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Rolling back: somebody stopped it" }).waitFor();
    await clock.advance(3000);
    await page.getByRole("heading", { name: "Rolled back: somebody stopped it" }).waitFor();
    expect(deploymentsOf(rehearsal)).toMatchObject([{ status: "Stopped" }, { status: "Succeeded", creator: "codeDeployRollback" }]);
  });

  it("lets traffic go over that waits for somebody", async () => {
    const { rehearsal, clock, url, deploy } = await web({ readyWaitMinutes: 30 });
    await deploy();
    await untilStage(rehearsal, clock, "ReadyWait");
    const page = await open(url);
    await page.getByRole("heading", { name: "The candidate is ready, and waits for you" }).waitFor();
    await page.getByRole("button", { name: "Let traffic go over" }).press("Enter");
    await expect.poll(() => deploymentsOf(rehearsal)[0]?.isContinued).toBe(true);
    await clock.advance(1000);
    await page.getByRole("heading", { name: "10 % of the traffic is on the candidate" }).waitFor();
  });
});

it.each([
  ["light", 400],
  ["dark", 1280],
] as const)("keeps nobody out, %s and %i wide: axe finds nothing, and it scrolls in one direction only", async (colorScheme, width) => {
  const { rehearsal, clock, url, deploy } = await web();
  await deploy();
  await untilStage(rehearsal, clock, "AllowTraffic");
  await fetch(`${url}faults`, { method: "POST", body: JSON.stringify({ kind: "unhealthy", to: "candidate" }) });
  const page = await open(url, { colorScheme, viewport: { width, height: 900 } });
  await page.locator(".pill.live").waitFor();
  await page.getByText("Inject a fault").click();
  await page.getByText(/calls, 0 refused/).click();
  expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(colorScheme === "light" ? "rgb(246, 246, 244)" : "rgb(21, 22, 20)");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  await page.evaluate(await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8"));
  const { violations, passes } = z
    .object({ passes: z.array(z.object({ id: z.string() })), violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })) })
    .parse(await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"));
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" ")}`)).toEqual([]);
  expect(passes.map(({ id }) => id)).toContain("color-contrast");
});
