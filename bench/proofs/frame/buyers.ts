import { reasonOf } from './http.js';
import { sleep } from './load.js';
import type { Basket, Customer, Shop } from './shop.js';

const PAUSE_AFTER_FAILURE_MS = 50;

/** Customers who order repeatedly, and the responses they got. */
export class Buyers {
  /** References of acknowledged orders. */
  readonly acknowledged = new Set<string>();
  /** How often each status, or reason for no answer, occurred. */
  readonly outcomes = new Map<string, number>();
  private running = 0;

  constructor(
    private readonly shop: Shop,
    private readonly customer: Customer,
    private readonly basket: () => Basket,
  ) {}

  /** Orders sent and not yet answered. */
  readonly inFlight = (): number => this.running;

  /** The number of acknowledged orders. */
  readonly done = (): number => this.acknowledged.size;

  /** One order, sent once. */
  readonly buy = async (): Promise<void> => {
    this.running++;
    const outcome = await this.attempt().finally(() => this.running--);
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    if (outcome !== '201') await sleep(PAUSE_AFTER_FAILURE_MS);
  };

  private async attempt(): Promise<string> {
    try {
      const { status, body } = await this.shop.order(this.customer, this.basket());
      if (status === 201) this.acknowledged.add(String(body['order_ref']));
      return String(status);
    } catch (error) {
      return reasonOf(error);
    }
  }
}
