import type { Network } from "../../src/network/network.ts";
import type { TaskProvider, TaskSpec } from "../../src/tasks/task-provider.ts";

/** Tasks that are functions of this process and run at once. */
export const handlerTasks = (network: Network, answer: (task: TaskSpec) => Response): TaskProvider => ({
  start(task, observer) {
    const detach = task.containers.flatMap(({ containerPorts }) => containerPorts.map((port) => network.attach(task.address, port, { kind: "handler", handle: async () => Promise.resolve(answer(task)) })));
    for (const { name } of task.containers) observer.container(name, { status: "RUNNING" });
    return {
      exit: () => undefined,
      stop: async (code, reason) => {
        for (const end of detach) end();
        for (const { name } of task.containers) observer.container(name, { status: "STOPPED", exitCode: 0 });
        observer.stopped({ code, reason });
        return Promise.resolve();
      },
    };
  },
  stop: async () => Promise.resolve(),
});
