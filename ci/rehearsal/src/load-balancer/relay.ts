import type { Dispatcher } from "undici";
import type { Exchange } from "./exchange.ts";
import { returnedHeaders } from "./forwarded-headers.ts";

/** Sends a request on to a port of this machine, and its answer back as it comes. */
export function relay(exchange: Exchange, to: Dispatcher): void {
  const { request, forwarded } = exchange;
  to.dispatch({ path: request.url ?? "/", method: request.method ?? "GET", headers: forwarded.headers, body: forwarded.hasBody ? request : null }, new Relay(exchange));
}

class Relay implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  #bodyLength = -1;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { response } = this.#exchange;
    // The client may go at any time, and then the target need not go on.
    const end = (): void => {
      if (!response.writableFinished) controller.abort(new Error("the client has gone"));
    };
    if (response.destroyed) end();
    else response.on("close", end);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Readonly<Record<string, string | string[] | undefined>>, statusText?: string): void {
    if (status < 200) return;
    const length = headers["content-length"];
    if (typeof length === "string") this.#bodyLength = Number(length);
    this.#exchange.begin(status, statusText, returnedHeaders(Array.isArray(controller.rawHeaders) ? controller.rawHeaders : []));
    // A stream's first word may come late.
    if (length === undefined) this.#exchange.response.flushHeaders();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.#exchange;
    if (chunk.length === this.#bodyLength) {
      response.end(chunk);
    } else if (!response.write(chunk)) {
      controller.pause();
      response.once("drain", () => {
        controller.resume();
      });
    }
  }

  onResponseEnd(): void {
    if (!this.#exchange.response.writableEnded) this.#exchange.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { readonly code?: string }): void {
    if (error.code === "ECONNREFUSED" || error.code === "EHOSTUNREACH") this.#exchange.refused(502);
    else if (error.code === "UND_ERR_CONNECT_TIMEOUT") this.#exchange.refused(504);
    else this.#exchange.fail(error.code === "UND_ERR_HEADERS_TIMEOUT" || error.code === "UND_ERR_BODY_TIMEOUT" ? 504 : 502);
  }
}
