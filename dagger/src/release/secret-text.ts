/**
 * What looks like a secret: one list for the rules about task definitions, for
 * plans and for log lines. Rules judge narrowly, so that nobody is stopped for
 * nothing; masks hide widely, because a value too many that is hidden harms nobody.
 */
const words = "PASSWORD|PASSWD|PASSPHRASE|PWD|PASS|TOKEN|SECRETS?|CREDENTIALS?|(?:API|PRIVATE|ACCESS|SIGNING|SIGNATURE|ENCRYPTION|AUTH|MASTER|HMAC|JWT|COOKIE)[_-]?KEY";
/** As parts of longer names too: `dbPasswordOld`. PASS alone is in too many words, such as bypass. */
const parts = words.replace("|PASS|", "|").replace("SECRETS?", "SECRET").replace("CREDENTIALS?", "CREDENTIAL");

const narrowName = new RegExp(`(?:^|[_.-])(?:${words})(?:[_-]?\\d+)?$|^PGPASS$|(?:PASSWORD|PASSWD|SECRET|TOKEN|APIKEY)$`, "i");
const wideName = new RegExp(`${parts}|(?:^|[_.-])PASS$|^PGPASS`, "i");

/** A variable of that name holds a secret: `DB_PASSWORD`, and not `PASSWORD_FILE` or `TOKEN_TTL`. */
export const namesSecret = (name: string): boolean => narrowName.test(name);
/** A variable of that name may hold one. */
export const mayNameSecret = (name: string): boolean => wideName.test(name);

/** What stands for a value that comes from elsewhere: `$PASSWORD`, a placeholder. */
const reference = "[\\\\\"']*(?:\\$|`|__[A-Z]|<|\\{\\{|%)";
/** `postgres://notes:hunter2@db`: something between the colon and the @. */
const passwordInUrl = /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i;
const passwordInDsn = new RegExp(`(?:^|[\\s;?&])(?:password|pwd)\\s*=(?!\\s*(?:$|[;&]|\\w+\\s*=|${reference}))`, "i");
/** `--password=x`, `PASSWORD=x exec server`; a path is none. */
const secretInCommand = new RegExp(`(?:^|[\\s"';])(?:--?)?(?:(?:[\\w-]{0,64}[_-])?(?:${words})|\\w{0,64}(?:PASSWORD|PASSWD|SECRET|TOKEN|APIKEY))=(?!$|[\\s;&"'/.]|${reference})`, "i");

/** Whether a variable's value has a password in it. */
export const hasPassword = (text: string): boolean => passwordInUrl.test(text) || passwordInDsn.test(text);
/** Whether an argument of a command has a secret in it. */
export const commandHasSecret = (text: string): boolean => hasPassword(text) || secretInCommand.test(text);

export const notShown = "(not shown)";

/** A secret's name as a text has it, bounded so that long lines take no long time. */
const named = `(?<![\\w.-])[\\w.-]{0,64}?(?:${parts}|(?<![a-z])PASS(?![a-z]))[\\w.-]{0,64}`;
const value = String.raw`(?:\\?"(?:[^"\\]|\\[^"])*\\?"|'[^']*'|[^\s"',;&}\]]+)`;
const masks: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*/g, notShown],
  // A password may have an @ itself; one with a slash is taken up to the first @.
  [/([a-z][a-z0-9+.-]{0,40}:\/\/)[^\s/:@"']{0,256}:(?:[^\s/"']{1,1000}|[^\s@"']{1,1000})@/gi, `$1${notShown}@`],
  [/(?<![\w.-])[\w.-]{1,128}:[^\s@/:"']{1,1000}@(?=(?:tcp|unix)\()/gi, `${notShown}@`],
  [/(\bauthorization\\?["']?\s{0,9}[=:]\s{0,9})(?:\\?["'][^"'\\]*|[^"',}\r\n]+)/gi, `$1${notShown}`],
  [/(\bbearer\s{1,9})[\w.~+/=-]{6,}/gi, `$1${notShown}`],
  [new RegExp(`(${named}\\\\?["']?\\s{0,9}=\\s{0,9})${value}`, "gi"), `$1${notShown}`],
  // Not within an ARN: it names a secret, and is none.
  [new RegExp(`(?<![:/])(${named}\\\\?["']?\\s{0,9}:\\s{0,9})(?!//)${value}`, "gi"), `$1${notShown}`],
  // `--password x`, and the same as two entries of a list.
  [new RegExp(`(--?${named.replace("(?<![\\w.-])", "")}(?:\\s{1,9}|\\\\?["']\\s{0,9},\\s{0,9}\\\\?["']))(?!-)[^\\s"',]+`, "gi"), `$1${notShown}`],
];

/** A text as it may be shown. */
export const withoutSecrets = (text: string): string => masks.reduce((shown, [mask, by]) => shown.replaceAll(mask, by), text);
