/** Every status of an order; the orders service takes the list from here. */
export const ORDER_STATUSES = ['pending', 'paid', 'shipped', 'completed', 'cancelled'] as const;

/** Where the money of an order stands, and where its goods are. Together they make the status. */
export const ORDER_PAYMENT_STATUSES = [
  'unpaid',
  'authorized',
  'partially_paid',
  'paid',
  'overpaid',
  'partially_refunded',
  'refunded',
  'disputed',
] as const;
export const ORDER_FULFILMENT_STATUSES = [
  'unfulfilled',
  'partially_shipped',
  'shipped',
  'delivered',
  'partially_returned',
  'returned',
] as const;

/** From announced to settled; the orders service says which may follow which. */
export const RETURN_STATUSES = ['requested', 'approved', 'rejected', 'cancelled', 'received', 'settled'] as const;
