import type { Component, Parts } from "../parts.ts";
import { elbSignals } from "../services/elbv2/signals.ts";
import { elbv2State } from "../services/elbv2/state.ts";
import { balancerSettings } from "./balancer-settings.ts";
import { Connections } from "./connections.ts";
import { HealthChecks } from "./health-checks.ts";
import { ListenerProxy, type Shared } from "./listener-proxy.ts";
import { BalancerMetrics } from "./metrics.ts";
import { Routes } from "./routes.ts";

/** Real HTTP proxies for the listeners, on loopback, and the checks of their targets. Takes up all that the world has. */
export class Balancer {
  readonly #shared: Shared;
  readonly #checks: HealthChecks;
  readonly #proxies = new Map<string, ListenerProxy>();
  /** Those of listeners that are gone, until they have ended. */
  readonly #ending = new Set<Promise<void>>();
  readonly #unsubscribe: () => void;

  constructor(parts: Parts) {
    const settings = parts.get(balancerSettings);
    this.#shared = { parts, settings, routes: new Routes(parts), connections: new Connections(parts, settings.idleTimeoutMs), metrics: new BalancerMetrics(parts) };
    this.#checks = new HealthChecks(parts, settings, this.#shared.metrics);
    this.#unsubscribe = parts.get(elbSignals).listener.subscribe(() => {
      this.#sync();
    });
    this.#sync();
  }

  /** Where a listener answers on this machine: `http://127.0.0.1:41234`. Throws when its port could not be had. */
  async addressOf(listenerArn: string): Promise<string> {
    this.#sync();
    const proxy = this.#proxies.get(listenerArn);
    if (proxy === undefined) throw new Error(`there is no listener ${listenerArn}`);
    return proxy.address;
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#checks.stop();
    this.#shared.routes.stop();
    this.#shared.metrics.stop();
    await Promise.all([...this.#ending, ...[...this.#proxies.values()].map(async (proxy) => proxy.stop())]);
    await this.#shared.connections.stop();
  }

  #sync(): void {
    const { listeners } = elbv2State(this.#shared.parts);
    for (const listener of listeners) if (!this.#proxies.has(listener.arn)) this.#proxies.set(listener.arn, new ListenerProxy(this.#shared, listener));
    for (const [arn, proxy] of this.#proxies) {
      if (listeners.some((listener) => listener.arn === arn)) continue;
      this.#proxies.delete(arn);
      const ending = proxy.stop().finally(() => this.#ending.delete(ending));
      this.#ending.add(ending);
    }
  }
}

export const balancer: Component<Balancer> = { name: "balancer", create: (parts) => new Balancer(parts), stop: async (made) => made.stop() };
