import fc from 'fast-check';
import { compare } from './compare.js';
import type { Model } from './model.js';
import type { World } from './world.js';

export type Act = (model: Model, world: World) => Promise<void>;

/** One step of a story; a counter-example shows its name. After it, model and services must agree. */
class Command implements fc.AsyncCommand<Model, World> {
  constructor(
    private readonly name: string,
    private readonly act: Act,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, world: World): Promise<void> {
    await this.act(model, world);
    await compare(model, world);
  }

  toString(): string {
    return `→ ${this.name}`;
  }
}

export const command = <T>(arbitrary: fc.Arbitrary<T>, name: (value: T) => string, act: (value: T) => Act) =>
  arbitrary.map((value) => new Command(name(value), act(value)));

/** One of several things, whatever their number is by then. */
export const pick = <T>(things: readonly T[], which: number): T | undefined =>
  things[which % Math.max(1, things.length)];

/** One of several things; by chance alone most would not fit the step, so mostly one of those that fit. */
export interface Choice {
  which: number;
  fits: boolean;
}
export const choice: fc.Arbitrary<Choice> = fc.record({
  which: fc.nat(5),
  fits: fc.constantFrom(true, true, true, true, false),
});
export const named = (what: string, { which, fits }: Choice): string => `${fits ? `fitting ${what}` : what} #${which}`;

export function choose<T>(things: readonly T[], { which, fits }: Choice, fit: (thing: T) => boolean): T | undefined {
  const fitting = things.filter((thing) => fit(thing));
  return pick(fits && fitting.length > 0 ? fitting : things, which);
}
