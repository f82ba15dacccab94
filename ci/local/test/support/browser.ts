import { chromium, type Browser } from "playwright-core";
import { canInstallPackages, installPackages } from "../../src/container-engine/apt.ts";
import { findOnPath } from "../../src/container-engine/find-on-path.ts";

/** Names of Chromium on Debian, Ubuntu and elsewhere. */
const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A real Chromium; installs Debian's where there is none and that is possible. A font comes with it, or there would be no letters. */
export async function openBrowser(): Promise<Browser> {
  let executablePath = await findChromium();
  if (executablePath === undefined && (await canInstallPackages(process.env))) {
    process.stderr.write("installing Chromium with apt-get, about a minute\n");
    await installPackages(["chromium", "fonts-liberation"], { env: process.env });
    executablePath = await findChromium();
  }
  if (executablePath === undefined) throw new Error("There is no Chromium on PATH to look at the page with. Install the package chromium, then start again.");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
}

async function findChromium(): Promise<string | undefined> {
  const found = await Promise.all(programs.map(async (name) => findOnPath(name, process.env)));
  return found.find((path) => path !== undefined);
}
