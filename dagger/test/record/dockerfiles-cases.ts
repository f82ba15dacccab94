/** Scratch repositories: path -> text. The service backend has its Dockerfile at services/backend, proxy at services/proxy. */
interface DockerfilesCase {
  readonly shows: string;
  readonly files: Readonly<Record<string, string>>;
}

const good = 'ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nWORKDIR /app\nCOPY . .\nUSER 1000\nCMD ["node", "main.js"]\n';
const both = (backend: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({ "services/backend/Dockerfile": backend, "services/proxy/Dockerfile": good, ...more });
const bad = "FROM debian\nRUN cd /tmp && apt-get install curl\nRUN sudo echo $HOME\n";

export const dockerfilesCases: Readonly<Record<string, DockerfilesCase>> = {
  clean: { shows: "two Dockerfiles without a fault", files: both(good) },
  findings: { shows: "an error, warnings and hints in one of two", files: both(bad) },
  "shell-findings": { shows: "what ShellCheck finds in a RUN", files: both(`${good}RUN if [ $x = 1 ]; then echo $x; fi\n`) },
  "does-not-parse": { shows: "an instruction that there is none of", files: both("FROM debian:12\nRUNN echo\n") },
  "does-not-parse-and-ignores-it": { shows: "the same behind a comment that silences it", files: both("# hadolint global ignore=DL1000\nFROM debian:12\nRUNN echo\n") },
  "does-not-parse-and-plays-it-down": { shows: "the same where the settings call it a hint", files: both("FROM debian:12\nRUNN echo\n", { ".hadolint.yaml": "override:\n  info:\n    - DL1000\n" }) },
  "not-text": { shows: "bytes that are no Dockerfile, behind a FROM", files: both("FROM debian:12\n\u0000\u0001\ufffd\n") },
  "ignore-comments": { shows: "comments that silence rules, in the forms that hadolint takes", files: both("FROM debian:12\n#hadolint  ignore = DL3004\nRUN sudo ls\n# hadolint global ignore=DL3003\nRUN cd /tmp\n# hadolint shell=powershell\n") },
  "settings-ignore": { shows: "settings that silence rules", files: both(bad, { ".hadolint.yaml": "ignored:\n  - DL3004\n  - DL3006\n" }) },
  "settings-no-fail": { shows: "settings by which findings are no failure", files: both(bad, { ".hadolint.yaml": "no-fail: true\nfailure-threshold: error\n" }) },
  "settings-format": { shows: "settings that ask for another form of report", files: both(bad, { ".hadolint.yml": "format: sarif\n" }) },
  "settings-broken": { shows: "settings that are no YAML", files: both(bad, { ".hadolint.yaml": "ignored: [\n" }) },
};
