const CART =
  'id, cart_id, status, user_id, open_user_id, token_hash, email, shipping_address, billing_address, shipping_method_id, note, locale, expires_at, ended_at, order_id, merged_into, created_at, updated_at, version';
const CHANGING = [
  ...['status', 'open_user_id', 'email', 'shipping_address', 'billing_address', 'shipping_method_id', 'note', 'locale'],
  ...['expires_at', 'ended_at', 'order_id', 'merged_into', 'updated_at', 'version'],
];
const LINE = 'cart, product_id, quantity, sku, name, price, weight_grams, tax_category, available_quantity, put_at';

/** Literal copies of the platform's statements; the bench counts them on both sides. */
export const SQL = {
  cart: `SELECT ${CART} FROM carts WHERE cart_id = ?`,
  lines: `SELECT ${LINE} FROM cart_lines WHERE cart = ? ORDER BY product_id`,
  /** Four ids: the platform pads three to a power of two. */
  offers: `SELECT p.product_id, p.sku, p.name, p.description, p.category, p.price, p.weight_grams, p.tax_category, p.status, p.created_at, p.updated_at, p.version,
  (SELECT i.stock_quantity - i.reserved_quantity FROM inventory i WHERE i.product_id = p.product_id) AS available_quantity FROM products p WHERE p.product_id IN (?, ?, ?, ?)`,
  lock: `SELECT ${CART} FROM carts WHERE id = ? FOR UPDATE`,
  change: `UPDATE carts SET ${CHANGING.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
  remove: 'DELETE FROM cart_lines WHERE cart = ? AND product_id IN (?)',
  put: `INSERT INTO cart_lines (${LINE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  methods:
    'SELECT created_at, updated_at, version, shipping_method_id, code, name, countries, basis, steps, free_from, position, active FROM shipping_methods WHERE active = ?',
} as const;
