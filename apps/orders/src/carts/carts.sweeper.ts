import { Clock } from '@app/kernel';
import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { CartsRepository } from './carts.repository.js';

const LOAD = { batch: 50, atOnce: 8 };

/** Ends carts whose time is over, and erases the personal data in them. */
@Injectable()
export class CartsSweeper extends Sweeper {
  constructor(
    private readonly carts: CartsRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Returns how many carts it ended, 1,000 at most. */
  sweep(): Promise<number> {
    const now = this.clock.now();
    return this.workOff(
      LOAD,
      (limit) => this.carts.due(now, limit),
      (id) => this.carts.expire(id, now),
    );
  }
}
