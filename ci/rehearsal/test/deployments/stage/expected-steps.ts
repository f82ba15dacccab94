/** What the candidate is to get, and how many minutes lie between two steps at least. Written down here once more, so that the code is not compared with itself. */
const steps: Readonly<Record<string, { readonly percents: readonly number[]; readonly minutes: number }>> = {
  "CodeDeployDefault.ECSAllAtOnce": { percents: [100], minutes: 0 },
  "CodeDeployDefault.ECSCanary10Percent5Minutes": { percents: [10, 100], minutes: 5 },
  "CodeDeployDefault.ECSCanary10Percent15Minutes": { percents: [10, 100], minutes: 15 },
  "CodeDeployDefault.ECSLinear10PercentEvery1Minutes": { percents: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], minutes: 1 },
  "CodeDeployDefault.ECSLinear10PercentEvery3Minutes": { percents: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], minutes: 3 },
  Third: { percents: [33, 66, 99, 100], minutes: 1 },
};

/** Of a configuration. One that is not known has no steps, so that its first is one too many. */
export const expectedSteps = (configName: string): { readonly percents: readonly number[]; readonly minutes: number } => steps[configName] ?? { percents: [], minutes: 0 };
