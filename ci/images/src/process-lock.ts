import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, when another process holds the lock and we begin to wait. */
  readonly onWait?: () => void;
}

interface Held {
  release(): void;
}

/**
 * Runs `work` while no other process of this user runs work of the same name.
 *
 * The lock is a socket of Linux's abstract namespace: it has no file, and the
 * kernel gives it back when its process dies, however it dies. So there is no
 * stale lock to guess about, and waiting is a connection that closes.
 */
export async function withProcessLock<T>(name: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const held = await acquire(address(name), options);
  try {
    return await work();
  } finally {
    held.release();
  }
}

function address(name: string): string {
  const hash = createHash("sha256").update(`${process.getuid?.() ?? 0} ${name}`).digest("hex").slice(0, 24);
  return `\0gitops-${hash}`;
}

async function acquire(path: string, options: LockOptions): Promise<Held> {
  for (let waited = false; ; waited = true) {
    options.signal?.throwIfAborted();
    const held = await tryToHold(path);
    if (held) return held;
    if (!waited) options.onWait?.();
    await untilReleased(path, options.signal);
  }
}

async function tryToHold(path: string): Promise<Held | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on("error", () => undefined).on("close", () => waiting.delete(socket));
  });
  server.listen(path);
  try {
    await once(server, "listening");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return undefined;
    throw error;
  }
  return {
    release() {
      server.close();
      for (const socket of waiting) socket.destroy();
    },
  };
}

/** Resolves when the holder lets go or dies; also when it is gone already. */
async function untilReleased(path: string, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  const socket = connect(path);
  const abort = () => socket.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  await new Promise<void>((resolve) => {
    socket.on("error", () => undefined).on("close", () => { resolve(); }).resume();
  });
  signal?.removeEventListener("abort", abort);
}
