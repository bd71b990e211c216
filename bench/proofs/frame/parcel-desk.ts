import { randomInt, randomUUID } from 'node:crypto';
import { type Answer, ask, type Ask } from './http.js';
import { shuffled } from './mail-run.js';
import { untilAnswered } from './patient.js';
import { expectStatus } from './shop.js';

/** Pieces of one line of an order. */
export interface Pieces {
  order_item_id: number;
  quantity: number;
}

/** A line of an order, as the API shows it. */
export interface LineShown extends Pieces {
  product_id: number;
  quantity_open: number;
  quantity_shipped: number;
  quantity_returned: number;
}

/** The refusals that whoever works on an order at the same time as others must expect. */
const OVERTAKEN = new Set(['quantity-exceeds-open', 'quantity-not-returnable', 'invalid-transition']);
const MOST_PARCELS = 3;

/** Staff who send and take back parts of orders, at several processes in turn. Asks until it is answered. */
export class ParcelDesk {
  /** Requests that are not answered yet. */
  running = 0;
  answered = 0;
  /** Requests that were overtaken too often, and sent again. */
  conflicts = 0;
  private turn = 0;

  constructor(
    private readonly bases: readonly string[],
    private readonly token: string,
  ) {}

  async lines(orderId: number): Promise<LineShown[]> {
    const { body } = expectStatus(200, await this.ask(`/orders/${orderId}`, { method: 'GET' }));
    return body['items'] as LineShown[];
  }

  /** Takes a step of the whole order. */
  step(orderId: number, status: string): Promise<Answer> {
    return this.ask(`/orders/${orderId}`, { method: 'PUT', body: { status } });
  }

  /** Makes a shipment, by default of all that is open, in one to three parcels. */
  ship(orderId: number, of: { items?: Pieces[]; status?: 'prepared' | 'shipped' } = {}): Promise<Answer> {
    const parcels = Array.from({ length: randomInt(1, MOST_PARCELS + 1) }, parcel);
    return this.post(`/orders/${orderId}/shipments`, { ...of, parcels });
  }

  /** Lets a packed shipment leave. */
  send(shipmentId: number): Promise<Answer> {
    return this.ask(`/shipments/${shipmentId}`, { method: 'PUT', body: { status: 'shipped' } });
  }

  unpack(shipmentId: number): Promise<Answer> {
    return this.ask(`/shipments/${shipmentId}/cancel`, { method: 'POST' });
  }

  /** By default all that is open. */
  cancel(orderId: number, items?: Pieces[]): Promise<Answer> {
    return this.post(`/orders/${orderId}/cancellations`, items ? { items } : {});
  }

  /** As its customer if their token is given, else as staff. */
  takeBack(orderId: number, items: Pieces[], token = this.token): Promise<Answer> {
    return this.post(`/orders/${orderId}/returns`, { items }, token);
  }

  /** Takes a step of a return. */
  move(returnId: number, step: string, body?: object): Promise<Answer> {
    return this.ask(`/returns/${returnId}/${step}`, { method: 'POST', ...(body && { body }) });
  }

  /** A key of its own for each attempt that was refused. */
  private post(path: string, body: object, token?: string): Promise<Answer> {
    return this.ask(path, { method: 'POST', body, ...(token !== undefined && { token }) }, randomUUID);
  }

  private async ask(path: string, request: Ask, newKey?: () => string): Promise<Answer> {
    this.running++;
    try {
      for (;;) {
        const key = newKey?.();
        const asked: Ask = { token: this.token, ...request, ...(key !== undefined && { key }) };
        const answer = await untilAnswered(() => ask(this.at(path), asked));
        if (answer.body['code'] !== 'version-conflict') return answer;
        this.conflicts++;
      }
    } finally {
      this.running--;
      this.answered++;
    }
  }

  private at(path: string): string {
    this.turn = (this.turn + 1) % this.bases.length;
    return `${this.bases[this.turn] ?? ''}${path}`;
  }
}

/** Whether a step was taken, or may be refused since another was faster. */
export function isExpected({ status, body }: Answer): boolean {
  return status === 200 || status === 201 || (status === 409 && OVERTAKEN.has(String(body['code'])));
}

/** Some pieces of some of the lines, at most so many of each. */
export function somePieces(lines: readonly Pieces[], most = Infinity): Pieces[] {
  const chosen = shuffled(lines).slice(0, randomInt(1, lines.length + 1));
  return chosen.map(({ order_item_id, quantity }) => ({
    order_item_id,
    quantity: randomInt(1, Math.min(most, quantity) + 1),
  }));
}

/** A parcel whose number no other has. */
const parcel = () => ({ carrier: 'DHL', tracking_number: `T-${randomUUID().slice(0, 13)}` });
