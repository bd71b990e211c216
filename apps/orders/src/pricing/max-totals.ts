import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { MAX_PRICE, MAX_WEIGHT } from '@app/kernel';

/** The highest total of an order's items, in minor units. */
export const MAX_ITEMS_TOTAL = MAX_LINES * MAX_QUANTITY * MAX_PRICE;

/** The highest total of an order: with shipping, and as much tax again. */
export const MAX_TOTAL = 2 * (MAX_ITEMS_TOTAL + MAX_PRICE);

/** The weight of an order, in grams. */
export const MAX_ITEMS_WEIGHT = MAX_LINES * MAX_QUANTITY * MAX_WEIGHT;
