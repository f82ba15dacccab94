import type { Clock } from "../clock/clock.ts";
import type { Network } from "../network/network.ts";
import { ContainerProgram } from "./containers/container-program.ts";
import { ContainerTask } from "./containers/container-task.ts";
import { Images, type ArchiveOf } from "./containers/images.ts";
import { labelArguments, namePrefix, ownerOf } from "./containers/labels.ts";
import { makeOwnFolder, type OwnFolder } from "./containers/own-folder.ts";
import type { Features } from "./containers/run-arguments.ts";
import { removeAllOf, sweepAbandoned } from "./containers/sweep.ts";
import type { RunningTask, TaskObserver, TaskProvider, TaskSpec } from "./task-provider.ts";

/** Which container program, and the whole environment of its commands. */
export interface ProgramChoice {
  readonly program: "podman" | "docker";
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ContainerTaskProviderOptions extends ProgramChoice {
  readonly rehearsalId: string;
  /** When that process has gone, what is left may be swept. */
  readonly ownerPid: number;
  readonly network: Network;
  readonly clock: Clock;
  /** A tar to load, when the image is in the rehearsal's registry. */
  readonly archiveOf?: ArchiveOf;
  /** Something that nobody promised went wrong: ours to hear. */
  readonly onDefect: (error: unknown) => void;
  /** What tasks have to do without on this machine; told once each. */
  readonly onNotice?: (text: string) => void;
}

/** What is there from the first task on, until `stop()`. */
interface Session {
  readonly folder: OwnFolder;
  readonly program: ContainerProgram;
  readonly images: Images;
}

/** Tasks as containers of this machine, with Podman's or Docker's command line. */
export class ContainerTaskProvider implements TaskProvider {
  readonly #options: ContainerTaskProviderOptions;
  readonly #owner: string;
  readonly #features: Features = { memoryLimit: true, init: true };
  readonly #tasks = new Set<ContainerTask>();
  #session: Session | undefined;

  constructor(options: ContainerTaskProviderOptions) {
    this.#options = options;
    this.#owner = ownerOf(options.ownerPid);
  }

  /** Removes what rehearsals left whose process was killed; those of a living one are spared. */
  static async sweep({ program, env }: ProgramChoice): Promise<void> {
    await sweepAbandoned(new ContainerProgram({ program, env, folder: "/" }));
  }

  start(task: TaskSpec, observer: TaskObserver): RunningTask {
    const { rehearsalId, network, clock, onDefect, onNotice = () => undefined } = this.#options;
    const { folder, program, images } = (this.#session ??= this.#open());
    const labels = labelArguments(rehearsalId, this.#owner);
    const running = new ContainerTask({ task, observer, program, images, network, clock, features: this.#features, labels, hosts: folder.hosts, namePrefix: namePrefix(rehearsalId, this.#owner), onDefect, onNotice });
    this.#tasks.add(running);
    void running.over.then(() => this.#tasks.delete(running));
    return running;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#tasks].map(async (task) => task.abandon()));
    const { program, env, rehearsalId } = this.#options;
    await removeAllOf(new ContainerProgram({ program, env, folder: "/" }), rehearsalId);
    this.#session?.folder.remove();
    this.#session = undefined;
  }

  #open(): Session {
    const { program: name, env, archiveOf } = this.#options;
    const folder = makeOwnFolder(this.#owner);
    const program = new ContainerProgram({ program: name, env, folder: folder.path });
    return { folder, program, images: new Images(program, archiveOf) };
  }
}
