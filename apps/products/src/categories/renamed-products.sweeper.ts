import { Sweeper } from '@app/service';
import { Injectable } from '@nestjs/common';
import { CategoriesRepository } from './categories.repository.js';
import { RenamedProductsService } from './renamed-products.service.js';

/** Finishes what a process that died has left of renaming the products of a category. */
@Injectable()
export class RenamedProductsSweeper extends Sweeper {
  constructor(
    private readonly categories: CategoriesRepository,
    private readonly products: RenamedProductsService,
  ) {
    super();
  }

  async sweep(): Promise<number> {
    const left = await this.categories.renaming();
    for (const category of left) await this.products.follow(category);
    return left.length;
  }
}
