import 'reflect-metadata';
import { ProductListsRepository } from '../../../apps/products/src/catalog/product-lists.repository.js';
import { ProductsRepository } from '../../../apps/products/src/catalog/products.repository.js';

/** A loaded value is some milliseconds old before it is stored. */
const { findById } = ProductsRepository.prototype;
const { list } = ProductListsRepository.prototype;
ProductsRepository.prototype.findById = async function (productId, tx) {
  const found = await findById.call(this, productId, tx);
  if (!tx) await aWhile();
  return found;
};
ProductListsRepository.prototype.list = async function (...asked) {
  const found = await list.apply(this, asked);
  await aWhile();
  return found;
};

const aWhile = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
