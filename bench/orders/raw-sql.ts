/** Literal copies of the platform's statements; the bench counts them on both sides. */
export const SQL = {
  claim:
    'INSERT INTO idempotency_keys (key_hash, fingerprint, reference, lease, lease_until, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
  user: 'SELECT user_id, email, full_name, role, email_verified FROM users WHERE user_id = ?',
  reservation:
    'INSERT INTO reservations (order_ref, status, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
  offers: (lines: number) =>
    `SELECT p.product_id, p.sku, p.name, p.price, p.weight_grams, p.tax_category,
       i.stock_quantity - i.reserved_quantity AS available FROM products p JOIN inventory i ON i.product_id = p.product_id
     WHERE p.status = 'active' AND p.product_id IN (${marks(lines)})`,
  reservedItems: (lines: number) =>
    `INSERT INTO reservation_items (order_ref, product_id, quantity, sku, name, price, weight_grams, tax_category) VALUES ${rows(lines, 8)}`,
  movements: (lines: number) =>
    `INSERT INTO inventory_movements (product_id, stock_delta, reserved_delta, reason, order_ref, moved_by, moved_at) VALUES ${rows(lines, 7)}`,
  reserve: `UPDATE inventory SET stock_quantity = stock_quantity + ?, reserved_quantity = reserved_quantity + ?,
       version = version + 1, updated_at = ?
     WHERE product_id = ? AND stock_quantity - reserved_quantity >= ? AND reserved_quantity >= ? AND sellable = ?`,
  levels: (lines: number) =>
    `SELECT i.product_id, p.sku, p.name, i.stock_quantity - i.reserved_quantity AS available, i.low_stock_threshold, i.version
     FROM inventory i JOIN products p ON p.product_id = i.product_id WHERE i.product_id IN (${marks(lines)})`,
  order: `INSERT INTO orders (order_ref, user_id, customer_email, customer_name, customer_email_verified, status, payment_status, fulfilment_status, items_total, discount_total, shipping_total, tax_total, prices_include_tax, tax_lines, shipping_method, order_total, amount_paid, amount_refunded, currency, shipping_address, billing_address, note, locale, created_at, updated_at, version) VALUES ${rows(1, 26)}`,
  items: (lines: number) =>
    `INSERT INTO order_items (order_id, product_id, sku, name, quantity, price_at_order, discount_total, line_total, tax_rate, tax_total, quantity_shipped, quantity_cancelled, quantity_returned) VALUES ${rows(lines, 13)}`,
  history: 'INSERT INTO order_history (order_id, status, changed_at, changed_by) VALUES (?, ?, ?, ?)',
  ref: 'INSERT INTO order_refs (order_ref, outcome, order_id, settled_at) VALUES (?, ?, ?, ?)',
  outbox:
    'INSERT INTO outbox (event_id, destination, event_type, envelope, attempts, due_at, created_at) VALUES (?, ?, ?, ?, 0, ?, ?)',
  answer: 'UPDATE idempotency_keys SET response = ?, subject = ? WHERE key_hash = ? AND lease = ? AND response IS NULL',
  due: 'SELECT id, destination, envelope, attempts FROM outbox WHERE due_at <= ? ORDER BY due_at, id LIMIT 30 FOR UPDATE SKIP LOCKED',
  take: (lines: number) =>
    `UPDATE outbox SET claim = ?, due_at = ?, attempts = attempts + 1 WHERE id IN (${marks(lines)})`,
  sent: (count: number) =>
    `UPDATE outbox SET sent_at = ?, due_at = NULL, claim = NULL, last_error = NULL,
         envelope = CASE id ${Array.from({ length: count }, () => 'WHEN ? THEN ?').join(' ')} END
       WHERE id IN (${marks(count)}) AND claim = ?`,
} as const;

function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

function rows(count: number, columns: number): string {
  return Array.from({ length: count }, () => `(${marks(columns)})`).join(', ');
}
