/** What the e-mails about a part of an order show: what left, what was cancelled, what comes back. */
export interface PartViews {
  'shipment-shipped': ShipmentView;
  'order-partially-cancelled': PartialCancellationView;
  'return-requested': ReturnView;
  'return-approved': ReturnView;
  'return-rejected': ReturnView;
  'return-received': ReturnView;
  'return-settled': ReturnView;
}

/** Pieces of one product. */
export interface PiecesView {
  name: string;
  sku: string | null;
  /** For people: `2 pieces`. */
  count: string;
}

interface PartView {
  order_id: string;
  customer_name: string | null;
  pieces: PiecesView[];
  /** As in `OrderView`: no text of the customer, and no goods. */
  brief: boolean;
}

export interface ShipmentView extends PartView {
  parcels: ParcelView[];
  address_lines: string[];
  /** More of the order is still to be shipped. */
  partly: boolean;
  /** An earlier shipment has left. */
  later: boolean;
  to_come: PiecesView[];
}

export interface ParcelView {
  /** `Parcel`, or `Parcel 1 of 2`. */
  title: string;
  carrier: string | null;
  tracking_number: string | null;
  link: string | null;
}

export interface PartialCancellationView extends PartView {
  reason: string | null;
  /** What goes back to the customer; null if that is nothing. */
  refund: string | null;
  currency: string;
  remaining: PiecesView[];
}

export interface ReturnView extends PartView {
  return_id: string;
  /** Why it was rejected. */
  reason: string | null;
  /** Null for nothing, as is `fee`. */
  refund: string | null;
  fee: string | null;
  currency: string;
}
