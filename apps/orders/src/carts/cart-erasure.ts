import { Injectable } from '@nestjs/common';
import { CartsRepository } from './carts.repository.js';

const BATCH = 200;

/** Deletes the carts of somebody whose account was erased. */
@Injectable()
export class CartErasure {
  constructor(private readonly carts: CartsRepository) {}

  async eraseCustomer(userId: number): Promise<void> {
    while ((await this.carts.removeAll(userId, BATCH)) === BATCH);
  }
}
