import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";

/** What the figures depend on besides the programs. */
export function describeMachine() {
  const cpus = os.cpus();
  return {
    name: os.hostname(),
    cpu: cpus[0].model.trim(),
    cores: cpus.length,
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    kernel: os.release(),
    system: readFileSync("/etc/os-release", "utf8").match(/^PRETTY_NAME="(.*)"$/m)?.[1],
    loadBefore: os.loadavg()[0],
  };
}

/** wrk prints its version with its usage, and fails then. */
export function wrkVersion() {
  try {
    return execFileSync("wrk", ["--version"], { encoding: "utf8" }).split("\n")[0];
  } catch (error) {
    if (error.stdout === undefined) throw error;
    return error.stdout.split("\n")[0].match(/^wrk (\S+)/)?.[1];
  }
}
