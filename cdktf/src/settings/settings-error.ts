/** What is wrong with infrastructure.json or gitops.json, each as one sentence that names the setting, its value and what would do. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super([`${file} cannot be used; nothing was written.`, ...problems.map((problem) => `  ${problem}`)].join("\n"));
    this.problems = problems;
  }
}
