import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownerOf, sight } from "../tasks/containers/owner.ts";

/**
 * Who has a state folder: the owner in the file `lock.<n>` with the highest
 * number, as long as its process lives. Each number is taken once, so that of two
 * who find that the last owner is gone only one gets the next; a file that could be
 * removed and made again would go to both.
 */
const pattern = /^lock\.([1-9]\d{0,14})$/;
const released = "-";

/** Process id of the one that has the folder. One in another place, such as a container that has ended, cannot be seen, and has it no more. */
export function holderOf(folder: string): number | undefined {
  const owner = ownerAt(folder, highest(folder));
  return owner !== undefined && sight(owner) === "alive" ? Number(owner.split("-")[1]) : undefined;
}

/** Takes the folder for this process. Returns what gives it back; undefined when another has it. */
export function takeState(folder: string): (() => void) | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const whole = join(folder, `taking.${String(process.pid)}`);
  writeFileSync(whole, ownerOf(process.pid), { mode: 0o600 });
  try {
    while (holderOf(folder) === undefined) {
      const number = highest(folder) + 1;
      if (!linked(whole, fileOf(folder, number))) continue;
      // A slow one may have got a number that was given back and cleared away long ago.
      if (highest(folder) > number) rmSync(fileOf(folder, number), { force: true });
      else {
        for (const earlier of numbersIn(folder).filter((one) => one < number)) rmSync(fileOf(folder, earlier), { force: true });
        return () => { giveBack(folder, number); };
      }
    }
    return undefined;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** The file stays, for the next number to be told from. */
function giveBack(folder: string, number: number): void {
  const part = join(folder, `taking.${String(process.pid)}`);
  writeFileSync(part, released, { mode: 0o600 });
  renameSync(part, fileOf(folder, number));
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

const fileOf = (folder: string, number: number): string => join(folder, `lock.${String(number)}`);
const highest = (folder: string): number => Math.max(0, ...numbersIn(folder));

function numbersIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder).flatMap((name) => Number(pattern.exec(name)?.[1] ?? []) || []);
  } catch {
    return [];
  }
}

function ownerAt(folder: string, number: number): string | undefined {
  try {
    return readFileSync(fileOf(folder, number), "utf8");
  } catch {
    return undefined;
  }
}
