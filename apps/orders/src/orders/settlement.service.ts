import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { OrderRefsRepository, type Outcome } from './order-refs.repository.js';

/** `placed`: the order exists. `abandoned`: it never will. */
export interface Settlement {
  outcome: Outcome;
}

/** Tells products, when a hold expires, whether an order was placed under its ref. */
@Injectable()
export class SettlementService {
  constructor(
    private readonly refs: OrderRefsRepository,
    private readonly clock: Clock,
  ) {}

  /** After `abandoned` no order can be stored under this ref any more, so its stock can be released. */
  async settle(orderRef: string): Promise<Settlement> {
    return { outcome: await this.refs.settle(orderRef, this.clock.now()) };
  }
}
