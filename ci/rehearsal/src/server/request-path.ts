import type { IncomingMessage } from "node:http";

/** As it was sent, without its query: not every path that a client can send is one that URL takes. */
export const pathOf = ({ url = "/" }: IncomingMessage): string => url.split("?")[0] ?? "/";
