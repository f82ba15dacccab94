import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface BreakableConnection extends AsyncDisposable {
  readonly port: number;
  /** Connections stay open and nothing comes back, as behind a firewall that drops packets. */
  silence(): void;
  /** Open connections are cut and new ones are closed at once, as when the server is gone. */
  cut(): void;
  restore(): void;
}

/** A TCP relay in front of a server, which can be broken and repaired. */
export async function breakableConnection(target: { host: string; port: number }): Promise<BreakableConnection> {
  let state: 'open' | 'silent' | 'cut' = 'open';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (state === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(target);
    keep(upstream);
    client.on('data', (chunk) => { if (state === 'open') upstream.write(chunk); });
    upstream.on('data', (chunk) => { if (state === 'open') client.write(chunk); });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const destroyAll = () => { sockets.forEach((socket) => socket.destroy()); };
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => { state = 'silent'; },
    cut: () => { state = 'cut'; destroyAll(); },
    restore: () => { state = 'open'; destroyAll(); },
    [Symbol.asyncDispose]: async () => {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
