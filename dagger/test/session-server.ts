import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connection } from "@dagger.io/dagger";
import { Kind, parse, valueFromASTUntyped, type FieldNode } from "graphql";
import { vi } from "vitest";

/** One field of a query with its arguments; an id among them stands as the calls that it was given for. */
export interface Call {
  readonly field: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export type Chain = readonly Call[];

/** What the session says to a question that ends in a value: undefined leaves it to the server. */
export type Answer = (leaf: string, chain: Chain) => unknown;

/** Makes the session answer with a GraphQL error. */
export class SessionError extends Error {
  readonly extensions: Readonly<Record<string, unknown>>;
  constructor(message: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.extensions = extensions;
  }
}

export const execError = (exitCode: number, stderr: string, more: { stdout?: string; cmd?: string[] } = {}): SessionError =>
  new SessionError(`exit code: ${String(exitCode)} [traceparent:0123]`, { _type: "EXEC_ERROR", cmd: more.cmd ?? ["sh"], exitCode, stdout: more.stdout ?? "", stderr });

export interface Session {
  /** Every chain of calls that was asked for, without its last field. */
  readonly asked: readonly Chain[];
  /** Ends the engine: it answers nothing any more. */
  stop(): void;
}

/**
 * Stands in for the session of a Dagger engine while `work` runs with the real
 * SDK: it records what is asked, and answers by the shape of the question.
 */
export async function withSession(answer: Answer, work: (session: Session) => Promise<void>): Promise<void> {
  const asked: Chain[] = [];
  const ids = new Map<string, Chain>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      void reply(Buffer.concat(chunks).toString("utf8")).then((body) => response.setHeader("content-type", "application/json").end(JSON.stringify(body)));
    });
  });

  async function reply(body: string): Promise<unknown> {
    const { names, chain, leaf } = readQuery((JSON.parse(body) as { query: string }).query, ids);
    if (leaf !== "id") asked.push(chain);
    try {
      const value = (await answer(leaf, chain)) ?? (leaf === "id" || leaf === "sync" || leaf === "start" ? giveId(chain) : isFileThere(leaf, chain) ? false : usual[leaf]);
      if (value === undefined) throw new SessionError(`the test has no answer to ${leaf} of ${chain.map((call) => call.field).join(".")}`);
      return { data: names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) };
    } catch (error) {
      return { data: null, errors: [{ message: (error as Error).message, extensions: error instanceof SessionError ? error.extensions : {} }] };
    }
  }

  function giveId(chain: Chain): string {
    const id = `id${String(ids.size)}`;
    ids.set(id, chain);
    return id;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("DAGGER_SESSION_PORT", String((server.address() as AddressInfo).port));
  vi.stubEnv("DAGGER_SESSION_TOKEN", "token");
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  try {
    await connection(async () => work({ asked, stop }));
  } finally {
    vi.unstubAllEnvs();
    stop();
  }
}

/** Every path is there, and is a folder. */
const isFileThere = (leaf: string, chain: Chain): boolean => leaf === "exists" && chain.at(-1)?.args["expectedType"] === "REGULAR_TYPE";

const usual: Readonly<Record<string, unknown>> = { exists: true, size: 1000, plaintext: "secret", imageRef: `docker.io/library/known:1@sha256:${"0".repeat(64)}` };

/** The SDK asks for one value at a time: a chain of fields, or of fields of a node by its id. */
function readQuery(query: string, ids: ReadonlyMap<string, Chain>): { names: string[]; chain: Chain; leaf: string } {
  const names: string[] = [];
  const calls: Call[] = [];
  const [operation] = parse(query).definitions;
  let selections = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  for (let [selection] = selections; selection !== undefined; [selection] = selections) {
    if (selection.kind === Kind.FIELD) {
      names.push(selection.name.value);
      calls.push({ field: selection.name.value, args: readArguments(selection, ids) });
    }
    selections = selection.kind === Kind.FRAGMENT_SPREAD ? [] : (selection.selectionSet?.selections ?? []);
  }
  const leaf = calls.pop();
  const [first, ...rest] = calls;
  const chain = first?.field === "node" ? [...(first.args["id"] as Chain), ...rest] : calls;
  // A question with arguments of its own (exists, say) is part of the chain.
  return { names, chain: leaf !== undefined && Object.keys(leaf.args).length > 0 ? [...chain, leaf] : chain, leaf: leaf?.field ?? "" };
}

function readArguments(field: FieldNode, ids: ReadonlyMap<string, Chain>): Record<string, unknown> {
  const replace = (value: unknown): unknown => (typeof value === "string" ? (ids.get(value) ?? value) : Array.isArray(value) ? value.map(replace) : value);
  return Object.fromEntries((field.arguments ?? []).map((argument) => [argument.name.value, replace(valueFromASTUntyped(argument.value))]));
}

/** The arguments of every call of that name in a chain, in order. */
export const argumentsOf = (chain: Chain, field: string): Readonly<Record<string, unknown>>[] => chain.filter((call) => call.field === field).map((call) => call.args);

/** Answers for a container's folder: the files that `files` says a chain's container has below it. */
export function folderAnswer(folder: string, files: (container: Chain) => ReadonlyMap<string, string> | undefined): Answer {
  return (leaf, chain) => {
    const at = chain.findIndex((call) => call.field === "directory" && call.args["path"] === folder);
    const left = at < 0 ? undefined : files(chain.slice(0, at));
    if (left === undefined) return undefined;
    if (leaf === "entries") return [...left.keys()];
    return leaf === "contents" ? left.get(String(argumentsOf(chain.slice(at), "file")[0]?.["path"])) : undefined;
  };
}
