export const SHIPMENT_STATUSES = ['prepared', 'shipped', 'delivered', 'lost', 'cancelled'] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

/** From each status, the statuses a shipment may take next. */
export const SHIPMENT_TRANSITIONS: Readonly<Record<ShipmentStatus, readonly ShipmentStatus[]>> = {
  prepared: ['shipped', 'cancelled'],
  shipped: ['delivered', 'lost'],
  delivered: [],
  lost: [],
  cancelled: [],
};
