import { StartFailed } from "./start-failed.ts";

/**
 * Variables by which the container program itself is guided: a container's PATH
 * or HOME, given through the program's own environment, would lead it astray.
 */
const guiding = /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TEMP|TMP|LANG|LC_.*|TZ|NOTIFY_SOCKET|LISTEN_.*|XDG_.*|DOCKER_.*|CONTAINERS?_.*|_CONTAINERS_.*|PODMAN_.*|BUILDAH_.*|STORAGE_.*|REGISTRY_.*|NETAVARK_.*|GO[A-Z]+|LD_.*|SSL_CERT_.*|DBUS_.*|(?:https?|no|all|ftp)_proxy)$/i;

export interface EnvironmentArguments {
  readonly args: readonly string[];
  /** Of the child process; no `ps` shows it. */
  readonly env: Readonly<Record<string, string>>;
  /** What has to be in `envFile`, for what cannot go that way; empty when that file is not needed. */
  readonly inFile: string;
}

/** Names only on the command line: values of secrets are among them. Throws StartFailed. */
export function environmentArguments(environment: Readonly<Record<string, string>>, own: Readonly<Record<string, string | undefined>>, envFile: string): EnvironmentArguments {
  const entries = Object.entries(environment);
  // Podman takes NAME* for all that begin so.
  const odd = entries.find(([name]) => !/^[^\s=*#][^\s=*]*$/.test(name));
  if (odd !== undefined) throw new StartFailed(`CannotCreateContainerError: the environment variable ${JSON.stringify(odd[0])} has a name that no container can be given`);
  const inFile = entries.filter(([name]) => guiding.test(name) || own[name] !== undefined);
  const broken = inFile.find(([, value]) => /[\r\n]/.test(value));
  if (broken !== undefined) throw new StartFailed(`CannotCreateContainerError: the environment variable ${broken[0]} has more than one line, which the rehearsal cannot give to a container under this name`);
  const named = entries.filter((entry) => !inFile.includes(entry));
  return {
    args: [...named.flatMap(([name]) => ["--env", name]), ...(inFile.length > 0 ? ["--env-file", envFile] : [])],
    env: Object.fromEntries(named),
    inFile: inFile.map(([name, value]) => `${name}=${value}\n`).join(""),
  };
}
