import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { faults, type Faults } from "../faults/faults.ts";
import { network, type Network } from "../network/network.ts";
import type { Parts } from "../parts.ts";
import type { ListenerRecord } from "../services/elbv2/state.ts";
import type { BalancerSettings } from "./balancer-settings.ts";
import { callHandler } from "./call-handler.ts";
import type { Connections } from "./connections.ts";
import { countOwnError, Exchange, targetCountOf } from "./exchange.ts";
import { forwardedHeaders } from "./forwarded-headers.ts";
import type { BalancerMetrics } from "./metrics.ts";
import { answerAction, answerError } from "./own-answers.ts";
import { relay } from "./relay.ts";
import type { Route, Routes } from "./routes.ts";
import { sides } from "./sides.ts";
import { isWebSocket, passUpgrade, refuseUpgrade } from "./upgrade.ts";

/** What the listeners share. */
export interface Shared {
  readonly parts: Parts;
  readonly settings: BalancerSettings;
  readonly routes: Routes;
  readonly connections: Connections;
  readonly metrics: BalancerMetrics;
}

/** Bytes of an ALB's longest request line and headers. Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const longestRequestHead = 64 * 1024;

/** One listener: an HTTP server on loopback. */
export class ListenerProxy {
  readonly #shared: Shared;
  readonly #listener: ListenerRecord;
  readonly #server: Server;
  readonly #network: Network;
  readonly #faults: Faults;
  /** Connections that the HTTP server has let go. */
  readonly #upgraded = new Set<Duplex>();
  /** Where it answers; rejects when its port is taken. */
  readonly address: Promise<string>;

  constructor(shared: Shared, listener: ListenerRecord) {
    this.#shared = shared;
    this.#listener = listener;
    this.#network = shared.parts.get(network);
    this.#faults = shared.parts.get(faults);
    const options = { keepAliveTimeout: shared.settings.idleTimeoutMs + 5000, requestTimeout: 0, maxHeaderSize: longestRequestHead, shouldUpgradeCallback: (request: IncomingMessage) => isWebSocket(request) && this.#routeOf(request).action.type === "forward" };
    this.#server = createServer(options, (request, response) => {
      this.#answer(request, response);
    });
    this.#server.on("upgrade", (request: IncomingMessage, client: Duplex, head: Buffer) => {
      this.#upgrade(request, client, head);
    });
    this.address = this.#listen();
    // Whoever asks for the address hears of it; until then it is on the timeline.
    this.address.catch((error: unknown) => {
      shared.parts.timeline.add("load-balancer", "not-listening", { listener: listener.arn, error: String(error) });
    });
  }

  async stop(): Promise<void> {
    await this.address.catch(() => undefined);
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    for (const client of this.#upgraded) client.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #listen(): Promise<string> {
    const { parts, settings } = this.#shared;
    const chosen = settings.ports[this.#listener.port];
    const port = await listenOn(this.#server, chosen ?? this.#listener.loopbackPort ?? 0).catch(async (error: unknown) => {
      // Another has the one it had by chance.
      if (chosen === undefined && this.#listener.loopbackPort !== undefined) return listenOn(this.#server, 0);
      throw new Error(`The load balancer's port ${String(this.#listener.port)} cannot be had on 127.0.0.1:${String(chosen ?? 0)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    });
    this.#listener.loopbackPort = port;
    const address = `http://127.0.0.1:${String(port)}`;
    parts.timeline.add("load-balancer", "listening", { listener: this.#listener.arn, port: this.#listener.port, address });
    parts.world.changed();
    return address;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { settings, routes, metrics } = this.#shared;
    const listener = this.#listener;
    const route = this.#routeOf(request);
    if (route.action.type !== "forward") {
      answerAction(route.action, listener, request, response);
      return;
    }
    const chosen = routes.next(route);
    if (chosen === undefined) {
      request.resume();
      countOwnError(metrics, listener, 503);
      answerError(response, 503);
      return;
    }
    const exchange = new Exchange({ listener, chosen, request, response, forwarded: forwardedHeaders(request, listener), metrics, machine: settings.machine });
    if (this.#faults.list().length === 0) this.#forward(exchange);
    else this.#forwardWithFaults(exchange);
  }

  #routeOf(request: IncomingMessage): Route {
    return this.#shared.routes.routeOf(this.#listener, request);
  }

  #forward(exchange: Exchange): void {
    const { target } = exchange.chosen;
    const endpoint = this.#network.resolve(target.id, target.port);
    if (endpoint === undefined) exchange.refused(502);
    else if (endpoint.kind === "tcp") relay(exchange, this.#shared.connections.to(target, endpoint));
    else void callHandler(exchange, endpoint, this.#shared.settings);
  }

  #forwardWithFaults(exchange: Exchange): void {
    const { target } = exchange.chosen;
    if (this.#faults.isCutOff(target.zone)) {
      exchange.fail(504);
      return;
    }
    const side = this.#shared.parts.get(sides).of(target.id);
    const struck = this.#faults.strike("responses", ({ to }) => to === side);
    const status = struck.find((fault) => fault.status !== undefined)?.status;
    const latencyMs = Math.max(0, ...struck.map((fault) => fault.latencyMs ?? 0));
    const go = (): void => {
      if (status === undefined) this.#forward(exchange);
      else exchange.answerForTarget(status);
    };
    if (latencyMs > 0) this.#shared.settings.machine.after(latencyMs, go);
    else go();
  }

  #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const { routes, metrics } = this.#shared;
    this.#upgraded.add(client);
    client.on("close", () => this.#upgraded.delete(client));
    const chosen = routes.next(this.#routeOf(request));
    if (chosen === undefined) {
      countOwnError(metrics, this.#listener, 503);
      refuseUpgrade(client, 503);
      return;
    }
    const { loadBalancerArn } = this.#listener;
    const count = (name: string): void => {
      for (const tally of [metrics.tallyOf(loadBalancerArn), metrics.tallyOf(loadBalancerArn, chosen.group.arn)]) metrics.count(tally, name);
    };
    count("RequestCount");
    const onFailure = (): void => {
      countOwnError(metrics, this.#listener, 502);
    };
    // A WebSocket's own 101 has no metric.
    const onAnswer = (status: number): void => {
      if (status >= 200) count(targetCountOf(status));
    };
    const endpoint = this.#network.resolve(chosen.target.id, chosen.target.port);
    if (endpoint?.kind === "tcp") passUpgrade(request, client, head, this.#listener, endpoint, { onAnswer, onFailure });
    else {
      onFailure();
      refuseUpgrade(client, 502);
    }
  }
}

async function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
