import { type OrderStatus, TRANSITIONS } from '../../apps/orders/src/orders/order-status.js';
import { ModelLine, type Pieces, SHIPPING, sumOf, taxed } from './model-line.js';
import { ModelMoney } from './model-money.js';
import { type ModelCancellation, ModelReturn, type ModelShipment } from './model-parts.js';

export const RETURN_WINDOW_MS = 3 * 86_400_000;

const SHIPMENT_STEPS: Record<ModelShipment['status'], readonly string[]> = {
  prepared: ['shipped', 'cancelled'],
  shipped: ['delivered', 'lost'],
  delivered: [],
  lost: [],
  cancelled: [],
};

/** An order: where its pieces and its money are. Steps return what the service must answer, or the part they make. */
export class ModelOrder {
  /** What of its total was cancelled or came back, in minor units. */
  credited = 0;
  readonly total: number;
  readonly lines: ModelLine[];
  readonly money = new ModelMoney();
  readonly shipments: ModelShipment[] = [];
  readonly cancellations: ModelCancellation[] = [];
  readonly returns: ModelReturn[] = [];
  private isCompleted = false;

  constructor(
    readonly userId: number,
    readonly placedAt: number,
    basket: Pieces,
  ) {
    this.lines = basket.flatMap((quantity, product) => (quantity > 0 ? [new ModelLine(product, quantity)] : []));
    this.total = sumOf(this.lines.flatMap(({ worth }) => worth)) + taxed(SHIPPING);
  }

  get status(): OrderStatus {
    if (this.lines.every(({ quantity, cancelled }) => cancelled === quantity)) return 'cancelled';
    if (!this.isSecured) return 'pending';
    if (this.count('unsent') > 0) return 'paid';
    return this.count('returned') > 0 || this.hasArrived ? 'completed' : 'shipped';
  }

  get fulfilmentStatus(): string {
    if (this.count('shipped') === 0) return 'unfulfilled';
    if (this.count('unsent') > 0) return 'partially_shipped';
    if (this.count('returned') === this.count('shipped')) return 'returned';
    if (this.count('returned') > 0) return 'partially_returned';
    return this.hasArrived ? 'delivered' : 'shipped';
  }

  get paymentStatus(): string {
    const { paid, refunded, disputed } = this.money;
    const kept = paid - refunded;
    if (!this.isSecured) return kept > 0 ? 'partially_paid' : 'unpaid';
    if (paid < this.owed) return 'authorized';
    if (disputed > 0) return 'disputed';
    if (kept > this.owed) return 'overpaid';
    if (refunded === 0 || kept === this.total) return 'paid';
    return kept > 0 ? 'partially_refunded' : 'refunded';
  }

  /** What it costs now, in minor units. */
  get owed(): number {
    return this.total - this.credited;
  }

  /** Nothing is paid in part. */
  get due(): number {
    return this.status === 'pending' ? this.owed : 0;
  }

  /** Of the money that is here or promised: no more than the order costs now, and not what the bank took back. */
  get refundable(): number {
    const { paid, authorized, refunded, disputed } = this.money;
    const kept = Math.max(paid, authorized) - refunded;
    return Math.max(0, Math.min(kept, this.owed) - disputed);
  }

  step(to: OrderStatus, byOwner: boolean, now: number): string {
    const { status } = this;
    if (status === to) return 'ok';
    const hasLeft = this.count('shipped') > 0;
    const allowed = byOwner && status !== 'pending' ? [] : TRANSITIONS[status];
    if (!allowed.includes(to) || (to === 'cancelled' && hasLeft)) return 'invalid-transition';
    if (to === 'paid') this.money.payByHand(this.owed);
    if (to === 'shipped') this.shipAll(now);
    if (to === 'completed') this.arrive(now);
    if (to === 'cancelled') this.cancelAll();
    return 'ok';
  }

  /** Without `asked` all that is open. */
  ship(asked: Pieces | undefined, as: 'prepared' | 'shipped', now: number): ModelShipment | string {
    if (this.status === 'pending') return 'order-not-paid';
    const pieces = this.takeOpen(asked);
    if (typeof pieces === 'string') return pieces;
    this.move(pieces, as);
    const shipment: ModelShipment = { id: 0, pieces, status: as, hasMovedStock: false };
    if (as === 'shipped') shipment.shippedAt = now;
    this.shipments.push(shipment);
    return shipment;
  }

  moveShipment(shipment: ModelShipment, to: ModelShipment['status'], now: number): string {
    if (shipment.status === to && to !== 'cancelled') return 'ok';
    if (!SHIPMENT_STEPS[shipment.status].includes(to)) return 'invalid-transition';
    if (shipment.status === 'prepared') this.move(shipment.pieces, 'prepared', -1);
    if (to === 'shipped') this.move(shipment.pieces, 'shipped');
    if (to === 'shipped') shipment.shippedAt = now;
    if (to === 'delivered') shipment.deliveredAt = now;
    shipment.status = to;
    return 'ok';
  }

