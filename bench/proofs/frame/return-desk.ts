import { randomInt, randomUUID } from 'node:crypto';
import { formatMoney } from '@app/kernel';
import type { Answer } from './http.js';
import { between } from './load.js';
import { type LineShown, type ParcelDesk, type Pieces, somePieces } from './parcel-desk.js';
import { untilAnswered } from './patient.js';
import type { Market } from './paying.js';
import { CURRENCY, minor } from './stored-pricing.js';

const CONDITIONS = ['resellable', 'resellable', 'damaged', 'missing'] as const;
/** More than any return is worth. */
const TOO_MUCH = '9999.00';

/** What arrived of a return, by the one request about it that was not refused. */
export interface Arrival {
  returnId: number;
  /** Without what is missing. */
  pieces: Pieces[];
}

/** The life of returns: each step is taken by two people at once, and one of them is refused. */
export class ReturnDesk {
  readonly arrivals: Arrival[] = [];
  /** Returns that were settled, as often as that was acknowledged. */
  readonly settled: number[] = [];
  /** Orders with a return that arrived, and of which no amount was let go. */
  readonly stuck: number[] = [];
  readonly refusals = new Map<string, number>();
  readonly unexpected: string[] = [];

  constructor(
    private readonly market: Market,
    private readonly desk: ParcelDesk,
  ) {}

  /** The customer and the staff ask at once, perhaps both for the same pieces. */
  async takeBack(orderId: number, lines: readonly LineShown[]): Promise<void> {
    const back = lines
      .map((line) => ({ ...line, quantity: line.quantity_shipped - line.quantity_returned }))
      .filter(({ quantity }) => quantity > 0);
    if (back.length === 0) return;
    const { token } = this.market.customer;
    const [first, second] = [somePieces(back), somePieces(back)];
    await Promise.all([
      this.live(orderId, this.desk.takeBack(orderId, first, token), first),
      this.live(orderId, this.desk.takeBack(orderId, second), second),
    ]);
  }

  private async live(orderId: number, asked: Promise<Answer>, announced: Pieces[]): Promise<void> {
    const answer = this.noted(await asked);
    if (!answer) return;
    const [returnId, dice] = [Number(answer.body['return_id']), between(0, 100)];
    if (dice < 8) return void this.noted(await this.desk.move(returnId, 'reject', { reason: 'It was worn.' }));
    if (dice < 16) return void this.noted(await this.desk.move(returnId, 'cancel'));
    await Promise.all([this.move(returnId, 'approve'), this.move(returnId, 'approve')]);
    const received = await Promise.all([this.receive(returnId, announced), this.receive(returnId, announced)]);
    const worth = received.find((value) => value !== undefined);
    if (worth === undefined || between(0, 100) < 10) return;
    if (!(await this.settle(returnId, minor(worth)))) this.stuck.push(orderId);
  }

  private async receive(returnId: number, announced: Pieces[]): Promise<string | undefined> {
    const items = announced.flatMap((piece) => split(piece)).map((piece) => ({ ...piece, ...arrived() }));
    const answer = await this.move(returnId, 'receive', { items });
    if (!answer) return undefined;
    this.arrivals.push({ returnId, pieces: items.filter(({ condition }) => condition !== 'missing') });
    return String(answer.body['suggested_refund']);
  }

  private async settle(returnId: number, worth: number): Promise<boolean> {
    const some = randomInt(worth + 1);
    const fee = randomInt(worth - some + 1);
    const asked = [
      { refund_amount: TOO_MUCH },
      {},
      { refund_amount: formatted(some), fee: formatted(fee) },
      { fee: formatted(fee) },
    ];
    const answers = await Promise.all(asked.map((body) => this.move(returnId, 'settle', body)));
    const taken = answers.filter((answer) => answer !== undefined);
    for (let each = 0; each < taken.length; each++) this.settled.push(returnId);
    return taken.length > 0;
  }

  private async move(returnId: number, step: string, body?: object): Promise<Answer | undefined> {
    return this.noted(await this.desk.move(returnId, step, body));
  }

  /** Staff refund something by hand; undefined `amount`: all that is left. Returns what was acknowledged. */
  async refundByHand(paymentId: number, amount?: number): Promise<number> {
    const body = { reason: 'requested_by_customer', ...(amount !== undefined && { amount: formatted(amount) }) };
    const key = randomUUID();
    const path = `/payments/${paymentId}/refunds`;
    const answer = this.noted(await untilAnswered(() => this.market.till.staff(path, body, key)));
    return answer ? minor(answer.body['amount']) : 0;
  }

  /** Undefined if it was refused. */
  private noted(answer: Answer): Answer | undefined {
    if (answer.status < 300) return answer;
    const code = String(answer.body['code']);
    if (answer.status === 409) this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    else this.unexpected.push(`${answer.status} ${code}`);
    return undefined;
  }
}

const formatted = (amount: number): string => formatMoney(amount, CURRENCY);

/** Pieces that arrive in different conditions. */
function split({ order_item_id, quantity }: Pieces): Pieces[] {
  const first = randomInt(1, quantity + 1);
  return [first, quantity - first].filter((part) => part > 0).map((part) => ({ order_item_id, quantity: part }));
}

function arrived() {
  const condition = CONDITIONS[randomInt(CONDITIONS.length)] ?? 'missing';
  return { condition, ...(condition === 'damaged' && { restock: between(0, 1) < 0.3 }) };
}
