import type { Clock } from "../clock/clock.ts";
import type { Network } from "../network/network.ts";
import { ContainerProgram, type ProgramChoice } from "./containers/container-program.ts";
import { ContainerTask } from "./containers/container-task.ts";
import { Images, type ArchiveOf } from "./containers/images.ts";
import { labelArguments, namePrefix } from "./containers/labels.ts";
import { LoadedImages } from "./containers/loaded-images.ts";
import { makeOwnFolder, type OwnFolder } from "./containers/own-folder.ts";
import { ownerOf } from "./containers/owner.ts";
import type { Features } from "./containers/run-arguments.ts";
import { removeAllOf } from "./containers/sweep.ts";
import type { RunningTask, TaskObserver, TaskProvider, TaskSpec } from "./task-provider.ts";

export interface ContainerTaskProviderOptions extends ProgramChoice {
  /** Of the state that it has: the same for a process that takes it up. */
  readonly rehearsalId: string;
  /** When that process has gone, what is left may be swept. */
  readonly ownerPid: number;
  readonly network: Network;
  readonly clock: Clock;
  /** A tar to load, when the image is in the rehearsal's registry. */
  readonly archiveOf?: ArchiveOf;
  /** File with the names of what was loaded of them: they are removed in the end, also those that a killed process had loaded. */
  readonly loadedImages?: string;
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
  readonly #features: Features = { memoryLimit: true, init: true, ownHosts: true };
  readonly #tasks = new Set<ContainerTask>();
  readonly #loaded: LoadedImages;
  #session: Session | undefined;

  constructor(options: ContainerTaskProviderOptions) {
    this.#options = options;
    this.#owner = ownerOf(options.ownerPid);
    this.#loaded = new LoadedImages(options.loadedImages);
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
    const program = new ContainerProgram(this.#options);
    await removeAllOf(program, this.#options.rehearsalId);
    await this.#loaded.removeAll(program);
    this.#session?.folder.remove();
    this.#session = undefined;
  }

  #open(): Session {
    const folder = makeOwnFolder(this.#owner);
    const program = new ContainerProgram(this.#options, folder.path);
    return { folder, program, images: new Images(program, this.#options.archiveOf, this.#loaded) };
  }
}
