/** What a wrapper may not hold: whatever is decided or done there is not what runs on a laptop. */

const names: readonly (readonly [RegExp, string])[] = [
  [/\b(docker|podman|buildah|kaniko|skopeo)\s+\w+/, "works with images itself"],
  [/\b(gitleaks|trivy|checkov|syft|grype|hadolint|sonar-scanner|eslint|tsc|vitest|npm|npx|tflint|terraform|semgrep)\b/i, "names a tool that the module runs"],
];

const forbidden: readonly (readonly [RegExp, string])[] = [
  [/\bif\s+(\[|!|test\b|\w+)|\bthen\b\s*$|\bcase\s+\S+\s+in\b|\b(for|while|until)\b.*;\s*do\b|&&|\|\|/m, "decides or repeats something in shell"],
  ...names,
  [/(^|[;&|(`]\s*)aws\s+[a-z-]/m, "asks AWS itself"],
];

/** One sentence for each fault of a piece of shell that stands in a wrapper. */
export const shellFaults = (shell: string): string[] => forbidden.filter(([pattern]) => pattern.test(shell)).map(([, fault]) => `"${shell.trim().split("\n")[0] ?? ""}" ${fault}.`);

/** The same of what stands anywhere in a wrapper's file, such as in an `env`, but for its comments. */
export const nameFaults = (text: string): string[] =>
  text.split("\n").flatMap((line) => {
    const said = line.replace(/(^|\s)(#|\/\/).*$/, "");
    return names.filter(([pattern]) => pattern.test(said)).map(([, fault]) => `"${said.trim()}" ${fault}.`);
  });

export const tooLong = (text: string, most: number): string[] => {
  const lines = text.trimEnd().split("\n").length;
  return lines > most ? [`It has ${lines} lines, and may have ${most}.`] : [];
};
