/** Our own server: its password, its quality gate and quality profiles, and a token for one scan. */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stopped } from "./server.mjs";

const firstPassword = "admin";

/** Of these answers only the bad ones are worth keeping; some hold a token. */
const ask = async (server, what, method, path, parameters, options) => server.ask(what, method, path, parameters, { ...options, silent: true });

/** Two tokens: with one we ask and change things, with the other the scanner may analyse and nothing else. */
export async function prepareOwnServer(server, settings, secrets) {
  const password = await takeOver(server, settings.paths.credentials, secrets);
  // Of a password the server takes a fifth of a second each time.
  const own = await makeToken(server, "USER_TOKEN", basic(password), secrets);
  const auth = `Bearer ${own.token}`;
  const giveBack = async () => own.giveBack(auth);
  try {
    await ensureGate(server, settings.gate, auth);
    await ensureProject(server, settings, auth);
    await ensureProfiles(server, settings, auth);
    const scanner = await makeToken(server, "GLOBAL_ANALYSIS_TOKEN", auth, secrets);
    return { auth, token: scanner.token, giveBack: async () => { await scanner.giveBack(auth); await giveBack(); } };
  } catch (error) {
    await giveBack();
    throw error;
  }
}

const basic = (password) => `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;

/** The stored password; on a new server it takes the place of the one that everybody knows. */
async function takeOver(server, folder, secrets) {
  const file = join(folder, "admin-password");
  mkdirSync(folder, { recursive: true });
  try {
    // Exclusive: of two steps that begin at once one writes, both read the same.
    writeFileSync(file, `Aa1!${randomBytes(24).toString("base64url")}`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const password = readFileSync(file, "utf8");
  // As it is, and as it goes to the server.
  secrets.push(password, basic(password).replace("Basic ", ""));
  if (await isValid(server, password)) return password;
  if (await isValid(server, firstPassword)) {
    await ask(server, "password change", "POST", "api/users/change_password", { login: "admin", previousPassword: firstPassword, password }, { auth: basic(firstPassword), mayFail: true });
  }
  // Another step may have changed it first.
  if (await isValid(server, password)) return password;
  throw new Stopped("password");
}

async function isValid(server, password) {
  const { valid } = await ask(server, "password", "GET", "api/authentication/validate", {}, { auth: basic(password) });
  return valid === true;
}

/** The gate has exactly the wanted conditions, whoever made it and however far they came. */
async function ensureGate(server, gate, auth) {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const present = await ask(server, "gate definition", "GET", "api/qualitygates/show", { name: gate.name }, { auth, mayFail: true });
    if (present === undefined) {
      await ask(server, "gate creation", "POST", "api/qualitygates/create", { name: gate.name }, { auth, mayFail: true });
      continue;
    }
    const conditions = present.conditions ?? [];
    const same = (one, other) => one.metric === other.metric && one.op === other.op && Number(one.error) === Number(other.error);
    const surplus = conditions.filter((condition) => !gate.conditions.some((wanted) => same(wanted, condition)));
    const missing = gate.conditions.filter((wanted) => !conditions.some((condition) => same(wanted, condition)));
    if (surplus.length + missing.length === 0) return;
    for (const { id } of surplus) await ask(server, "gate change", "POST", "api/qualitygates/delete_condition", { id }, { auth, mayFail: true });
    for (const { metric, op, error } of missing) await ask(server, "gate change", "POST", "api/qualitygates/create_condition", { gateName: gate.name, metric, op, error }, { auth, mayFail: true });
  }
  throw new Stopped("gate definition");
}

async function ensureProject(server, { project, gate, newCodeDays }, auth) {
  const { components } = await ask(server, "project", "GET", "api/projects/search", { projects: project }, { auth });
  if (!components?.some(({ key }) => key === project)) {
    await ask(server, "project creation", "POST", "api/projects/create", { project, name: project, visibility: "private" }, { auth, mayFail: true });
  }
  await ask(server, "gate choice", "POST", "api/qualitygates/select", { gateName: gate.name, projectKey: project }, { auth });
  await ask(server, "new code", "POST", "api/new_code_periods/set", { project, type: "NUMBER_OF_DAYS", value: newCodeDays }, { auth });
}

/**
 * In each language that knows cognitive complexity the project's profile has our
 * limit: the usual profile where it has that one, else ours, which is made of it.
 */
async function ensureProfiles(server, settings, auth) {
  const { project, profile } = settings;
  const { rules, actives } = await ask(server, "complexity rules", "GET", "api/rules/search", { q: "S3776", f: "params,lang,actives", ps: 100 }, { auth });
  const { profiles } = await ask(server, "all profiles", "GET", "api/qualityprofiles/search", {}, { auth });
  const current = (await ask(server, "profiles", "GET", "api/qualityprofiles/search", { project }, { auth })).profiles;
  for (const { key: rule, lang: language, params } of rules.filter(({ key }) => key.endsWith(":S3776"))) {
    const usual = profiles.find((candidate) => candidate.language === language && candidate.isBuiltIn && candidate.name === "Sonar way");
    const limit = params.find(({ key }) => key.toLowerCase() === "threshold").key;
    const active = actives?.[rule]?.find(({ qProfile }) => qProfile === usual.key)?.params.find(({ key }) => key === limit);
    const wanted = Number(active?.value) === settings.cognitiveComplexity ? usual.name : profile;
    if (current.some((candidate) => candidate.language === language && candidate.name === wanted)) continue;
    if (wanted === profile) await ensureProfile(server, { language, rule, limit, usual, profiles }, settings, auth);
    // Last, so that a profile which the project has is whole.
    await ask(server, "profile choice", "POST", "api/qualityprofiles/add_project", { language, qualityProfile: wanted, project }, { auth });
  }
}

async function ensureProfile(server, { language, rule, limit, usual, profiles }, { profile, cognitiveComplexity }, auth) {
  const present = profiles.find((candidate) => candidate.language === language && candidate.name === profile);
  const { key } = present ?? (await ask(server, "profile creation", "POST", "api/qualityprofiles/create", { language, name: profile }, { auth })).profile;
  await ask(server, "profile parent", "POST", "api/qualityprofiles/change_parent", { language, qualityProfile: profile, parentQualityProfile: usual.name }, { auth });
  await ask(server, "profile rule", "POST", "api/qualityprofiles/activate_rule", { key, rule, params: `${limit}=${String(cognitiveComplexity)}` }, { auth });
}

/** Should nobody be left to revoke it, it ends after as many days as Sonar does not warn of. */
async function makeToken(server, type, auth, secrets) {
  const name = `gitops-${randomUUID()}`;
  const expirationDate = new Date(Date.now() + 9 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  const { token } = await ask(server, "token", "POST", "api/user_tokens/generate", { name, type, expirationDate }, { auth });
  secrets.push(token);
  return { token, giveBack: async (by) => void (await ask(server, "token return", "POST", "api/user_tokens/revoke", { name }, { auth: by, mayFail: true })) };
}
