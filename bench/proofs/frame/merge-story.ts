import { randomInt, randomUUID } from 'node:crypto';
import { type Change, contentsOf, type Contents, replay, versionOf } from './cart-history.js';
import type { CartDesk, OwnCart } from './cart-desk.js';
import type { Answer } from './http.js';
import { shuffled } from './mail-run.js';
import type { ProofPlatform } from './platform.js';

const STRANGERS = 1_000_000;

export interface MergeOutcome {
  merged: number;
  again: number;
  changed: number;
  refused: number;
  lost: number;
  miscounted: number;
  unexpected: number;
  strange: number;
  notFound: number;
}

export interface MergeRoom {
  platform: ProofPlatform;
  desk: CartDesk;
  products: number[];
}

interface Merged {
  before: Answer['body'];
  cart: OwnCart;
  merges: Answer[];
  changes: Change[];
}

/** A customer's cart and what they have put into others before they logged in. */
export class MergeStory {
  private readonly counts: MergeOutcome = {
    ...{ merged: 0, again: 0, changed: 0, refused: 0, lost: 0, miscounted: 0, unexpected: 0 },
    ...{ strange: 0, notFound: 0 },
  };

  constructor(
    private readonly room: MergeRoom,
    private readonly userId: number,
  ) {}

  async run(guests: number): Promise<MergeOutcome> {
    const { desk } = this.room;
    const own = await this.filled(await this.customer(this.userId));
    const before = await desk.read(own);
    const others = await Promise.all(Array.from({ length: guests }, () => this.filled()));
    await this.tryOthers(own, others[0] as OwnCart);
    const [mine, ...merged] = await Promise.all([
      this.changes(own),
      ...others.map((cart) => this.mergeAmongChanges(own, cart)),
    ]);
    const moves = await Promise.all(merged.map((each) => this.moved(own, each)));
    this.judge(replay(before, [...mine, ...moves], await desk.read(own)));
    return this.counts;
  }

  /** A cart of up to four products, with an address to write to, a note, both or neither. */
  private async filled(customer?: { token: string }): Promise<OwnCart> {
    const { desk, products } = this.room;
    const cart = await desk.begin(customer);
    const chosen = shuffled(products).slice(0, randomInt(0, 5));
    await Promise.all(chosen.map((id) => desk.put(cart, id, randomInt(1, 10))));
    const said = { email: `${randomUUID()}@example.com`, note: randomUUID() };
    const details = Object.fromEntries(Object.entries(said).filter(() => Math.random() < 0.5));
    if (Object.keys(details).length > 0) await desk.change(cart, details);
    return cart;
  }

  /** Merges it one to three times at once, while another tab puts into it. */
  private async mergeAmongChanges(own: OwnCart, cart: OwnCart): Promise<Merged> {
    const { desk } = this.room;
    const before = await desk.read(cart);
    const key = Math.random() < 0.5 ? randomUUID() : undefined;
    const times = Array.from({ length: randomInt(1, 4) });
    const [changes, ...merges] = await Promise.all([
      this.changes(cart),
      ...times.map(() => desk.merge(own, cart, key)),
    ]);
    this.counts.again += times.length - 1;
    return { before, cart, merges, changes };
  }

  /** Up to two changes of lines at once. Those that are refused must come after the cart's end. */
  private async changes(cart: OwnCart): Promise<Change[]> {
    const { desk, products } = this.room;
    const chosen = shuffled(products).slice(0, randomInt(0, 3));
    const made = chosen.map(async (id): Promise<Change[]> => {
      const quantity = randomInt(1, 10);
      const { status, body } = await desk.put(cart, id, quantity);
      if (status === 200) return [{ version: versionOf(body), edit: ({ lines }) => void lines.set(id, quantity) }];
      if (status === 409 && body['code'] === 'cart-not-open') this.counts.refused += 1;
      else this.counts.unexpected += 1;
      return [];
    });
    const changes = (await Promise.all(made)).flat();
    this.counts.changed += changes.length;
    return changes;
  }

  /** Merges it once more, compares what it was with its own changes, and returns what its merge has done. */
  private async moved(own: OwnCart, { before, cart, merges, changes }: Merged): Promise<Change> {
    const { desk } = this.room;
    const all = [...merges, await desk.merge(own, cart)];
    this.counts.again += 1;
    this.counts.unexpected += all.filter(({ status }) => status !== 200).length;
    const after = await desk.read(cart);
    this.counts.merged += after['status'] === 'merged' ? 1 : 0;
    const { lines } = contentsOf(after);
    // Whoever it was of is forgotten.
    const gone: Change = {
      version: versionOf(after),
      edit: ({ details }) => void Object.assign(details, { email: null, note: null }),
    };
    this.judge(replay(before, [...changes, gone], after));
    // A merge that finds nothing to do shows the cart as it is then, so never an earlier version.
    const version = Math.min(...all.filter(({ status }) => status === 200).map(({ body }) => versionOf(body)));
    return { version, edit: taking({ lines, details: contentsOf(before).details }) };
  }

  private judge({ lost, miscounted }: { lost: number; miscounted: boolean }): void {
    this.counts.lost += lost;
    this.counts.miscounted += Number(miscounted);
  }

  /** By a stranger with the right token, and by its owner, and of a customer's cart, with the token of another cart. */
  private async tryOthers(own: OwnCart, guests: OwnCart): Promise<void> {
    const { desk } = this.room;
    const strangers = await desk.begin(await this.customer(this.userId + STRANGERS));
    const { owner } = await desk.begin();
    const answers = await Promise.all([
      desk.merge({ ...own, owner: strangers.owner }, guests),
      desk.merge(own, { ...guests, owner }),
      desk.merge(strangers, { ...own, owner }),
    ]);
    this.counts.strange += answers.length;
    this.counts.notFound += answers.filter(({ status }) => status === 404).length;
  }

  private async customer(userId: number): Promise<{ token: string }> {
    return { token: await this.room.platform.people.token(userId, 'customer') };
  }
}

/** What a merge does: of each product the larger quantity, and what the own cart does not say. */
function taking(guests: Contents): Change['edit'] {
  return ({ lines, details }) => {
    for (const [id, quantity] of guests.lines) lines.set(id, Math.max(quantity, lines.get(id) ?? 0));
    for (const [name, value] of Object.entries(guests.details)) details[name] ??= value;
  };
}
