import { type Effect, EVERYBODY } from './others.js';
import { describeInput, type Probe } from './probe.js';
import type { Costliest } from './search.js';

/** The result for one target. */
export interface Found extends Costliest {
  probe: Probe;
  effect?: Effect;
}

const LONGEST = 110;

/** Prints a line per target, the costliest first: its cost, and the effect of 50 a second on others. */
export function printTable(found: readonly Found[]): void {
  console.log('  CPU ms (ordinary), longest turn ms, p99 ms of products, orders, logins during 50 a second (without)');
  for (const each of found.toSorted((a, b) => b.cpuMs - a.cpuMs)) {
    const { target } = each.probe;
    const cost = `${each.cpuMs.toFixed(1)} (${each.ordinaryMs.toFixed(1)})`.padStart(11);
    const turn = each.longestTurnMs.toFixed(1).padStart(5);
    const input = describeInput(each.input);
    const words = input.length > LONGEST ? `${input.slice(0, LONGEST)}…` : input;
    console.log(`  ${cost} ${turn}  ${delays(each.effect).padEnd(31)} ${target.service} ${target.name}: ${words}`);
    const wrong = [...each.probe.failures, ...new Set(each.effect?.refused)];
    if (wrong.length > 0) console.log(`  ✗ ${wrong.join(', ')}`);
  }
}

function delays(effect: Effect | undefined): string {
  if (!effect) return '';
  return EVERYBODY.map((name) => `${effect.with[name].toFixed(0)} (${effect.without[name].toFixed(0)})`).join(' ');
}
