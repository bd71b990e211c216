import { MAX_PRICE } from '@app/kernel';

/** Maximum number of lines in an order. */
export const MAX_LINES = 100;
/** Maximum quantity of one product in an order. */
export const MAX_QUANTITY = 1_000;
/** Maximum number of parcels in a shipment. */
export const MAX_PARCELS = 20;
/** Maximum number of tax lines in an order: one for each line, and one for shipping. */
export const MAX_TAX_LINES = MAX_LINES + 1;
/** Highest total of the items of an order, in minor units. */
export const MAX_ITEMS_TOTAL = MAX_LINES * MAX_QUANTITY * MAX_PRICE;
/** Highest total of an order, in minor units: with shipping, and as much tax again. */
export const MAX_ORDER_TOTAL = 2 * (MAX_ITEMS_TOTAL + MAX_PRICE);