  /** Without `asked` all that is open. Its customer cancels no part of it. */
  cancel(asked: Pieces | undefined, byOwner: boolean): ModelCancellation | string {
    if (byOwner && this.status !== 'pending') return 'invalid-transition';
    const pieces = this.takeOpen(asked);
    if (typeof pieces === 'string') return pieces;
    if (byOwner && sumOf(pieces) < this.count('open')) return 'forbidden';
    return this.cancelPieces(pieces);
  }

  cancelAll(): void {
    for (const shipment of this.shipments)
      if (shipment.status === 'prepared') this.moveShipment(shipment, 'cancelled', 0);
    this.cancelPieces(this.allOpen);
  }

  requestReturn(pieces: Pieces, byOwner: boolean, now: number): ModelReturn | string {
    if (pieces.some((quantity, product) => quantity > this.returnable(product))) return 'quantity-not-returnable';
    if (byOwner && this.lines.some(({ product }) => pieces[product] && this.cameAt(product) + RETURN_WINDOW_MS <= now))
      return 'return-window-over';
    const made = new ModelReturn(this, pieces);
    this.returns.push(made);
    return made;
  }

  /** Counts pieces as returned, and returns what the customer paid for them. */
  takeBack(pieces: Pieces): number {
    this.move(pieces, 'returned');
    return this.takeWorth(pieces);
  }

  /** Of one product: sent, not back, and not announced. */
  returnable(product: number): number {
    const announced = this.returns.map(({ isUnderWay, pieces }) => (isUnderWay ? (pieces[product] ?? 0) : 0));
    const line = this.line(product);
    return line ? line.shipped - line.returned - sumOf(announced) : 0;
  }

  count(of: 'open' | 'unsent' | 'shipped' | 'returned'): number {
    return sumOf(this.lines.map((line) => line[of]));
  }

  line(product: number): ModelLine | undefined {
    return this.lines.find((line) => line.product === product);
  }

  private get isSecured(): boolean {
    return this.money.paid + this.money.authorized >= this.owed;
  }

  /** Nothing is left to send or under way, unless all was lost. */
  private get hasArrived(): boolean {
    const is = (which: ModelShipment['status']) => this.shipments.some(({ status }) => status === which);
    return this.isCompleted || (this.count('unsent') === 0 && !is('shipped') && is('delivered'));
  }

  private get allOpen(): Pieces {
    return [0, 1, 2].map((product) => this.line(product)?.open ?? 0);
  }

  private shipAll(now: number): void {
    for (const shipment of this.shipments)
      if (shipment.status === 'prepared') this.moveShipment(shipment, 'shipped', now);
    if (this.count('open') > 0) this.ship(undefined, 'shipped', now);
  }

  private arrive(now: number): void {
    for (const shipment of this.shipments)
      if (shipment.status === 'shipped') this.moveShipment(shipment, 'delivered', now);
    this.isCompleted = true;
  }

  private takeOpen(asked: Pieces = this.allOpen): Pieces | 'quantity-exceeds-open' {
    const isTooMuch = this.lines.some(({ product, open }) => (asked[product] ?? 0) > open);
    return isTooMuch || sumOf(asked) === 0 ? 'quantity-exceeds-open' : asked;
  }

  private cancelPieces(pieces: Pieces): ModelCancellation {
    const amount = this.takeWorth(pieces);
    this.move(pieces, 'cancelled');
    const isLast = this.status === 'cancelled';
    if (!isLast) this.credited += amount;
    const cancellation = { id: 0, pieces, amount, isLast, hasMovedStock: false };
    this.cancellations.push(cancellation);
    return cancellation;
  }

  /** What the customer pays for pieces that go now: shipping goes with the last of all. */
  private takeWorth(pieces: Pieces): number {
    const gone = this.lines.flatMap(({ product, worth }) => worth.splice(0, pieces[product] ?? 0));
    const isLast = gone.length > 0 && this.lines.every(({ worth }) => worth.length === 0);
    return sumOf(gone) + (isLast ? taxed(SHIPPING) : 0);
  }

  private move(pieces: Pieces, to: 'prepared' | 'shipped' | 'cancelled' | 'returned', by = 1): void {
    for (const line of this.lines) line[to] += by * (pieces[line.product] ?? 0);
  }

  /** When the last pieces of a product arrived, or else left. */
  private cameAt(product: number): number {
    const times = this.shipments
      .filter(({ pieces }) => pieces[product])
      .map(({ shippedAt = 0, deliveredAt = shippedAt }) => deliveredAt);
    return Math.max(...times);
  }
}
