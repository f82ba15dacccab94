import { z } from "zod";
import type { TaskSpec } from "../task-provider.ts";
import type { ContainerProgram } from "./container-program.ts";

/** Any free port of this machine's loopback for each one of the task's containers. */
export const publishArguments = ({ containers }: Pick<TaskSpec, "containers">): string[] => [...new Set(containers.flatMap(({ containerPorts }) => containerPorts))].flatMap((port) => ["--publish", `127.0.0.1::${String(port)}`]);

const bindingsSchema = z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()).nullable().catch(null);

/** Asks once, when it is first needed, by a command that prints the bindings as JSON. */
export function portsBy(program: ContainerProgram, args: readonly string[]): (containerPort: number) => Promise<number | undefined> {
  const ask = async (): Promise<z.infer<typeof bindingsSchema>> => {
    const { stdout } = await program.run(args);
    return bindingsSchema.parse(JSON.parse(stdout === "" ? "null" : stdout));
  };
  let asked: ReturnType<typeof ask> | undefined;
  return async (containerPort) => {
    const bindings = await (asked ??= ask());
    const port = bindings?.[`${String(containerPort)}/tcp`]?.[0]?.HostPort;
    return port === undefined || port === "" ? undefined : Number(port);
  };
}
