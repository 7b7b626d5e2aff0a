import { readFileSync, readdirSync } from "node:fs";

// USER_HZ: the unit of the times in /proc/PID/stat. It is part of Linux's ABI, the same on every x86-64 machine.
const ticksPerSecond = 100;

/** The process and all that descend from it. */
function tree(root) {
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat) children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat]);
  }
  const found = [];
  const pending = [readStat(root)].filter(Boolean);
  for (let stat; (stat = pending.pop()); ) {
    found.push(stat);
    pending.push(...(children.get(stat.pid) ?? []));
  }
  return found;
}

function readStat(pid) {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the program's name in parentheses, which may itself hold any character.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [user, system, reapedUser, reapedSystem] = fields.slice(11, 15).map(Number);
  return { pid, parent: Number(fields[1]), ticks: user + system + reapedUser + reapedSystem };
}

/** A file of /proc, or undefined when its process has ended meanwhile. */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return undefined;
    throw error;
  }
}

/** Seconds of processor time that the tree has used so far, ended children included. */
export function cpuSeconds(root) {
  return tree(root).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond;
}

/**
 * Bytes of the whole tree: resident, and private, that is written to and shared with no other process. Clean pages of
 * the program's file are left out of the latter: they count or not depending on who else happens to run it.
 */
export function memory(root) {
  const total = { resident: 0, private: 0 };
  for (const { pid } of tree(root)) {
    const rollup = read(`/proc/${pid}/smaps_rollup`) ?? "";
    for (const [, field, kilobytes] of rollup.matchAll(/^(Rss|Private_Dirty): +(\d+) kB/gm)) {
      total[field === "Rss" ? "resident" : "private"] += Number(kilobytes) * 1024;
    }
  }
  return total;
}
