import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { OrderRefsRepository, type Outcome } from './order-refs.repository.js';

/** Answers products, which holds stock under a ref whose time has run out, whether an order came of it. */
@Injectable()
export class SettlementService {
  constructor(
    private readonly refs: OrderRefsRepository,
    private readonly clock: Clock,
  ) {}

  /** After `abandoned` no order can be stored under this ref any more: the stock is free. */
  settle(orderRef: string): Promise<Outcome> {
    return this.refs.settle(orderRef, this.clock.now());
  }
}
