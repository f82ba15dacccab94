/** What the pipeline alone needs: whoever has one may post, read or change something elsewhere. */
const ownSecrets = ["SLACK_WEBHOOK_URL", "RELEASE_WEBHOOK_URL", "PROMETHEUS_TOKEN", "SONAR_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment for programs that outlive the pipeline, or run the repository's own commands. */
export const withoutSecrets = (env: Environment): Environment => Object.fromEntries(Object.entries(env).filter(([name]) => !ownSecrets.some((secret) => secret === name)));
