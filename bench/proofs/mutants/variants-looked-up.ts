import 'reflect-metadata';
import type { Database } from '@app/database';
import { variantExists } from '../../../apps/products/src/groups/groups.errors.js';
import { GroupsRepository } from '../../../apps/products/src/groups/groups.repository.js';
import { ProductsRepository } from '../../../apps/products/src/catalog/products.repository.js';

/** Nobody waits for the group. */
GroupsRepository.prototype.lock = async function (tx, groupId) {
  return (await this.find(groupId, tx)) as Awaited<ReturnType<GroupsRepository['lock']>>;
};

const { insert } = ProductsRepository.prototype;

/** Looks for a variant of the same options, and no index decides. */
ProductsRepository.prototype.insert = async function (tx, product, now, variant) {
  const present = variant ? await this.variantsOf(variant.groupId, tx) : [];
  const wanted = JSON.stringify(variant?.optionValues);
  if (present.some(({ optionValues }) => JSON.stringify(optionValues) === wanted)) throw variantExists();
  const productId = await insert.call(this, tx, product, now);
  const { database } = this as unknown as { database: Database };
  const sql = 'UPDATE products SET group_id = ?, option_values = ? WHERE product_id = ?';
  if (variant) await database.execute(sql, [variant.groupId, wanted, productId], tx);
  return productId;
};
