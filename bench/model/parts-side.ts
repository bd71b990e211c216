import type { Database } from '@app/database';
import type { Idempotency } from '@app/idempotency';
import type { Caller } from '@app/kernel';
import type { Claim } from '../../libs/idempotency/src/claims.js';
import type { OrderChanges } from '../../apps/orders/src/orders/order-changes.js';
import type { OrderEvents } from '../../apps/orders/src/orders/order-events.js';
import type { LinePieces } from '../../apps/orders/src/orders/order-line.entity.js';
import type { OrderPartsRepository } from '../../apps/orders/src/orders/order-parts.repository.js';
import type { OrdersRepository } from '../../apps/orders/src/orders/orders.repository.js';
import { ReturnEvents } from '../../apps/orders/src/returns/return-events.js';
import { ReturnsRepository } from '../../apps/orders/src/returns/returns.repository.js';
import { ReturnsService } from '../../apps/orders/src/returns/returns.service.js';
import { CancellationsService } from '../../apps/orders/src/shipments/cancellations.service.js';
import { ShipmentsRepository } from '../../apps/orders/src/shipments/shipments.repository.js';
import { ShipmentsService } from '../../apps/orders/src/shipments/shipments.service.js';
import type { KeyedRequests } from './keyed-requests.js';
import { RETURN_WINDOW_MS } from './model-order.js';

export interface PartsGround {
  database: Database;
  requests: KeyedRequests;
  idempotency: Idempotency;
  orders: OrdersRepository;
  parts: OrderPartsRepository;
  changes: OrderChanges;
  events: OrderEvents;
}

/** A POST that makes a part of an order. */
export interface PartRequest {
  kind: 'shipments' | 'cancellations' | 'returns';
  orderId: number;
  /** Without items all that is open. */
  body: { items?: LinePieces[]; status?: 'prepared' | 'shipped' };
  caller: Caller;
  key: string | undefined;
}

/** Shipments, cancellations and returns of the orders service. */
export class PartsSide {
  readonly shipments: ShipmentsService;
  readonly returns: ReturnsService;
  private readonly cancellations: CancellationsService;
  private readonly requests: KeyedRequests;

  constructor({ database, requests, idempotency, orders, parts, changes, events }: PartsGround) {
    const lists = new ShipmentsRepository(database);
    const returns = new ReturnsRepository(database);
    const settings = { windowMs: RETURN_WINDOW_MS };
    this.requests = requests;
    this.shipments = new ShipmentsService(orders, changes, parts, lists, idempotency);
    this.cancellations = new CancellationsService(orders, changes, parts, lists, idempotency);
    this.returns = new ReturnsService(orders, changes, parts, returns, new ReturnEvents(events), idempotency, settings);
  }

  /** `moment` is before the work, and after its commit. Returns the part's id. */
  async make(request: PartRequest, moment: (which: 'before the commit' | 'after the commit') => Promise<void>) {
    const { kind, orderId, body, caller, key } = request;
    const url = `/orders/${orderId}/${kind}`;
    const { id } = await this.requests.run({ caller, url, key, body }, async (claim) => {
      await moment('before the commit');
      const made = await this.work(request, claim);
      await moment('after the commit');
      return made;
    });
    return id;
  }

  private async work({ kind, orderId, body, caller }: PartRequest, claim: Claim | undefined): Promise<{ id: number }> {
    if (kind === 'shipments') {
      const answer = ({ shipment }: { shipment: { shipmentId: number } }) => ({ id: shipment.shipmentId });
      return answer(await this.shipments.create(orderId, body, caller, { claim, answer }));
    }
    if (kind === 'cancellations') {
      const answer = (made: { cancellation: { cancellationId: number } }) => ({ id: made.cancellation.cancellationId });
      return answer(await this.cancellations.create(orderId, body, { caller }, { claim, answer }));
    }
    const answer = (made: { return: { returnId: number } }) => ({ id: made.return.returnId });
    return answer(await this.returns.request(orderId, body.items ?? [], { caller }, { claim, answer }));
  }
}
